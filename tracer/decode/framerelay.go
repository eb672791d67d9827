package decode

import (
	"encoding/binary"

	"github.com/google/gopacket/layers"
)

const (
	controlUnnumbered = 0x03 // Q.922 control of IP over Frame Relay

	nlpidSNAP = 0x80 // ISO/IEC TR 9577
	nlpidIPv6 = 0x8e
	nlpidIPv4 = 0xcc
)

// frameRelay reads a Frame Relay header: an address of two to four bytes, the
// last of which is odd, and behind it either the encapsulation of RFC 2427 §3,
// which begins with a control byte of 3, or Cisco's, which is an EtherType.
func (d *Decoder) frameRelay(p packet) Kind {
	n := 0
	for n < 3 && n < len(p.data) && p.data[n]&1 == 0 {
		n++
	}
	n++ // the odd byte
	if len(p.data) < n+2 {
		return d.skip(p.short(n+2, badLinkHeader))
	}
	if p = p.from(n); p.data[0] != controlUnnumbered {
		return d.etherType(layers.EthernetType(binary.BigEndian.Uint16(p.data)), p.from(2))
	}
	if p = p.from(1); p.data[0] == 0 && len(p.data) > 1 { // a pad byte aligns SNAP
		p = p.from(1)
	}
	switch p.data[0] {
	case nlpidIPv4, nlpidIPv6:
		return d.anyIP(p.from(1))
	case nlpidSNAP:
		return d.subnetwork(p.from(1))
	}
	return d.skip(notIP)
}
