package decode

import (
	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// Ports of tunnels. VXLAN and Geneve pick the source port by a hash of what is
// inside, so only the destination port says something.
const (
	portGTP        layers.UDPPort = 2152 // 3GPP TS 29.281 §4.4.2.3
	portTeredo     layers.UDPPort = 3544 // RFC 4380 §2.7
	portVXLAN      layers.UDPPort = 4789 // RFC 7348 §5
	portCAPWAP     layers.UDPPort = 5247 // RFC 5415 §3.1
	portGeneve     layers.UDPPort = 6081 // RFC 8926 §3.3
	portVXLANLinux layers.UDPPort = 8472 // the default of Linux, older than the RFC

	udpSize = 8
)

// datagram looks for a tunnel in a UDP datagram. A port number is a hint, not a
// promise: each tunnel checks its header before it goes on.
func (d *Decoder) datagram(p packet) Kind {
	if d.udp.DecodeFromBytes(p.data, gopacket.NilDecodeFeedback) != nil {
		return d.skip(notTCP)
	}
	p = p.from(udpSize)
	// Length 0 is that of a jumbogram, or left to the network card. A first
	// fragment has the length of the whole datagram.
	if n := int(d.udp.Length); n >= udpSize {
		p = p.sized(n - udpSize)
	}
	switch d.udp.DstPort {
	case portVXLAN, portVXLANLinux:
		return d.vxlan(p)
	case portGeneve:
		return d.geneve(p)
	}
	switch {
	case d.udpPort(portGTP):
		return d.gtp(p)
	case d.udpPort(portTeredo):
		return d.teredo(p)
	case d.udpPort(portCAPWAP):
		return d.capwap(p)
	}
	return d.skip(notTCP)
}

func (d *Decoder) udpPort(port layers.UDPPort) bool {
	return d.udp.SrcPort == port || d.udp.DstPort == port
}
