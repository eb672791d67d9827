package decode

import (
	"encoding/binary"
	"math"
	"net/netip"

	"github.com/google/gopacket/layers"
)

const (
	ipv6Size = 40

	optionPad1  = 0x00
	optionJumbo = 0xc2 // RFC 2675 §2
	optionHome  = 0xc9 // RFC 6275 §6.3
)

// ipv6 reads an IPv6 packet (RFC 8200 §3).
func (d *Decoder) ipv6(p packet) Kind {
	if !d.nest() {
		return d.skip(tooManyHeaders)
	}
	if len(p.data) < ipv6Size {
		return d.skip(p.short(ipv6Size, badIPHeader))
	}
	b := p.data
	if b[0]>>4 != 6 {
		return d.skip(badIPHeader)
	}
	d.ip = ipHeader{
		src:      netip.AddrFrom16([16]byte(b[8:24])),
		dst:      netip.AddrFrom16([16]byte(b[24:40])),
		protocol: layers.IPProtocol(b[6]),
		ttl:      b[7],
		v6:       true,
	}
	length := int(binary.BigEndian.Uint16(b[4:]))
	p = p.from(ipv6Size)
	if length == 0 {
		length = d.jumbo(p)
	}
	return d.transport(d.ip.protocol, p.sized(length))
}

// jumbo is the payload length of a packet whose header gives 0: that of its
// jumbo payload option, which fits only lengths that the header has no room for
// (RFC 2675 §3), or else that of the frame. Linux leaves the option out of
// packets that the network card is to cut into segments. Beyond 2 GiB, where an
// int may end, it is nonsense.
func (d *Decoder) jumbo(p packet) int {
	if d.ip.protocol == layers.IPProtocolIPv6HopByHop {
		if v := findOption(p.data, optionJumbo); len(v) == 4 {
			if n := binary.BigEndian.Uint32(v); n > 0xffff && n <= math.MaxInt32 {
				return int(n)
			}
		}
	}
	d.ip.unsure = true
	return p.wire
}

// findOption looks for an option in a hop-by-hop or destination options header
// and returns its value, or nil (RFC 8200 §4.2).
func findOption(header []byte, kind byte) []byte {
	if len(header) < 2 {
		return nil
	}
	size := (int(header[1]) + 1) * 8
	b := header[2:min(size, len(header))]
	for len(b) >= 2 {
		if b[0] == optionPad1 {
			b = b[1:]
			continue
		}
		n := 2 + int(b[1])
		if n > len(b) {
			return nil
		}
		if b[0] == kind {
			return b[2:n]
		}
		b = b[n:]
	}
	return nil
}
