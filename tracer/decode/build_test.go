package decode

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

// Frames are built here by hand, by other means than the code under test: bytes
// in the order of the RFCs.

var (
	alice4 = netip.MustParseAddr("192.0.2.1")
	bob4   = netip.MustParseAddr("198.51.100.2")
	alice6 = netip.MustParseAddr("2001:db8::1")
	bob6   = netip.MustParseAddr("2001:db8::2")
)

const payload = "hello"

// bytesOf turns hexadecimal digits, with blanks where they help, into bytes.
func bytesOf(digits string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func join(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

func be16(n int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(n)) }
func be32(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) }

// with is a copy of b with other bytes from offset on.
func with(b []byte, offset int, other ...byte) []byte {
	b = append([]byte(nil), b...)
	copy(b[offset:], other)
	return b
}

// onesSum is the sum of RFC 1071 in its plainest form.
func onesSum(b []byte) uint16 {
	n := 0
	for i, c := range b {
		if i%2 == 0 {
			n += int(c) << 8
		} else {
			n += int(c)
		}
	}
	for n > 0xffff {
		n = n&0xffff + n>>16
	}
	return uint16(n)
}

// tcpOf is a TCP segment from port 40000 to 443 with a right checksum.
func tcpOf(src, dst netip.Addr, flags int, options, data []byte) []byte {
	b := join(be16(40000), be16(443), be32(1000), be32(2000),
		be16((20+len(options))/4<<12|flags), be16(502), be16(0), be16(7), options, data)
	pseudo := join(src.AsSlice(), dst.AsSlice(), be32(len(b)), be32(6))
	return with(b, 16, be16(int(^onesSum(join(pseudo, b))))...)
}

// ip4 is an IPv4 packet from Alice to Bob.
func ip4(protocol byte, data []byte) []byte {
	return join([]byte{0x45, 0}, be16(20+len(data)), be16(0x1234), be16(0x4000), []byte{64, protocol, 0, 0},
		alice4.AsSlice(), bob4.AsSlice(), data)
}

// ip6 is an IPv6 packet from Alice to Bob.
func ip6(next byte, data []byte) []byte {
	return join(be32(6<<28), be16(len(data)), []byte{next, 64}, alice6.AsSlice(), bob6.AsSlice(), data)
}

// outer4 and outer6 are packets between routers.
func outer4(protocol byte, data []byte) []byte {
	return with(ip4(protocol, data), 12, 10, 0, 0, 1, 10, 0, 0, 2)
}

func outer6(next byte, data []byte) []byte {
	return with(ip6(next, data), 8, 0xfd)
}

func udp(src, dst int, data []byte) []byte {
	return join(be16(src), be16(dst), be16(8+len(data)), be16(0), data)
}

func ethernetOf(etherType int, data []byte) []byte {
	return join(bytesOf("020000000002 020000000001"), be16(etherType), data)
}

// timestamps is the option field of nearly every segment there is.
var timestamps = bytesOf("01 01 08 0a 00000011 00000022")

const pushAck = 0x18

func plainTCP4() []byte { return tcpOf(alice4, bob4, pushAck, timestamps, []byte(payload)) }
func plainTCP6() []byte { return tcpOf(alice6, bob6, pushAck, timestamps, []byte(payload)) }
func plain4() []byte    { return ip4(6, plainTCP4()) }
func plain6() []byte    { return ip6(6, plainTCP6()) }
func frame4() []byte    { return ethernetOf(0x0800, plain4()) }
func frame6() []byte    { return ethernetOf(0x86dd, plain6()) }

// want4 is what plain4 must be decoded to.
func want4() flows.Segment {
	return flows.Segment{
		Src: netip.AddrPortFrom(alice4, 40000), Dst: netip.AddrPortFrom(bob4, 443),
		Seq: 1000, Ack: 2000, Flags: flows.PSH | flows.ACK, Window: 502, Urgent: 7,
		Length: uint32(len(payload)), ID: 0x1234, TTL: 64,
		Checksum: binary.BigEndian.Uint16(plainTCP4()[16:]),
		Options:  flows.Options{Present: flows.HasTimestamps, TSVal: 0x11, TSEcr: 0x22},
	}
}

// want6 is what plain6 must be decoded to.
func want6() flows.Segment {
	s := want4()
	s.Src, s.Dst = netip.AddrPortFrom(alice6, 40000), netip.AddrPortFrom(bob6, 443)
	s.ID = 0
	s.Checksum = binary.BigEndian.Uint16(plainTCP6()[16:])
	return s
}

var compareAddresses = cmp.Options{
	cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
	cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b }),
}

func checkSegment(t *testing.T, f Frame, want flows.Segment) {
	t.Helper()
	d := New()
	if got := d.Decode(&f); got != TCP {
		t.Fatalf("Decode = %d, skipped %v, want TCP", got, d.Skipped())
	}
	if diff := cmp.Diff(d.Segment, want, compareAddresses); diff != "" {
		t.Errorf("Segment (-got +want):\n%s", diff)
	}
}

func checkSkipped(t *testing.T, f Frame, want string) {
	t.Helper()
	d := New()
	if got := d.Decode(&f); got != Skipped {
		t.Fatalf("Decode = %d with %+v, want Skipped as %q", got, d.Segment, want)
	}
	if diff := cmp.Diff(d.Skipped(), []flows.Count{{Name: want, N: 1}}); diff != "" {
		t.Errorf("Skipped (-got +want):\n%s", diff)
	}
}

// onWire is a frame that was captured whole.
func onWire(linkType int, data []byte) Frame {
	return Frame{LinkType: linkType, Length: len(data), Data: data}
}

// cutTo is a frame of which the snaplen left n bytes.
func cutTo(n, linkType int, data []byte) Frame {
	return Frame{LinkType: linkType, Length: len(data), Data: data[:n:n]}
}

// A frameRow is a frame that holds plain4, or plain6, or is skipped.
type frameRow struct {
	name  string
	frame Frame
	want  string // "4", "6", or the reason
}

func checkFrames(t *testing.T, rows []frameRow) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			switch row.want {
			case "4":
				checkSegment(t, row.frame, want4())
			case "6":
				checkSegment(t, row.frame, want6())
			default:
				checkSkipped(t, row.frame, row.want)
			}
		})
	}
}
