package decode

import "encoding/binary"

// Address families as the systems number them that write these captures. All
// agree on IPv4.
const (
	familyIPv4        = 2
	familyIPv6Linux   = 10
	familyIPv6Windows = 23
	familyIPv6NetBSD  = 24 // and OpenBSD
	familyIPv6FreeBSD = 28
	familyIPv6Darwin  = 30
)

const loopbackSize = 4

// loopback reads an address family of 4 bytes. LINKTYPE_NULL has it in the byte
// order of the host that captured and LINKTYPE_LOOP in network order, but files
// mix them up. Families are small: only one order makes sense.
func (d *Decoder) loopback(p packet) Kind {
	if len(p.data) < loopbackSize {
		return d.skip(p.short(loopbackSize, badLinkHeader))
	}
	family := binary.LittleEndian.Uint32(p.data)
	if family > 0xffff {
		family = binary.BigEndian.Uint32(p.data)
	}
	p = p.from(loopbackSize)
	switch family {
	case familyIPv4,
		familyIPv6Linux, familyIPv6Windows, familyIPv6NetBSD, familyIPv6FreeBSD, familyIPv6Darwin:
		return d.anyIP(p)
	}
	return d.skip(notIP)
}
