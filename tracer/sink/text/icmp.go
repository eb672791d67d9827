package text

import (
	"tcptrace/flows"
	"tcptrace/tracer/sink/digits"
)

// icmp writes what an ICMP error says and who said it, since a router far from
// both ends may have.
func (s *Sink) icmp(e *flows.ICMPError) {
	l := &s.line
	if name := e.Meaning(); name != "" {
		l.phrase(name)
	}
	if e.MTU > 0 {
		l.begin()
		l.buf = append(l.buf, "MTU "...)
		l.buf = digits.Append(l.buf, uint64(e.MTU))
		l.doneASCII()
	}
	l.begin()
	l.buf = append(l.buf, "from "...)
	l.buf = digits.AppendAddr(l.buf, e.From)
	l.doneASCII()
}
