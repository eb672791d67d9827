package flows

import "net/netip"

// Segment is one TCP segment as the wire showed it. Numbers are in host byte
// order. The zero value of a field that has a condition means nothing unless
// its condition holds.
type Segment struct {
	Time      Time   // when it was captured
	Packet    uint64 // frame number, from 1; 0 when there is no such number
	Interface uint32 // where it was captured: an index that the source chose

	Src, Dst netip.AddrPort

	Seq    Seq
	Ack    Seq // valid if Flags has ACK
	Flags  Flags
	Window uint16 // as sent, not scaled
	Urgent uint16 // valid if Flags has URG

	// Length is the payload in bytes by the IP header, never by what was
	// captured: a short snaplen does not shorten it. SYN and FIN do not count.
	Length uint32

	// Fragment says that the segment continues in IP fragments that were not
	// put together: Length is that of the first one, the rest is unknown.
	Fragment bool

	ID       uint16 // IPv4 identification; 0 for IPv6 without a fragment header
	TTL      uint8  // IPv4 time to live or IPv6 hop limit
	Checksum uint16 // TCP checksum as captured; wrong for offloaded packets
	BadSum   bool   // the checksum could be verified and is wrong

	Options Options
}

// End is the sequence number behind the segment: behind its payload, and its
// SYN and FIN, each of which counts one (RFC 9293 §3.4).
func (s *Segment) End() Seq {
	n := s.Length
	if s.Flags.Has(SYN) {
		n++
	}
	if s.Flags.Has(FIN) {
		n++
	}
	return s.Seq.Add(n)
}

// OptionSet says which TCP options a segment carries.
type OptionSet uint16

// The options that are told apart.
const (
	HasMSS           OptionSet = 1 << iota // RFC 9293 §3.7.1
	HasWindowScale                         // RFC 7323 §2
	HasSACKPermitted                       // RFC 2018 §2
	HasSACK                                // RFC 2018 §3
	HasTimestamps                          // RFC 7323 §3
	HasFastOpen                            // RFC 7413 §4.1.1, and its experimental form
	HasMPTCP                               // RFC 8684 §3
	HasSignature                           // TCP MD5, RFC 2385, or TCP-AO, RFC 5925
	OptionsCut                             // the snaplen or a bad length hid some options
)

// Has reports whether all options of want are there.
func (o OptionSet) Has(want OptionSet) bool { return o&want == want }

// Options are the TCP options of a segment.
type Options struct {
	Present        OptionSet
	MSS            uint16 // valid if HasMSS
	WindowScale    uint8  // valid if HasWindowScale; above 14 means 14, RFC 7323 §2.3
	FastOpenCookie uint8  // valid if HasFastOpen: length of the cookie in bytes, 0 asks for one
	TSVal, TSEcr   uint32 // valid if HasTimestamps
	SACKCount      uint8  // valid if HasSACK: how many of SACK are there
	SACK           [4]Range
}

// Range is a run of sequence numbers: From belongs to it, To does not.
type Range struct{ From, To Seq }

// ICMPError is an ICMP or ICMPv6 error that quotes a TCP header.
type ICMPError struct {
	Time      Time
	Packet    uint64
	Interface uint32

	From       netip.Addr // who sent the error
	V6         bool       // ICMPv6, RFC 4443; else ICMP, RFC 792
	Type, Code uint8
	MTU        uint32 // valid for "fragmentation needed" and "packet too big"

	// The quoted segment: from whom to whom, and its sequence number.
	Src, Dst netip.AddrPort
	Seq      Seq
}
