package decode

import (
	"net/netip"
	"testing"
)

// chained is an IPv6 packet with n destination options headers before TCP.
func chained(n int) []byte {
	var b []byte
	for i := range n {
		next := byte(60)
		if i == n-1 {
			next = 6
		}
		b = append(b, next, 0, 1, 4, 0, 0, 0, 0)
	}
	return ip6(60, join(b, plainTCP6()))
}

func extensionRows() []frameRow {
	before := func(kind byte, header string) Frame {
		return onWire(101, ip6(kind, join(bytesOf(header), plainTCP6())))
	}
	return []frameRow{
		{"hop-by-hop", before(0, "06 00 0104 00000000"), "6"},
		{"hop-by-hop of 24 bytes", before(0, "06 02 0114 00000000 00000000 00000000 00000000 00000000"), "6"},
		{"routing, no segments left", before(43, "06 00 00 00 00000000"), "6"},
		{"destination", before(60, "06 00 0104 00000000"), "6"},
		{"mobility", before(135, "06 00 05 00 0000 0000"), "6"},
		{"HIP", before(139, "06 00 0104 00000000"), "6"},
		{"shim6", before(140, "06 00 0104 00000000"), "6"},
		{"authentication", before(51, "06 04 0000 00000001 00000001 000000000000000000000000"), "6"},
		{"ESP", before(50, "06 00 0104 00000000"), "encrypted"},
		{"several", onWire(101, chained(3)), "6"},
		{"as many as allowed", onWire(101, chained(16)), "6"},
		{"one too many", onWire(101, chained(17)), "too-many-headers"},
		{"later fragment", before(44, "06 00 0009 00000001"), "fragment"},
		{"last fragment", before(44, "06 00 0008 00000001"), "fragment"},
		{"longer than the packet", before(60, "06 0f 0104 00000000"), "bad-ip-header"},
		{"nothing behind", onWire(101, ip6(60, bytesOf("06 00 0104 00000000"))), "bad-tcp-header"},
		{"short", onWire(101, ip6(60, bytesOf("06 00 01"))), "bad-ip-header"},
		{"cut", cutTo(44, 101, chained(1)), "cut"},
		{"end cut", cutTo(40+8, 101, ip6(60, join(bytesOf("06 01 010c"), make([]byte, 12), plainTCP6()))), "cut"},
	}
}

func TestExtension(t *testing.T) { checkFrames(t, extensionRows()) }

func TestIPv6Fragment(t *testing.T) {
	t.Run("atomic", func(t *testing.T) {
		want := want6()
		want.ID = 0x5678
		checkSegment(t, onWire(101, ip6(44, join(bytesOf("06 00 0000 12345678"), plainTCP6()))), want)
	})
	t.Run("atomic, damaged", func(t *testing.T) {
		want := want6()
		want.ID = 0x5678
		want.Checksum ^= 0xff
		want.BadSum = true
		bad := plainTCP6()
		bad[17] ^= 0xff
		checkSegment(t, onWire(101, ip6(44, join(bytesOf("06 00 0000 12345678"), bad))), want)
	})
	t.Run("first", func(t *testing.T) {
		want := want6()
		want.ID = 0x5678
		want.Length, want.Fragment = 3, true
		checkSegment(t, onWire(101, ip6(44, join(bytesOf("06 00 0001 12345678"), plainTCP6()[:32+3]))), want)
	})
}

// The ends of a source route, and of a mobile node, are those that TCP knows:
// the checksum is right for them only.
func TestEndsOfRoute(t *testing.T) {
	router := netip.MustParseAddr("2001:db8::ff")
	last, first := bob6.AsSlice(), router.AsSlice()
	tests := []struct {
		name   string
		kind   byte
		header []byte
		want   string // final destination
	}{
		{"type 0", 43, join(bytesOf("06 04 00 01 00000000"), first, last), "2001:db8::2"},
		{"type 2", 43, join(bytesOf("06 02 02 01 00000000"), last), "2001:db8::2"},
		{"segment routing", 43, join(bytesOf("06 04 04 01 01 00 0000"), last, first), "2001:db8::2"},
		{"segment routing, one segment", 43, join(bytesOf("06 02 04 01 00 00 0000"), last), "2001:db8::2"},
		{"no segments left", 43, join(bytesOf("06 02 02 00 00000000"), last), "2001:db8::ff"},
		{"unknown type", 43, join(bytesOf("06 02 09 01 00000000"), last), "2001:db8::ff"},
		{"too short for an address", 43, bytesOf("06 00 00 01 00000000"), "2001:db8::ff"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := want6()
			want.Dst = netip.AddrPortFrom(netip.MustParseAddr(tt.want), 443)
			segment := plainTCP6()
			if tt.name == "no segments left" {
				segment = tcpOf(alice6, router, pushAck, timestamps, []byte(payload))
				want.Checksum = uint16(segment[16])<<8 | uint16(segment[17])
			}
			checkSegment(t, onWire(101, with(ip6(tt.kind, join(tt.header, segment)), 24, first...)), want)
		})
	}
	t.Run("home address", func(t *testing.T) {
		header := join(bytesOf("06 02 c910"), alice6.AsSlice(), bytesOf("0102 0000"))
		checkSegment(t, onWire(101, with(ip6(60, join(header, plainTCP6())), 8, first...)), want6())
	})
}
