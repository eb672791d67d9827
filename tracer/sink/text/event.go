package text

import (
	"tcptrace/flows"
	"tcptrace/tracer/sink/digits"
)

// event lays out one step: when and which flow, what passed, the moves of both
// ends, and what else there is to say of it.
func (s *Sink) event(st *flows.Step) {
	s.start()
	if s.common(st) {
		return
	}
	s.stamp(st.Time)
	s.flow(st)
	s.label(st)
	if len(st.Transitions) == 0 {
		s.line.tab = s.columns.beside
		s.extras(st)
	} else {
		s.moves(st)
	}
	s.line.end()
}

// moves writes the transitions, each on a row of its own, and beside the first
// one what else there is to say of the step.
func (s *Sink) moves(st *flows.Step) {
	l, c := &s.line, &s.columns
	l.indent = c.state // what wraps from here on lines up with the states
	for i := range st.Transitions {
		if i > 0 || c.apart {
			l.newRow(c.state)
		}
		l.tab = c.state
		s.move(st, &st.Transitions[i])
		l.tab = c.extra
		if i == 0 {
			s.extras(st)
		}
		s.reasons(st, &st.Transitions[i])
	}
}

// flow writes the flow's number and its addresses, each of which stays whole.
func (s *Sink) flow(st *flows.Step) {
	l := &s.line
	n := len(l.buf)
	l.buf = digits.Append(append(l.buf, " #"...), uint64(st.Flow))
	l.col += len(l.buf) - n
	s.ids = max(s.ids, l.col)

	l.beginAt(s.ids + 1)
	l.buf = digits.AppendAddrPort(l.buf, st.Client)
	half := l.written()
	l.buf = append(l.buf, direction(st)...)
	pair := l.written()
	l.buf = digits.AppendAddrPort(l.buf, st.Server)
	l.col += l.written() - pair + half + arrowWidth
	if l.width > 0 && l.col > l.width {
		s.breakPair(pair)
	}
	if widest := s.widest(st); l.row == 0 {
		*widest = max(*widest, l.col)
	}
}

// breakPair moves the addresses just written, of which the second begins behind
// so many bytes, to a row of their own, or two.
func (s *Sink) breakPair(second int) {
	l := &s.line
	columns := l.col - (s.ids + 1)
	l.takeBack()
	l.newRow(l.indent)
	rest := l.word
	if !l.fits(l.indent, columns) {
		l.buf = append(l.buf, rest[:second-1]...)
		l.newRow(l.indent)
		rest = rest[second:]
	}
	l.buf = append(l.buf, rest...)
	l.col += runes(rest)
	l.fresh = false
}

// direction is what stands between the addresses, in as many columns as an
// arrow: which way the segment went.
func direction(st *flows.Step) string {
	switch {
	case st.Segment == nil && st.Aside == nil:
		return " · "
	case st.Segment != nil && st.From == flows.Client, st.Segment == nil && st.Aside.Src == st.Client:
		return arrow
	default:
		return " ← "
	}
}

// label writes what passed, in terms of J K M N. The rest of the event stands
// where the labels so far leave room.
func (s *Sink) label(st *flows.Step) {
	l := &s.line
	s.layout(*s.widest(st))
	if s.columns.below {
		l.newRow(s.columns.label)
	}
	h := none
	if reset(st) || st.Label.Check == flows.CheckWrong {
		h = alarm
	}
	l.tab = s.columns.label
	l.begin()
	l.buf = l.ink.Begin(l.buf, h)
	text := len(l.buf)
	l.buf = st.Label.AppendWords(l.buf)
	if s.o.Raw {
		l.buf = appendRaw(l.buf, st)
	}
	n := len(l.buf) - text
	if st.Label.Check != flows.CheckNone {
		n -= len("✓") - 1 // all the rest of a label is ASCII
	}
	l.buf = l.ink.End(l.buf, h)
	s.widen(n)
	l.done(n)
}

// reset reports whether a RST is what the step shows.
func reset(st *flows.Step) bool {
	return st.Segment != nil && st.Segment.Flags.Has(flows.RST)
}

func appendRaw(b []byte, st *flows.Step) []byte {
	seg := st.Segment
	if seg == nil {
		seg = st.Aside
	}
	if seg == nil {
		return b
	}
	b = append(b, " seq "...)
	b = digits.Append(b, uint64(seg.Seq))
	if seg.Flags.Has(flows.ACK) {
		b = append(b, " ack "...)
		b = digits.Append(b, uint64(seg.Ack))
	}
	return b
}
