package decode

import (
	"encoding/binary"
	"net/netip"

	"github.com/google/gopacket/layers"

	"tcptrace/flows"
)

// The way of the frames that captures are full of: Ethernet with up to two tags,
// a cooked header or none, IPv4 without options or IPv6 without extension headers,
// and a TCP header that was captured whole. It takes a quarter of the time of the
// functions named after the protocols, and knows nothing that they do not know:
// what is not as plain as that is theirs to judge. FuzzFastDecode compares the two.
//
// There is no recover here, which would take a fifth more time. Every slice is as
// long as what is read of it, by a check at the top of the function.

// plainSize is what the headers of IPv4 and TCP take, or that of IPv6 alone.
const plainSize = ipv4Size + tcpSize

// plain fills s and reports true if f holds nothing unusual. What s holds after
// false says nothing. Ethernet without tags does not take the call that it would
// cost to ask plainLink.
func plain(f *Frame, s *flows.Segment) bool {
	at := ethernetSize
	if f.LinkType != linkEthernet || len(f.Data) < ethernetSize || !isIP(f.Data[12:]) {
		at = plainLink(f.LinkType, f.Data)
	}
	if at < 0 || len(f.Data) < at+plainSize {
		return false
	}
	var wire int
	var pseudo uint64
	b := f.Data[at:]
	switch {
	case b[0] == 4<<4|ipv4Size/4:
		b, wire, pseudo = plainIPv4(s, b)
	case b[0]>>4 == 6:
		b, wire, pseudo = plainIPv6(s, b)
	default:
		return false
	}
	if len(b) < tcpSize {
		return false
	}
	header := int(b[12]>>4) * 4
	if header < tcpSize || header > len(b) {
		return false
	}
	s.Time, s.Packet, s.Interface = f.Time, f.Number, f.Interface
	s.Seq = flows.Seq(binary.BigEndian.Uint32(b[4:]))
	s.Ack = flows.Seq(binary.BigEndian.Uint32(b[8:]))
	s.Flags = flows.Flags(binary.BigEndian.Uint16(b[12:]) & tcpFlagsMask)
	s.Window = binary.BigEndian.Uint16(b[14:])
	s.Checksum = binary.BigEndian.Uint16(b[16:])
	s.Urgent = binary.BigEndian.Uint16(b[18:])
	s.Length = uint32(wire - header)
	s.Fragment = false
	s.Options = flows.Options{}
	switch {
	case header == tcpSize:
	case header == tcpSize+12 && binary.BigEndian.Uint32(b[20:]) == nopNopTimestamps:
		s.Options.Present = flows.HasTimestamps
		s.Options.TSVal = binary.BigEndian.Uint32(b[24:])
		s.Options.TSEcr = binary.BigEndian.Uint32(b[28:])
	default:
		plainOptions(&s.Options, b[tcpSize:header])
	}
	s.BadSum = len(b) == wire && wrong(s.Checksum, pseudo, b)
	return true
}

// plainLink is where the IP header stands behind a plain link layer, and -1 if
// that is none.
func plainLink(linkType int, b []byte) int {
	switch linkType {
	case linkEthernet:
		return plainTags(b)
	case linkRaw, linkRawBSD, linkRawOther, linkIPv4, linkIPv6:
		return 0
	case linkSLL:
		if len(b) >= cookedSize && isIP(b[14:]) {
			return cookedSize
		}
	case linkSLL2:
		if len(b) >= cooked2Size && isIP(b) {
			return cooked2Size
		}
	}
	return -1
}

// plainTags is plainLink for Ethernet with a tag, or with two: an operator's and a
// customer's.
func plainTags(b []byte) int {
	const one, two = ethernetSize + vlanSize, ethernetSize + 2*vlanSize
	switch {
	case len(b) < two || !isTag(b[ethernetSize-2:]):
		return -1
	case isIP(b[one-2:]):
		return one
	case isTag(b[one-2:]) && isIP(b[two-2:]):
		return two
	}
	return -1
}

// isIP tells whether the EtherType that b begins with is one of IP. Which one is
// not looked at: the packet says it itself.
func isIP(b []byte) bool {
	t := layers.EthernetType(binary.BigEndian.Uint16(b))
	return t == layers.EthernetTypeIPv4 || t == layers.EthernetTypeIPv6
}

func isTag(b []byte) bool {
	t := layers.EthernetType(binary.BigEndian.Uint16(b))
	return t == layers.EthernetTypeDot1Q || t == layers.EthernetTypeQinQ
}

// plainIPv4 reads the header of a packet of which at least plainSize was captured,
// without options, and the ports behind it. It returns what was captured of the
// segment, how long that was on the wire, and the sum of the pseudo header without
// the length; nil if the packet is not plain.
func plainIPv4(s *flows.Segment, b []byte) (segment []byte, wire int, pseudo uint64) {
	if len(b) < plainSize {
		return nil, 0, 0
	}
	total := int(binary.BigEndian.Uint16(b[2:]))
	part := binary.BigEndian.Uint16(b[6:]) & (ipv4MoreFragments | ipv4OffsetMask)
	if layers.IPProtocol(b[9]) != layers.IPProtocolTCP || part != 0 || total < plainSize {
		return nil, 0, 0
	}
	s.Src = netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[12:16])), binary.BigEndian.Uint16(b[20:]))
	s.Dst = netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[16:20])), binary.BigEndian.Uint16(b[22:]))
	s.ID, s.TTL = binary.BigEndian.Uint16(b[4:]), b[8]
	pseudo = uint64(layers.IPProtocolTCP) + halves(binary.BigEndian.Uint64(b[12:]))
	return b[ipv4Size:min(total, len(b))], total - ipv4Size, pseudo
}

// plainIPv6 is plainIPv4 for the other version.
func plainIPv6(s *flows.Segment, b []byte) (segment []byte, wire int, pseudo uint64) {
	if len(b) < ipv6Size+tcpSize {
		return nil, 0, 0
	}
	length := int(binary.BigEndian.Uint16(b[4:]))
	if layers.IPProtocol(b[6]) != layers.IPProtocolTCP || length < tcpSize {
		return nil, 0, 0
	}
	s.Src = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[8:24])), binary.BigEndian.Uint16(b[40:]))
	s.Dst = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[24:40])), binary.BigEndian.Uint16(b[42:]))
	s.ID, s.TTL = 0, b[7]
	pseudo = uint64(layers.IPProtocolTCP) +
		halves(binary.BigEndian.Uint64(b[8:])) + halves(binary.BigEndian.Uint64(b[16:])) +
		halves(binary.BigEndian.Uint64(b[24:])) + halves(binary.BigEndian.Uint64(b[32:]))
	return b[ipv6Size:min(ipv6Size+length, len(b))], length, pseudo
}

// Options as senders like to put them, filled up to words of four bytes. The last
// byte of the word is the value where there is room for one.
const (
	nopNopTimestamps           = 0x0101_080a
	nopNopSACKPermitted        = 0x0101_0402
	nopNopSACK                 = 0x01_0105
	nopWindowScale             = 0x01_0303
	segmentSize                = 0x0204
	sackPermittedAndTimestamps = 0x0402_080a
)

// plainOptions reads words of options, and leaves the rest, from the first other
// one on, to readOptions. b is whole words, and so is what each case takes.
func plainOptions(o *flows.Options, b []byte) {
	for len(b) >= 4 {
		switch word := binary.BigEndian.Uint32(b); {
		case word>>16 == segmentSize:
			o.MSS = uint16(word)
			o.Present |= flows.HasMSS
			b = b[4:]
		case word>>8 == nopWindowScale:
			o.WindowScale = min(uint8(word), maxWindowScale)
			o.Present |= flows.HasWindowScale
			b = b[4:]
		case word == nopNopSACKPermitted:
			o.Present |= flows.HasSACKPermitted
			b = b[4:]
		case (word == nopNopTimestamps || word == sackPermittedAndTimestamps) && len(b) >= 12:
			o.Present |= flows.HasTimestamps | permitted(word)
			o.TSVal = binary.BigEndian.Uint32(b[4:])
			o.TSEcr = binary.BigEndian.Uint32(b[8:])
			b = b[12:]
		case word>>8 == nopNopSACK && uint8(word)%8 == 2 && len(b) >= 2+int(uint8(word)):
			n := 2 + int(uint8(word))
			o.Present |= readSACK(o, b[4:n])
			b = b[n:]
		default:
			readOptions(o, b)
			return
		}
	}
}

// permitted is the option in front of timestamps.
func permitted(word uint32) flows.OptionSet {
	if word == sackPermittedAndTimestamps {
		return flows.HasSACKPermitted
	}
	return 0
}
