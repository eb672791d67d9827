package decode

import (
	"encoding/binary"

	"github.com/google/gopacket/layers"
)

const labelSize = 4

// mpls reads labels down to the bottom of the stack (RFC 3032 §2.1). Nothing
// there says what follows: by custom the first four bits do, 4 and 6 being IP,
// 0 the control word of a pseudowire, or the first bits of an address on a
// pseudowire without one (RFC 4928 §3, RFC 4385 §3).
func (d *Decoder) mpls(p packet) Kind {
	for bottom := false; !bottom; p = p.from(labelSize) {
		if len(p.data) < labelSize {
			return d.skip(p.short(labelSize, badLinkHeader))
		}
		bottom = p.data[2]&1 != 0
	}
	if len(p.data) == 0 {
		return d.skip(p.short(1, badLinkHeader))
	}
	switch {
	case p.data[0]>>4 == 4:
		return d.ipv4(p)
	case p.data[0]>>4 == 6:
		return d.ipv6(p)
	case p.data[0]>>4 == 0 && len(p.data) > 4 && holdsEthernet(p.data[4:]):
		return d.ethernet(p.from(4))
	case holdsEthernet(p.data):
		return d.ethernet(p)
	}
	return d.skip(notIP)
}

// holdsEthernet reports whether b begins with an Ethernet header that could lead
// to a segment: for IP the version must agree with the EtherType.
func holdsEthernet(b []byte) bool {
	if len(b) <= ethernetSize {
		return false
	}
	version := b[ethernetSize] >> 4
	switch layers.EthernetType(binary.BigEndian.Uint16(b[12:])) {
	case layers.EthernetTypeIPv4:
		return version == 4
	case layers.EthernetTypeIPv6:
		return version == 6
	case layers.EthernetTypeDot1Q, layers.EthernetTypeQinQ:
		return true
	}
	return false
}
