package decode

import (
	"encoding/binary"

	"github.com/google/gopacket/layers"
)

// PPP protocols that gopacket does not name.
const (
	pppVJCompressed   layers.PPPType = 0x002d // RFC 1332 §4
	pppVJUncompressed layers.PPPType = 0x002f
)

const (
	hdlcUnicast   = 0x0f // addresses of Cisco HDLC
	hdlcBroadcast = 0x8f
)

// ppp reads the protocol of a PPP frame. The HDLC address and control bytes FF
// 03 in front may have been compressed away, and so may the zero byte of the
// protocol: the last byte of a protocol is odd, the others even (RFC 1661 §2,
// §6.5, §6.6).
func (d *Decoder) ppp(p packet) Kind {
	if len(p.data) >= 2 && p.data[0] == 0xff && p.data[1] == 0x03 {
		p = p.from(2)
	}
	if len(p.data) >= 1 && p.data[0]&1 != 0 {
		return d.pppProtocol(layers.PPPType(p.data[0]), p.from(1))
	}
	if len(p.data) < 2 {
		return d.skip(p.short(2, badLinkHeader))
	}
	return d.pppProtocol(layers.PPPType(binary.BigEndian.Uint16(p.data)), p.from(2))
}

func (d *Decoder) pppProtocol(protocol layers.PPPType, p packet) Kind {
	switch protocol {
	case layers.PPPTypeIPv4, layers.PPPTypeIPv6:
		return d.anyIP(p)
	case layers.PPPTypeMPLSUnicast, layers.PPPTypeMPLSMulticast:
		return d.mpls(p)
	case pppVJCompressed:
		return d.skip(vjCompressed)
	case pppVJUncompressed:
		return d.vjUncompressed(p)
	}
	return d.skip(notIP)
}

// vjUncompressed reads an IPv4 packet whose protocol byte holds the slot that
// the compressor will use for the connection: the protocol is TCP (RFC 1144
// §3.2).
func (d *Decoder) vjUncompressed(p packet) Kind {
	payload, why := d.ipv4Header(p)
	if why != kept {
		return d.skip(why)
	}
	return d.transport(layers.IPProtocolTCP, payload)
}

// pppSerial reads a frame of a serial line, which begins with the address of
// either PPP or Cisco HDLC.
func (d *Decoder) pppSerial(p packet) Kind {
	if len(p.data) >= 1 && (p.data[0] == hdlcUnicast || p.data[0] == hdlcBroadcast) {
		return d.ciscoHDLC(p)
	}
	return d.ppp(p)
}
