package flows

// Meaning is what an ICMP error says, in words; empty for one that TCP never
// causes (RFC 792 and RFC 1812 §5.2.7.1, or RFC 4443 §3).
func (e *ICMPError) Meaning() string {
	if e.V6 {
		return meaning6(e.Type, e.Code)
	}
	return meaning4(e.Type, e.Code)
}

func meaning4(kind, code uint8) string {
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

func meaning6(kind, code uint8) string {
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
