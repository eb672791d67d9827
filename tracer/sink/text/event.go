package text

import (
	"strconv"

	"tcptrace/flows"
)

// event lays out one step: when and which flow, what passed, the moves of both
// ends, and what else there is to say of it.
func (s *Sink) event(st *flows.Step) {
	s.measure()
	s.stamp(st.Time)
	s.flow(st)
	s.name(st)
	c := s.layout(*s.widest(st))
	s.label(st, c)
	if len(st.Transitions) == 0 {
		s.line.tab = c.beside
		s.extras(st)
	} else {
		s.moves(st, c)
	}
	s.line.end()
}

// moves writes the transitions, each on a row of its own, and beside the first
// one what else there is to say of the step.
func (s *Sink) moves(st *flows.Step, c columns) {
	l := &s.line
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
	l.word = append(l.word, " #"...)
	l.word = strconv.AppendUint(l.word, uint64(st.Flow), 10)
	l.put()
	s.ids = max(s.ids, l.col)
	l.word = st.Client.AppendTo(l.word)
	half := len(l.word)
	l.word = append(l.word, direction(st)...)
	pair := len(l.word)
	l.word = st.Server.AppendTo(l.word)
	columns := len(l.word) - pair + half + arrowWidth
	switch {
	case l.fits(s.ids+1, columns):
		l.pad(s.ids + 1)
	case l.fits(l.indent, columns):
		l.newRow(l.indent)
	default:
		l.newRow(l.indent)
		l.buf = append(l.buf, l.word[:pair-1]...)
		l.newRow(l.indent)
		l.word = append(l.word[:0], l.word[pair:]...)
	}
	l.put()
	if widest := s.widest(st); l.row == 0 {
		*widest = max(*widest, l.col)
	}
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

// name makes the label: what passed, in terms of J K M N.
func (s *Sink) name(st *flows.Step) {
	l := &s.line
	l.word = st.Label.AppendWords(l.word)
	if s.o.Raw {
		l.word = appendRaw(l.word, st)
	}
	if n := runes(l.word) + gap; n <= s.labelWidth()+labelGrowth {
		s.labels = max(s.labels, n)
	}
}

// label writes what name made.
func (s *Sink) label(st *flows.Step, c columns) {
	l := &s.line
	h := none
	if reset(st) || st.Label.Check == flows.CheckWrong {
		h = alarm
	}
	if c.below {
		l.newRow(c.label)
	}
	l.tab = c.label
	l.field(h)
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
	b = strconv.AppendUint(b, uint64(seg.Seq), 10)
	if seg.Flags.Has(flows.ACK) {
		b = append(b, " ack "...)
		b = strconv.AppendUint(b, uint64(seg.Ack), 10)
	}
	return b
}
