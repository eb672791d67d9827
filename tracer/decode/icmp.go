package decode

import (
	"encoding/binary"
	"net/netip"

	"github.com/google/gopacket/layers"

	"tcptrace/flows"
)

// ICMP errors (RFC 792, RFC 4443 §3).
const (
	icmp4Unreachable  = 3
	icmp4SourceQuench = 4 // deprecated by RFC 6633, and still TCP's business in old captures
	icmp4TimeExceeded = 11
	icmp4BadParameter = 12
	icmp4TooBig       = 4 // code of unreachable, RFC 1191 §4

	icmp6Unreachable  = 1
	icmp6TooBig       = 2
	icmp6TimeExceeded = 3
	icmp6BadParameter = 4

	icmpSize   = 8
	quotedSize = 8 // of the transport header: what RFC 792 promises
)

// icmp4 reads an ICMP message. Only errors quote packets of others.
func (d *Decoder) icmp4(p packet) Kind {
	if d.ip.v6 {
		return d.skip(notTCP)
	}
	if len(p.data) < icmpSize {
		return d.skip(p.short(icmpSize, badICMP))
	}
	d.icmpHeader(p.data)
	switch e := &d.ICMP; e.Type {
	case icmp4Unreachable:
		if e.Code == icmp4TooBig {
			e.MTU = uint32(binary.BigEndian.Uint16(p.data[6:]))
		}
	case icmp4SourceQuench, icmp4TimeExceeded, icmp4BadParameter:
	default:
		return d.skip(notTCP)
	}
	return d.quotedIPv4(p.from(icmpSize))
}

// icmp6 reads an ICMPv6 message.
func (d *Decoder) icmp6(p packet) Kind {
	if !d.ip.v6 {
		return d.skip(notTCP)
	}
	if len(p.data) < icmpSize {
		return d.skip(p.short(icmpSize, badICMP))
	}
	d.icmpHeader(p.data)
	switch e := &d.ICMP; e.Type {
	case icmp6TooBig:
		e.MTU = binary.BigEndian.Uint32(p.data[4:])
	case icmp6Unreachable, icmp6TimeExceeded, icmp6BadParameter:
	default:
		return d.skip(notTCP)
	}
	return d.quotedIPv6(p.from(icmpSize))
}

func (d *Decoder) icmpHeader(b []byte) {
	d.ICMP.From, d.ICMP.V6 = d.ip.src, d.ip.v6
	d.ICMP.Type, d.ICMP.Code = b[0], b[1]
}

// quotedIPv4 reads the IPv4 header that an error quotes. Its total length is not
// that of the quotation, and some routers change it.
func (d *Decoder) quotedIPv4(p packet) Kind {
	if len(p.data) < ipv4Size {
		return d.skip(p.short(ipv4Size, badICMP))
	}
	b := p.data
	header := int(b[0]&0x0f) * 4
	switch {
	case b[0]>>4 != 4 || header < ipv4Size:
		return d.skip(badICMP)
	case layers.IPProtocol(b[9]) != layers.IPProtocolTCP:
		return d.skip(notTCP)
	case binary.BigEndian.Uint16(b[6:])&ipv4OffsetMask != 0:
		return d.skip(fragment)
	case len(b) < header:
		return d.skip(p.short(header, badICMP))
	}
	return d.quotedTCP(netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20])), p.from(header))
}

// quotedIPv6 reads the IPv6 header that an error quotes, and the extension
// headers behind it.
func (d *Decoder) quotedIPv6(p packet) Kind {
	if len(p.data) < ipv6Size {
		return d.skip(p.short(ipv6Size, badICMP))
	}
	b := p.data
	if b[0]>>4 != 6 {
		return d.skip(badICMP)
	}
	src, dst := netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
	payload, why := quotedPayload(layers.IPProtocol(b[6]), p.from(ipv6Size))
	if why != kept {
		return d.skip(why)
	}
	return d.quotedTCP(src, dst, payload)
}

// quotedPayload skips the extension headers in front of TCP.
func quotedPayload(next layers.IPProtocol, p packet) (packet, reason) {
	for range maxExtensions {
		switch next {
		case layers.IPProtocolTCP:
			return p, kept
		case layers.IPProtocolIPv6HopByHop, layers.IPProtocolIPv6Routing, layers.IPProtocolIPv6Destination,
			layers.IPProtocolIPv6Fragment, layers.IPProtocolAH:
		default:
			return p, notTCP
		}
		if len(p.data) < extensionSize {
			return p, p.short(extensionSize, badICMP)
		}
		if next == layers.IPProtocolIPv6Fragment && isLaterFragment(p.data) {
			return p, fragment
		}
		size := sizeOfExtension(next, p.data)
		if size > len(p.data) {
			return p, p.short(size, badICMP)
		}
		next, p = layers.IPProtocol(p.data[0]), p.from(size)
	}
	return p, tooManyHeaders
}

// quotedTCP reads the ports and the sequence number of the quoted segment.
func (d *Decoder) quotedTCP(src, dst netip.Addr, p packet) Kind {
	if len(p.data) < quotedSize {
		return d.skip(p.short(quotedSize, badICMP))
	}
	d.ICMP.Src = netip.AddrPortFrom(src, binary.BigEndian.Uint16(p.data))
	d.ICMP.Dst = netip.AddrPortFrom(dst, binary.BigEndian.Uint16(p.data[2:]))
	d.ICMP.Seq = flows.Seq(binary.BigEndian.Uint32(p.data[4:]))
	return ICMP
}
