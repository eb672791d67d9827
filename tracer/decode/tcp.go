package decode

import (
	"encoding/binary"
	"net/netip"

	"tcptrace/flows"
)

const (
	tcpSize = 20

	// tcpUseful is how much of a header must have been captured: up to the
	// window, without which a segment cannot be judged.
	tcpUseful = 16

	tcpFlagsMask = 0x01ff
)

// tcp fills d.Segment from a TCP header (RFC 9293 §3.1). What the snaplen cut
// off, from the checksum on, stays zero.
func (d *Decoder) tcp(p packet) Kind {
	b := p.data
	if len(b) < tcpUseful {
		return d.skip(p.short(tcpSize, d.tooShortForTCP()))
	}
	header := int(b[12]>>4) * 4
	if p.wire < tcpSize || header > p.wire {
		return d.skip(d.tooShortForTCP())
	}
	if header < tcpSize {
		return d.skip(badTCPHeader)
	}
	s := &d.Segment
	s.Src = netip.AddrPortFrom(d.ip.src, binary.BigEndian.Uint16(b))
	s.Dst = netip.AddrPortFrom(d.ip.dst, binary.BigEndian.Uint16(b[2:]))
	s.Seq = flows.Seq(binary.BigEndian.Uint32(b[4:]))
	s.Ack = flows.Seq(binary.BigEndian.Uint32(b[8:]))
	s.Flags = flows.Flags(binary.BigEndian.Uint16(b[12:]) & tcpFlagsMask)
	s.Window = binary.BigEndian.Uint16(b[14:])
	s.Length = uint32(p.wire - header)
	s.Fragment = d.ip.fragment
	s.ID, s.TTL = d.ip.id, d.ip.ttl
	if len(b) >= 18 {
		s.Checksum = binary.BigEndian.Uint16(b[16:])
	}
	if len(b) >= tcpSize {
		s.Urgent = binary.BigEndian.Uint16(b[18:])
		readOptions(&s.Options, b[tcpSize:min(header, len(b))])
	}
	if len(b) < header {
		s.Options.Present |= flows.OptionsCut
	}
	s.BadSum = d.badSum(p)
	return TCP
}

// tooShortForTCP is why a header that does not fit into its packet is skipped:
// the next fragment may have the rest of it (RFC 1858 §3).
func (d *Decoder) tooShortForTCP() reason {
	if d.ip.fragment {
		return fragment
	}
	return badTCPHeader
}
