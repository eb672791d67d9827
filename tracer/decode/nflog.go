package decode

import "encoding/binary"

const (
	nflogSize    = 4 // family, version, resource id
	nflogTLVSize = 4 // length, type
	nflogPayload = 9 // type of the TLV that holds the packet
)

// nflog reads what the Linux NFLOG target gives: a header, and TLVs padded to
// four bytes, in the byte order of the host that captured. One of them is the
// packet.
func (d *Decoder) nflog(p packet) Kind {
	if len(p.data) < nflogSize+nflogTLVSize {
		return d.skip(p.short(nflogSize+nflogTLVSize, badLinkHeader))
	}
	if family := p.data[0]; family != familyIPv4 && family != familyIPv6Linux {
		return d.skip(notIP)
	}
	p = p.from(nflogSize)
	order := nflogOrder(p.data)
	for len(p.data) >= nflogTLVSize {
		length, kind := int(order.Uint16(p.data)), order.Uint16(p.data[2:])
		switch {
		case length < nflogTLVSize:
			return d.skip(badLinkHeader)
		case kind == nflogPayload:
			return d.anyIP(p.from(nflogTLVSize).first(length - nflogTLVSize))
		}
		padded := (length + 3) &^ 3
		if padded > len(p.data) {
			return d.skip(p.short(padded, badLinkHeader))
		}
		p = p.from(padded)
	}
	return d.skip(notIP)
}

// nflogOrder guesses the byte order by the type of the first TLV: the types are
// below 256.
func nflogOrder(tlv []byte) binary.ByteOrder {
	if tlv[2] == 0 && tlv[3] != 0 {
		return binary.BigEndian
	}
	return binary.LittleEndian
}
