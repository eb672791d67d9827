package decode

import (
	"strings"
	"testing"
)

func ipv4Rows() []frameRow {
	options := with(join(plain4()[:20], bytesOf("94040000 01010100"), plainTCP4()), 0, 0x47, 0, 0, 28+32+5)
	ah := join(bytesOf("06 04 0000 00000001 00000001"), make([]byte, 12), plainTCP4())
	return []frameRow{
		{"options", onWire(101, options), "4"},
		{"bad options do not matter", onWire(101, with(options, 20, 0x94, 0)), "4"},
		{"options cut", cutTo(24, 101, options), "cut"},
		{"authentication header", onWire(101, ip4(51, ah)), "4"},
		{"padding", onWire(101, join(plain4(), make([]byte, 100))), "4"},
		{"later fragment", onWire(101, with(plain4(), 6, 0x20, 1)), "fragment"},
		{"last fragment", onWire(101, with(plain4(), 6, 0, 1)), "fragment"},
		{"UDP", onWire(101, ip4(17, udp(53, 53, []byte("query")))), "not-tcp"},
		{"ESP", onWire(101, ip4(50, plainTCP4())), "encrypted"},
		{"IPComp", onWire(101, ip4(108, plainTCP4())), "ip-compressed"},
		{"hop-by-hop options are for IPv6", onWire(101, ip4(0, plainTCP4())), "not-tcp"},
		{"SCTP", onWire(101, ip4(132, plainTCP4())), "not-tcp"},
		{"header length below 20", onWire(101, with(plain4(), 0, 0x44)), "bad-ip-header"},
		{"total length below the header", onWire(101, with(plain4(), 2, 0, 19)), "bad-ip-header"},
		{"header longer than the frame", onWire(101, with(plain4()[:20], 0, 0x46)), "bad-ip-header"},
		{"short", onWire(101, plain4()[:19]), "bad-ip-header"},
		{"cut", cutTo(19, 101, plain4()), "cut"},
	}
}

func TestIPv4(t *testing.T) { checkFrames(t, ipv4Rows()) }

func TestIPv4Length(t *testing.T) {
	const headers = 20 + 32
	tests := []struct {
		name  string
		total int // in the IP header
		frame int // IP packet on the wire by the record of the capture
		want  uint32
	}{
		{"whole", headers + 1000, headers + 1000, 1000},
		{"padded", headers + 18, 100, 18},
		{"offloaded", 0, headers + 1000, 1000},
		{"offloaded beyond 16 bits", 0, headers + 100_000, 100_000},
		{"record lost its length on the wire", headers + 1448, 70, 1448},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := ip4(6, tcpOf(alice4, bob4, pushAck, timestamps, []byte(strings.Repeat("x", 18))))
			data = with(data, 2, be16(tt.total)...)
			f := Frame{LinkType: 101, Length: tt.frame, Data: data}
			d := New()
			if got := d.Decode(&f); got != TCP {
				t.Fatalf("Decode = %d, skipped %v, want TCP", got, d.Skipped())
			}
			if d.Segment.Length != tt.want || d.Segment.BadSum {
				t.Errorf("Length = %d, BadSum %v, want %d, false", d.Segment.Length, d.Segment.BadSum, tt.want)
			}
		})
	}
}

// The first fragment has the TCP header, and as much payload as it carries.
func TestIPv4FirstFragment(t *testing.T) {
	whole := tcpOf(alice4, bob4, pushAck, timestamps, []byte(strings.Repeat("x", 100)))
	want := want4()
	want.Checksum = 0
	want.Length, want.Fragment = 8, true
	want.BadSum = false // it covers what is not here
	got := with(ip4(6, with(whole[:40], 16, 0, 0)), 6, 0x20, 0)
	checkSegment(t, onWire(101, got), want)

	t.Run("header continues in the next", func(t *testing.T) {
		checkSkipped(t, onWire(101, with(ip4(6, whole[:24]), 6, 0x20, 0)), "fragment")
	})
	t.Run("too small for a header", func(t *testing.T) {
		checkSkipped(t, onWire(101, with(ip4(6, whole[:8]), 6, 0x20, 0)), "fragment")
	})
}
