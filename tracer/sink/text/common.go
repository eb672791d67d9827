package text

import (
	"slices"

	"tcptrace/flows"
	"tcptrace/tracer/sink/digits"
)

// common lays out an event of a kind if no row needs to be broken. What it writes
// is what event does, with the words put in as they were made before. It reports
// whether it did.
func (s *Sink) common(st *flows.Step) bool {
	k := s.kindOf(st)
	if k == nil || k.rare || st.Notes&^usual != 0 {
		return false
	}
	micros := s.day.of(st.Time)
	if !s.day.shown {
		return false
	}
	l, c := &s.line, &s.columns
	b := s.day.append(l.buf, micros)
	b, col := s.appendFlow(b, st)
	b = s.words.pad(b, c.label-col)
	columns := k.columns
	if k.counted {
		b = k.words.Append(b)
		n := len(b)
		b = digits.Append(b, uint64(st.Label.Ack.Offset))
		columns += len(b) - n
		b = k.end.Append(b)
	}
	s.widen(columns)
	if k.state != c.state || k.label != c.label {
		s.lay(k, st)
	}
	state := max(c.state, c.label+columns+gap)
	end := state + k.moved
	if c.below || c.apart || k.rare || l.width > 0 && end > l.width {
		return false
	}
	if k.counted {
		b = s.words.pad(b, state-c.label-columns)
	}
	b = roomy(b)
	n := len(b)
	*(*[rowSize]byte)(b[n : n+rowSize]) = k.row
	b = b[:n+k.size]
	switch {
	case st.HandshakeRTT > 0 || k.shows && (l.width > 0 || state > c.state):
		l.buf, l.col, l.tab, l.fresh, l.indent = b, end, c.extra, false, c.state
		s.extras(st)
		b = l.buf
	case k.shows && st.Segment.Flags.Has(flows.SYN):
		if hasInitial(st) {
			b = appendInitial(b[:n+k.whole], st)
		}
	case k.shows && hasFinal(st):
		b = appendFinal(b[:n+k.whole], st)
	}
	l.buf = append(b, k.below...)
	l.col, l.row, l.tab, l.fresh = 0, 0, 0, true
	return true
}

// appendFlow appends the flow's number and its addresses, and returns the column
// in which these end.
func (s *Sink) appendFlow(b []byte, st *flows.Step) ([]byte, int) {
	n := len(b)
	b = digits.Append(append(b, " #"...), uint64(st.Flow))
	col := timeWidth - 1 + len(b) - n
	s.ids = max(s.ids, col)
	b = s.words.pad(b, s.ids+1-col)
	n = len(b)
	b = digits.AppendAddrPort(b, st.Client)
	b = append(b, direction(st)...)
	b = digits.AppendAddrPort(b, st.Server)
	col = s.ids + 1 + len(b) - n - (len(arrow) - arrowWidth)
	widest := s.widest(st)
	if s.line.width == 0 || col <= s.line.width {
		*widest = max(*widest, col)
	}
	s.layout(*widest)
	return b, col
}

// roomy is b with room for the row of a kind.
func roomy(b []byte) []byte {
	if cap(b)-len(b) < rowSize {
		return slices.Grow(b, rowSize)
	}
	return b
}
