package decode

import "encoding/binary"

const (
	teredoOriginSize = 8
	teredoAuthSize   = 13 // and the lengths of client identifier and value
)

// teredo skips the authentication and origin indications in front of an IPv6
// packet (RFC 4380 §5.1.1). The length of that packet must be what is left of
// the datagram before the port number is believed.
func (d *Decoder) teredo(p packet) Kind {
	if len(p.data) >= 4 && binary.BigEndian.Uint16(p.data) == 1 {
		n := teredoAuthSize + int(p.data[2]) + int(p.data[3])
		if len(p.data) < n {
			return d.skip(p.short(n, notTCP))
		}
		p = p.from(n)
	}
	if len(p.data) >= teredoOriginSize && binary.BigEndian.Uint16(p.data) == 0 {
		p = p.from(teredoOriginSize)
	}
	if len(p.data) < ipv6Size {
		return d.skip(p.short(ipv6Size, notTCP))
	}
	if p.data[0]>>4 != 6 || int(binary.BigEndian.Uint16(p.data[4:])) != p.wire-ipv6Size {
		return d.skip(notTCP)
	}
	return d.ipv6(p)
}
