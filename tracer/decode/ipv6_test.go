package decode

import (
	"testing"

	"tcptrace/flows"
)

func ipv6Rows() []frameRow {
	return []frameRow{
		{"plain", onWire(101, plain6()), "6"},
		{"padding", onWire(101, join(plain6(), make([]byte, 100))), "6"},
		{"no next header", onWire(101, ip6(59, plainTCP6())), "not-tcp"},
		{"ICMP of the other version", onWire(101, ip6(1, make([]byte, 8))), "not-tcp"},
		{"other version", onWire(101, outer4(41, with(plain6(), 0, 0x70))), "bad-ip-header"},
		{"short", onWire(101, plain6()[:39]), "bad-ip-header"},
		{"cut", cutTo(39, 101, plain6()), "cut"},
	}
}

func TestIPv6(t *testing.T) { checkFrames(t, ipv6Rows()) }

// A packet beyond 64 KiB gives its length in a hop-by-hop option, or nowhere.
func TestJumbogram(t *testing.T) {
	const payload = 100_000
	hop := func(options string) []byte { return join(bytesOf("06 00"), bytesOf(options), plainTCP6()) }
	zero := func(data []byte, next byte) []byte { return with(ip6(next, data), 4, 0, 0) }
	tests := []struct {
		name   string
		data   []byte
		length int // of the frame
		want   uint32
	}{
		{"option", zero(hop("c204 000186c8"), 0), 40 + 8 + 32 + payload, 0x186c8 - 8 - 32},
		{"option and the record lost its length", zero(hop("c204 000186c8"), 0), 90, 0x186c8 - 8 - 32},
		{"no option", zero(hop("0104 00000000"), 0), 40 + 8 + 32 + payload, payload},
		{"no hop-by-hop header", zero(plainTCP6(), 6), 40 + 32 + payload, payload},
		{"option for a length that needs none", zero(hop("c204 0000ffff"), 0), 40 + 8 + 32 + payload, payload},
		{"option beyond all lengths", zero(hop("c204 ffffffff"), 0), 40 + 8 + 32 + payload, payload},
		{"option that does not count", ip6(0, hop("c204 000186c8")), 40 + 8 + 32 + 5, 5},
		{"pad in front", zero(join(bytesOf("06 01 00 0102 0000 00 c204 000186c8 0000"), plainTCP6()), 0),
			40 + 16 + 32 + payload, 0x186c8 - 16 - 32},
		{"one byte of padding in front", zero(join(bytesOf("06 01 00 c204 000186c8 0105 0000000000"), plainTCP6()), 0),
			90, 0x186c8 - 16 - 32},
		{"option beyond the header", zero(join(bytesOf("06 00 0102 0000 c2 04"), with(plainTCP6(), 0, 0, 1, 0x86, 0xc9)), 0),
			40 + 8 + 32 + payload, payload},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := New()
			f := Frame{LinkType: 101, Length: tt.length, Data: tt.data}
			if got := d.Decode(&f); got != TCP {
				t.Fatalf("Decode = %d, skipped %v, want TCP", got, d.Skipped())
			}
			s := &d.Segment
			if s.Length != tt.want || s.Seq != 1000 || s.Flags != flows.PSH|flows.ACK || s.BadSum {
				t.Errorf("Length = %d, Seq %d, Flags %s, BadSum %v, want %d, 1000, PA, false",
					s.Length, s.Seq, s.Flags, s.BadSum, tt.want)
			}
		})
	}
}
