package decode

import (
	"encoding/binary"
	"net/netip"

	"github.com/google/gopacket/layers"
)

const (
	ipv4Size = 20

	ipv4MoreFragments = 0x2000
	ipv4OffsetMask    = 0x1fff
)

// ipv4 reads an IPv4 packet.
func (d *Decoder) ipv4(p packet) Kind {
	payload, why := d.ipv4Header(p)
	if why != kept {
		return d.skip(why)
	}
	return d.transport(d.ip.protocol, payload)
}

// ipv4Header reads an IPv4 header into d.ip and returns what follows it
// (RFC 791 §3.1). Its options are of no interest, so bad ones do no harm.
func (d *Decoder) ipv4Header(p packet) (payload packet, why reason) {
	if !d.nest() {
		return p, tooManyHeaders
	}
	if len(p.data) < ipv4Size {
		return p, p.short(ipv4Size, badIPHeader)
	}
	b := p.data
	header, total := int(b[0]&0x0f)*4, int(binary.BigEndian.Uint16(b[2:]))
	offset := binary.BigEndian.Uint16(b[6:])
	d.ip = ipHeader{
		src:      netip.AddrFrom4([4]byte(b[12:16])),
		dst:      netip.AddrFrom4([4]byte(b[16:20])),
		protocol: layers.IPProtocol(b[9]),
		id:       binary.BigEndian.Uint16(b[4:]),
		ttl:      b[8],
		fragment: offset&ipv4MoreFragments != 0,
		unsure:   total == 0,
	}
	if total == 0 {
		// The sender's network card cuts the packet into segments, and fills
		// in the length of each, behind the point of capture.
		total = p.wire
	}
	if b[0]>>4 != 4 || header < ipv4Size || total < header {
		return p, badIPHeader
	}
	if len(b) < header {
		return p, p.short(header, badIPHeader)
	}
	if offset&ipv4OffsetMask != 0 {
		return p, fragment
	}
	return p.sized(total).from(header), kept
}
