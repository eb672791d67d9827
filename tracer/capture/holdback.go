package capture

import "strings"

// What a capture holds back whatever the user's filter says, in pcap-filter(7)
// syntax. Each expression names what is left out, and is negated: a frame of
// which it cannot tell passes. There is no `vlan` in them, since the kernel takes
// the outer tag of a live frame off, and since that word moves the offsets of
// everything behind it, in the user's filter too.
const (
	// noSegment is ARP, and UDP outside the ports of the tunnels that package
	// decode looks into. The version is looked at because decode goes by it, and
	// the next header of IPv6 because `ip6 and udp` looks behind a fragment header,
	// where `port` does not. Of later fragments decode makes nothing.
	noSegment = "arp or ((ip[0] & 0xf0 = 0x40 and ip[9] = 17) or (ip6[0] & 0xf0 = 0x60 and ip6[6] = 17)) and not (" +
		"udp port 2152 or udp port 3544 or udp dst port 4789 or udp port 5247 or udp dst port 6081 or udp dst port 8472)"

	// payload is segments with payload and without SYN, FIN and RST: lengths of
	// IPv4 are those of RFC 791 §3.1 and of RFC 9293 §3.1, those of IPv6 of RFC 8200
	// §3. Behind extension headers and in tunnels it finds none.
	payload = "(tcp[13] & 7 = 0 and ip[2:2] - ((ip[0] & 0xf) << 2) != (tcp[12] & 0xf0) >> 2)" +
		" or (ip6[6] = 6 and ip6[53] & 7 = 0 and ip6[4:2] != (ip6[52] & 0xf0) >> 2)"
)

// holding is an expression for what passes the user's, but for what is held
// back. The user's comes last: what it has of `vlan` or `mpls` moves the offsets
// of what follows.
func holding(user string, back ...string) string {
	var terms []string
	for _, expr := range back {
		terms = append(terms, "not ("+expr+")")
	}
	if strings.TrimSpace(user) != "" {
		terms = append(terms, "("+user+")")
	}
	return strings.Join(terms, " and ")
}

// expr is the filter of the kernel.
func (o *LiveOptions) expr() string {
	if o.Handshakes {
		return holding(o.Filter, noSegment, payload)
	}
	return holding(o.Filter, noSegment)
}

// handshakesOf is the filter of files when payload is held back, best first: a
// file has the VLAN tags in its frames, of which the outer one is looked behind,
// and not every link type knows tags.
func handshakesOf() []string {
	return []string{holding("", payload, "vlan and ("+payload+")"), holding("", payload)}
}
