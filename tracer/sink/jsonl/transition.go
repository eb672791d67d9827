package jsonl

import "tcptrace/flows"

// transition writes one move of one end.
func (s *Sink) transition(st *flows.Step, t *flows.Transition) {
	b := append(s.buf, `{"v":1,"event":"transition"`...)
	b = s.head(b, st)
	b = appendWord(b, `,"end":`, t.End.String())
	b = appendWord(b, `,"from":`, t.From.String())
	b = appendWord(b, `,"to":`, t.To.String())
	b = appendWord(b, `,"basis":`, t.Basis.String())
	b = appendLabel(b, `,"cause":`, &st.Label)
	if seg := cause(st); seg != nil {
		b = appendNumbers(b, seg)
	}
	if t.After != 0 {
		b = appendSeconds(b, `,"after":`, t.After)
	}
	if t.Correction {
		b = append(b, `,"correction":true`...)
	}
	s.buf = append(b, "}\n"...)
}

// head appends what all events of a step begin with: when it was, in which
// packet, and the flow.
func (s *Sink) head(b []byte, st *flows.Step) []byte {
	b = s.appendTime(b, `,"time":`, st.Time)
	b = appendNumber(b, `,"packet":`, packet(st))
	return appendFlow(b, st.Flow, st.Client, st.Server)
}

// cause is the segment that did it, of whichever flow; nil when none did.
func cause(st *flows.Step) *flows.Segment {
	if st.Segment == nil {
		return st.Aside
	}
	return st.Segment
}

// packet is the number of the frame that a step came from, 0 for a timer.
func packet(st *flows.Step) uint64 {
	switch seg := cause(st); {
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
	b = appendNumber(b, `,"seq":`, uint64(seg.Seq))
	if seg.Flags.Has(flows.ACK) {
		b = appendNumber(b, `,"ack":`, uint64(seg.Ack))
	}
	return b
}

func appendLabel(b []byte, key string, l *flows.Label) []byte {
	b = append(append(b, key...), '"')
	b, _ = l.AppendText(b)
	return append(b, '"')
}
