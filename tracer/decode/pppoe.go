package decode

import "encoding/binary"

const pppoeSize = 6

// pppoe reads the header of PPP over Ethernet: version and type, code, session,
// length (RFC 2516 §4). Code 0 is session data.
func (d *Decoder) pppoe(p packet) Kind {
	if len(p.data) < pppoeSize {
		return d.skip(p.short(pppoeSize, badLinkHeader))
	}
	if p.data[0] != 0x11 || p.data[1] != 0 {
		return d.skip(notIP)
	}
	length := int(binary.BigEndian.Uint16(p.data[4:]))
	return d.ppp(p.from(pppoeSize).first(length))
}
