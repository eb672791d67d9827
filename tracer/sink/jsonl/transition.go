package jsonl

import (
	"tcptrace/flows"
	"tcptrace/tracer/sink/digits"
)

// transition writes one move of one end.
func (s *Sink) transition(st *flows.Step, t *flows.Transition) {
	b := s.head(s.words.transition.Append(s.buf), st)
	b = s.words.left[t.End&1][t.From%numStates].Append(b)
	b = s.words.right[t.To%numStates][t.Basis%numBases].Append(b)
	b = s.cause(b, st)
	if t.After != 0 {
		b = appendSeconds(append(b, `,"after":`...), t.After)
	}
	if t.Correction {
		b = append(b, `,"correction":true`...)
	}
	s.buf = append(b, "}\n"...)
}

// common are the parts that the lines of a step share: they are written once, and
// copied from the line before.
type common struct{ head, cause []byte }

// head appends what all events of a step begin with, behind the quote of their
// time: when it was, in which packet, and the flow.
func (s *Sink) head(b []byte, st *flows.Step) []byte {
	if c := s.common.head; c != nil {
		return append(b, c...)
	}
	n := len(b)
	b = s.appendMoment(b, st.Time)
	b = digits.Append(append(b, `","packet":`...), packet(st))
	b = digits.Append(append(b, `,"flow":`...), uint64(st.Flow))
	b = appendPair(b, st.Client, st.Server)
	s.common.head = b[n:]
	return b
}

// cause appends what moved the ends, behind the quote of its label.
func (s *Sink) cause(b []byte, st *flows.Step) []byte {
	if c := s.common.cause; c != nil {
		return append(b, c...)
	}
	n := len(b)
	b, _ = st.Label.AppendText(b)
	b = append(b, '"')
	if seg := segment(st); seg != nil {
		b = appendNumbers(b, seg)
	}
	s.common.cause = b[n:]
	return b
}

// segment is the one that did it, of whichever flow; nil when none did.
func segment(st *flows.Step) *flows.Segment {
	if st.Segment == nil {
		return st.Aside
	}
	return st.Segment
}

// packet is the number of the frame that a step came from, 0 for a timer.
func packet(st *flows.Step) uint64 {
	switch seg := segment(st); {
	case seg != nil:
		return seg.Packet
	case st.Label.ICMP != nil:
		return st.Label.ICMP.Packet
	default:
		return 0
	}
}

// appendNumbers appends the sequence and acknowledgement numbers as the wire
// had them.
func appendNumbers(b []byte, seg *flows.Segment) []byte {
	b = digits.Append(append(b, `,"seq":`...), uint64(seg.Seq))
	if seg.Flags.Has(flows.ACK) {
		b = digits.Append(append(b, `,"ack":`...), uint64(seg.Ack))
	}
	return b
}

func appendLabel(b []byte, key string, l *flows.Label) []byte {
	b = append(append(b, key...), '"')
	b, _ = l.AppendText(b)
	return append(b, '"')
}
