package jsonl

import "tcptrace/flows"

// segment writes a segment.
func (s *Sink) segment(st *flows.Step) {
	seg := st.Segment
	b := append(s.buf, `{"v":1,"event":"segment","time":"`...)
	b = s.head(b, st)
	b = appendWord(b, `,"from_end":`, st.From.String())
	b = append(b, `,"flags":"`...)
	b, _ = seg.Flags.AppendText(b)
	b = append(b, '"')
	b = appendNumbers(b, seg)
	b = appendNumber(b, `,"len":`, uint64(seg.Length))
	b = appendNumber(b, `,"window":`, uint64(seg.Window))
	b = appendLabel(b, `,"label":`, &st.Label)
	b = appendNotes(b, st.Notes)
	s.buf = append(b, "}\n"...)
}

func appendNotes(b []byte, n flows.Notes) []byte {
	if n == 0 {
		return append(b, `,"notes":[]`...)
	}
	b = append(b, `,"notes":[`...)
	first := true
	n.Each(func(name string) {
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(append(append(b, '"'), name...), '"')
	})
	return append(b, ']')
}

// icmp writes an ICMP error that quotes a segment of a flow.
func (s *Sink) icmp(st *flows.Step) {
	e := st.Label.ICMP
	b := append(s.buf, `{"v":1,"event":"icmp","time":"`...)
	b = s.head(b, st)
	b = append(b, `,"from":"`...)
	b = append(e.From.AppendTo(b), '"')
	b = appendBool(b, `,"v6":`, e.V6)
	b = appendNumber(b, `,"type":`, uint64(e.Type))
	b = appendNumber(b, `,"code":`, uint64(e.Code))
	if e.MTU > 0 {
		b = appendNumber(b, `,"mtu":`, uint64(e.MTU))
	}
	b = appendNumber(b, `,"seq":`, uint64(e.Seq))
	b = appendLabel(b, `,"label":`, &st.Label)
	s.buf = append(b, "}\n"...)
}
