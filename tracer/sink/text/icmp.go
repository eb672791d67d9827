package text

import (
	"tcptrace/flows"
	"tcptrace/tracer/sink/digits"
)

// icmp writes what an ICMP error says and who said it, since a router far from
// both ends may have.
func (s *Sink) icmp(e *flows.ICMPError) {
	l := &s.line
	if name := icmpName(e); name != "" {
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

// icmpName is what an error means, empty for those that TCP never causes.
func icmpName(e *flows.ICMPError) string {
	if e.V6 {
		return icmp6Name(e.Type, e.Code)
	}
	return icmp4Name(e.Type, e.Code)
}

// icmp4Name follows RFC 792 and RFC 1812 §5.2.7.1.
func icmp4Name(kind, code uint8) string {
	switch [2]uint8{kind, code} {
	case [2]uint8{3, 0}:
		return "network unreachable"
	case [2]uint8{3, 1}:
		return "host unreachable"
	case [2]uint8{3, 2}:
		return "protocol unreachable"
	case [2]uint8{3, 3}:
		return "port unreachable"
	case [2]uint8{3, 4}:
		return "fragmentation needed"
	case [2]uint8{3, 9}, [2]uint8{3, 10}, [2]uint8{3, 13}:
		return "administratively prohibited"
	case [2]uint8{11, 0}:
		return "time to live exceeded"
	}
	return ""
}

// icmp6Name follows RFC 4443 §3.
func icmp6Name(kind, code uint8) string {
	switch [2]uint8{kind, code} {
	case [2]uint8{1, 0}:
		return "no route to destination"
	case [2]uint8{1, 1}, [2]uint8{1, 5}, [2]uint8{1, 6}:
		return "administratively prohibited"
	case [2]uint8{1, 3}:
		return "address unreachable"
	case [2]uint8{1, 4}:
		return "port unreachable"
	case [2]uint8{2, 0}:
		return "packet too big"
	case [2]uint8{3, 0}:
		return "hop limit exceeded"
	}
	return ""
}
