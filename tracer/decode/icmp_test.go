package decode

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

var (
	router4 = netip.MustParseAddr("203.0.113.9")
	router6 = netip.MustParseAddr("2001:db8::9")
)

// icmp4Of is an error that a router sends to Alice about a packet of hers.
func icmp4Of(header string, quoted []byte) []byte {
	return with(ip4(1, join(bytesOf(header), quoted)), 12, join(router4.AsSlice(), alice4.AsSlice())...)
}

func icmp6Of(header string, quoted []byte) []byte {
	return with(ip6(58, join(bytesOf(header), quoted)), 8, join(router6.AsSlice(), alice6.AsSlice())...)
}

func TestICMP(t *testing.T) {
	four := flows.ICMPError{From: router4, Type: 3, Src: want4().Src, Dst: want4().Dst, Seq: 1000}
	six := flows.ICMPError{From: router6, V6: true, Type: 1, Src: want6().Src, Dst: want6().Dst, Seq: 1000}
	change := func(e flows.ICMPError, f func(*flows.ICMPError)) flows.ICMPError { f(&e); return e }
	options := with(join(plain4()[:20], bytesOf("94040000"), plainTCP4()), 0, 0x46)
	chain := ip6(0, join(bytesOf("2c 00 0104 00000000 06 00 0001 12345678"), plainTCP6()))
	tests := []struct {
		name  string
		frame Frame
		want  flows.ICMPError
	}{
		{"unreachable", onWire(101, icmp4Of("03 01 0000 00000000", plain4())),
			change(four, func(e *flows.ICMPError) { e.Code = 1 })},
		{"eight bytes of TCP", onWire(101, icmp4Of("03 00 0000 00000000", plain4()[:28])), four},
		{"fragmentation needed", onWire(101, icmp4Of("03 04 0000 00000578", plain4())),
			change(four, func(e *flows.ICMPError) { e.Code, e.MTU = 4, 1400 })},
		{"MTU only there", onWire(101, icmp4Of("03 03 0000 00000578", plain4())),
			change(four, func(e *flows.ICMPError) { e.Code = 3 })},
		{"source quench", onWire(101, icmp4Of("04 00 0000 00000000", plain4())),
			change(four, func(e *flows.ICMPError) { e.Type = 4 })},
		{"time exceeded", onWire(101, icmp4Of("0b 00 0000 00000000", plain4())),
			change(four, func(e *flows.ICMPError) { e.Type = 11 })},
		{"parameter problem", onWire(101, icmp4Of("0c 00 0000 00000000", plain4())),
			change(four, func(e *flows.ICMPError) { e.Type = 12 })},
		{"IP options in the quotation", onWire(101, icmp4Of("03 00 0000 00000000", options)), four},
		{"first fragment", onWire(101, icmp4Of("03 00 0000 00000000", with(plain4(), 6, 0x20, 0))), four},
		{"cut, but not the quotation", cutTo(20+8+28, 101, icmp4Of("03 00 0000 00000000", plain4())), four},
		{"IPv6 unreachable", onWire(101, icmp6Of("01 04 0000 00000000", plain6())),
			change(six, func(e *flows.ICMPError) { e.Code = 4 })},
		{"IPv6 packet too big", onWire(101, icmp6Of("02 00 0000 00010000", plain6())),
			change(six, func(e *flows.ICMPError) { e.Type, e.MTU = 2, 65536 })},
		{"IPv6 time exceeded", onWire(101, icmp6Of("03 00 0000 00000578", plain6())),
			change(six, func(e *flows.ICMPError) { e.Type = 3 })},
		{"IPv6 parameter problem", onWire(101, icmp6Of("04 00 0000 00000000", plain6())),
			change(six, func(e *flows.ICMPError) { e.Type = 4 })},
		{"IPv6 extension headers in the quotation", onWire(101, icmp6Of("01 00 0000 00000000", chain)), six},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := New()
			if got := d.Decode(&tt.frame); got != ICMP {
				t.Fatalf("Decode = %d, skipped %v, want ICMP", got, d.Skipped())
			}
			if diff := cmp.Diff(d.ICMP, tt.want, compareAddresses); diff != "" {
				t.Errorf("ICMP (-got +want):\n%s", diff)
			}
		})
	}
}

func icmpRows() []frameRow {
	quote4 := func(b []byte) Frame { return onWire(101, icmp4Of("03 01 0000 00000000", b)) }
	quote6 := func(b []byte) Frame { return onWire(101, icmp6Of("01 04 0000 00000000", b)) }
	var long []byte
	for range 40 {
		long = append(long, 60, 0, 1, 4, 0, 0, 0, 0)
	}
	return []frameRow{
		{"echo", onWire(101, icmp4Of("08 00 0000 00000000", plain4())), "not-tcp"},
		{"redirect", onWire(101, icmp4Of("05 00 0000 00000000", plain4())), "not-tcp"},
		{"quotes UDP", quote4(ip4(17, udp(53, 53, nil))), "not-tcp"},
		{"quotes IPv6", quote4(plain6()), "bad-icmp"},
		{"quotes a later fragment", quote4(with(plain4(), 6, 0, 1)), "fragment"},
		{"quotes seven bytes of TCP", quote4(plain4()[:27]), "bad-icmp"},
		{"quotes 19 bytes", quote4(plain4()[:19]), "bad-icmp"},
		{"quotes half of the options", quote4(with(plain4()[:30], 0, 0x4f)), "bad-icmp"},
		{"quotes a header length below 20", quote4(with(plain4(), 0, 0x44)), "bad-icmp"},
		{"short", onWire(101, icmp4Of("03 01 0000", nil)), "bad-icmp"},
		{"cut in TCP", cutTo(20+8+27, 101, quote4(plain4()).Data), "cut"},
		{"cut in IP", cutTo(20+8+19, 101, quote4(plain4()).Data), "cut"},
		{"cut in ICMP", cutTo(20+7, 101, quote4(plain4()).Data), "cut"},
		{"IPv6 echo", onWire(101, icmp6Of("80 00 0000 00000000", plain6())), "not-tcp"},
		{"IPv6 quotes UDP", quote6(ip6(17, udp(53, 53, nil))), "not-tcp"},
		{"IPv6 quotes IPv4", quote6(join(plain4(), make([]byte, 40))), "bad-icmp"},
		{"IPv6 quotes a later fragment", quote6(ip6(44, join(bytesOf("06 00 0008 00000000"), plainTCP6()))), "fragment"},
		{"IPv6 quotes half of an extension header", quote6(ip6(60, bytesOf("06 00 01"))), "bad-icmp"},
		{"IPv6 quotes less than an extension header says", quote6(ip6(60, bytesOf("06 09 010400000000"))), "bad-icmp"},
		{"IPv6 quotes a long chain", quote6(ip6(60, long)), "too-many-headers"},
		{"IPv6 quotes 39 bytes", quote6(plain6()[:39]), "bad-icmp"},
		{"IPv6 quotes seven bytes of TCP", quote6(plain6()[:47]), "bad-icmp"},
		{"IPv6 short", onWire(101, icmp6Of("01 04 0000", nil)), "bad-icmp"},
		{"ICMPv6 over IPv4", onWire(101, ip4(58, join(bytesOf("01 04 0000 00000000"), plain6()))), "not-tcp"},
		{"ICMP over IPv6", onWire(101, ip6(1, join(bytesOf("03 01 0000 00000000"), plain4()))), "not-tcp"},
	}
}

func TestICMPSkipped(t *testing.T) { checkFrames(t, icmpRows()) }
