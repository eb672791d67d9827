package lab

import (
	"encoding/binary"
	"fmt"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"

	"tcptrace/flows"
)

// forged is a segment that no kernel sent.
type forged struct {
	flows.Segment
	badSum bool // its checksum is to be wrong
}

// bytes are the segment as an IP packet.
func (f *forged) bytes() ([]byte, error) {
	tcp := layers.TCP{
		SrcPort: layers.TCPPort(f.Src.Port()), DstPort: layers.TCPPort(f.Dst.Port()),
		Seq: uint32(f.Seq), Ack: uint32(f.Ack), Window: f.Window,
		FIN: f.Flags.Has(flows.FIN), SYN: f.Flags.Has(flows.SYN), RST: f.Flags.Has(flows.RST),
		PSH: f.Flags.Has(flows.PSH), ACK: f.Flags.Has(flows.ACK), URG: f.Flags.Has(flows.URG),
	}
	if o := &f.Options; o.Present.Has(flows.HasTimestamps) {
		tcp.Options = []layers.TCPOption{{
			OptionType: layers.TCPOptionKindTimestamps, OptionLength: 10,
			OptionData: binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, o.TSVal), o.TSEcr),
		}}
	}
	ip := f.header(&tcp)
	buffer := gopacket.NewSerializeBuffer()
	how := gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}
	err := gopacket.SerializeLayers(buffer, how, ip, &tcp, gopacket.Payload(make([]byte, f.Length)))
	if err != nil {
		return nil, fmt.Errorf("forge a segment: %w", err)
	}
	packet := buffer.Bytes()
	if f.badSum {
		flipChecksum(packet)
	}
	return packet, nil
}

// header is the IP header in front of a segment.
func (f *forged) header(tcp *layers.TCP) gopacket.SerializableLayer {
	src, dst := f.Src.Addr().AsSlice(), f.Dst.Addr().AsSlice()
	if f.Src.Addr().Is4() {
		ip := &layers.IPv4{Version: 4, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: src, DstIP: dst, Flags: layers.IPv4DontFragment}
		tcp.SetNetworkLayerForChecksum(ip)
		return ip
	}
	ip := &layers.IPv6{Version: 6, HopLimit: 64, NextHeader: layers.IPProtocolTCP, SrcIP: src, DstIP: dst}
	tcp.SetNetworkLayerForChecksum(ip)
	return ip
}

const (
	ipv4Header    = 20
	ipv6Header    = 40
	tcpChecksumAt = 16
)

// flipChecksum makes the checksum of a forged segment wrong.
func flipChecksum(packet []byte) {
	at := ipv4Header
	if packet[0]>>4 == 6 {
		at = ipv6Header
	}
	packet[at+tcpChecksumAt] ^= 0x55
}
