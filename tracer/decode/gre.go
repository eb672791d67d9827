package decode

import (
	"encoding/binary"

	"github.com/google/gopacket/layers"
)

const (
	greSize = 4

	greChecksum = 0x8000 // RFC 2784 §2.1, RFC 1701
	greRouting  = 0x4000
	greKey      = 0x2000 // RFC 2890 §2
	greSequence = 0x1000
	greAck      = 0x0080 // RFC 2637 §4.1, version 1 only
	greVersion  = 0x0007

	greWCCP    layers.EthernetType = 0x883e
	greERSPAN3 layers.EthernetType = 0x22eb
)

// gre reads a GRE header of version 0, or of version 1, which carries PPP.
func (d *Decoder) gre(p packet) Kind {
	if len(p.data) < greSize {
		return d.skip(p.short(greSize, notTCP))
	}
	flags := binary.BigEndian.Uint16(p.data)
	protocol := layers.EthernetType(binary.BigEndian.Uint16(p.data[2:]))
	n := greHeaderSize(flags)
	if len(p.data) < n {
		return d.skip(p.short(n, notTCP))
	}
	if flags&greVersion == 1 && flags&greSequence == 0 {
		return d.skip(notTCP) // an acknowledgment alone, RFC 2637 §4.1
	}
	p = p.from(n)
	if flags&greRouting != 0 {
		var why reason
		if p, why = skipRoutes(p); why != kept {
			return d.skip(why)
		}
	}
	switch protocol {
	case greWCCP:
		return d.wccp(p)
	case layers.EthernetTypeERSPAN:
		return d.erspan2(flags, p)
	case greERSPAN3:
		return d.erspan3(p)
	}
	return d.etherType(protocol, p)
}

// greHeaderSize is the size without the routing field. The checksum and routing
// flags share one word.
func greHeaderSize(flags uint16) int {
	n := greSize
	if flags&(greChecksum|greRouting) != 0 {
		n += 4
	}
	if flags&greKey != 0 {
		n += 4
	}
	if flags&greSequence != 0 {
		n += 4
	}
	if flags&greVersion == 1 && flags&greAck != 0 {
		n += 4
	}
	return n
}

// skipRoutes skips the routing field: entries of address family, offset and
// length, up to one of which all is zero (RFC 1701).
func skipRoutes(p packet) (packet, reason) {
	for {
		if len(p.data) < 4 {
			return p, p.short(4, notTCP)
		}
		family, n := binary.BigEndian.Uint16(p.data), 4+int(p.data[3])
		if len(p.data) < n {
			return p, p.short(n, notTCP)
		}
		p = p.from(n)
		if family == 0 && n == 4 {
			return p, kept
		}
	}
}
