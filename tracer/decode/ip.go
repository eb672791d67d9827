package decode

import (
	"net/netip"

	"github.com/google/gopacket/layers"
)

// IP protocols that gopacket does not name.
const (
	protocolIPComp   layers.IPProtocol = 108 // RFC 3173
	protocolMobility layers.IPProtocol = 135 // RFC 6275 §6.1
	protocolHIP      layers.IPProtocol = 139 // RFC 7401 §5.1
	protocolShim6    layers.IPProtocol = 140 // RFC 5533 §5.1
)

// ipHeader is what the segment needs of the IP header around it.
type ipHeader struct {
	src, dst netip.Addr // of the ends, not of the next router on a source route
	protocol layers.IPProtocol
	id       uint16
	ttl      uint8
	v6       bool
	// extensions counts the headers between this one and the transport.
	extensions int
	fragment   bool // the first of several fragments
	// unsure says that the pseudo header of the checksum is not known: the
	// length is a guess, or dst is not the last destination.
	unsure bool
}

// anyIP reads an IP packet of the version that its first bits give: they know it
// better than a link layer, which tools have rewritten at times.
func (d *Decoder) anyIP(p packet) Kind {
	if len(p.data) == 0 {
		return d.skip(p.short(1, badIPHeader))
	}
	switch p.data[0] >> 4 {
	case 4:
		return d.ipv4(p)
	case 6:
		return d.ipv6(p)
	}
	return d.skip(badIPHeader)
}

// transport goes on with what an IP header or an extension header says.
func (d *Decoder) transport(protocol layers.IPProtocol, p packet) Kind {
	switch protocol {
	case layers.IPProtocolTCP:
		return d.tcp(p)
	case layers.IPProtocolUDP:
		return d.datagram(p)
	case layers.IPProtocolICMPv4:
		return d.icmp4(p)
	case layers.IPProtocolICMPv6:
		return d.icmp6(p)
	case layers.IPProtocolIPv4:
		return d.ipv4(p)
	case layers.IPProtocolIPv6:
		return d.ipv6(p)
	case layers.IPProtocolGRE:
		return d.gre(p)
	case layers.IPProtocolEtherIP:
		return d.etherIP(p)
	case layers.IPProtocolMPLSInIP:
		return d.mpls(p)
	case layers.IPProtocolIPv6HopByHop, layers.IPProtocolIPv6Routing, layers.IPProtocolIPv6Fragment,
		layers.IPProtocolIPv6Destination, layers.IPProtocolAH, protocolMobility, protocolHIP, protocolShim6:
		return d.extension(protocol, p)
	case layers.IPProtocolESP:
		return d.skip(encrypted)
	case protocolIPComp:
		return d.skip(ipCompressed)
	}
	return d.skip(notTCP)
}
