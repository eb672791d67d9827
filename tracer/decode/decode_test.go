package decode

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

// allFrames are the frames of all tables.
func allFrames() []Frame {
	var frames []Frame
	for _, rows := range [][]frameRow{
		linkRows(), ethernetRows(), llcRows(), fddiRows(), cookedRows(), loopbackRows(), pppRows(), pppoeRows(),
		ciscoHDLCRows(), frameRelayRows(), mplsRows(), nflogRows(), wlanRows(), radiotapRows(), ipRows(),
		ipv4Rows(), ipv6Rows(), extensionRows(), greRows(), erspanRows(), wccpRows(), etherIPRows(), udpRows(),
		vxlanRows(), geneveRows(), gtpRows(), teredoRows(), capwapRows(), tcpRows(), icmpRows(),
	} {
		for _, row := range rows {
			frames = append(frames, row.frame)
		}
	}
	return append(frames, onWire(101, icmp4Of("03 04 0000 00000578", plain4())),
		onWire(101, icmp6Of("02 00 0000 00000578", plain6())))
}

func TestDecodeCopiesWhereAndWhen(t *testing.T) {
	f := onWire(1, frame4())
	f.Time, f.Number, f.Interface = 123, 45, 6
	want := want4()
	want.Time, want.Packet, want.Interface = 123, 45, 6
	checkSegment(t, f, want)

	f = onWire(101, icmp4Of("03 00 0000 00000000", plain4()))
	f.Time, f.Number, f.Interface = 123, 45, 6
	d := New()
	d.Decode(&f)
	if e := d.ICMP; e.Time != 123 || e.Packet != 45 || e.Interface != 6 {
		t.Errorf("ICMP = %+v, want time 123, packet 45, interface 6", e)
	}
}

// Nothing of a frame is left when the next one is decoded.
func TestDecodeForgets(t *testing.T) {
	frames := allFrames()
	options := bytesOf("0204 05b4 0303 07 22 04 0102 05 0a 00000001 00000002 0402 01")
	bad := with(tcpOf(alice4, bob4, pushAck, options, nil), 7, 1)
	full := []Frame{
		onWire(1, ethernetOf(0x0800, ip4(6, bad))),
		onWire(101, icmp4Of("03 04 0000 00000578", plain4())),
		onWire(101, chained(maxExtensions)),
	}
	used := New()
	for i, f := range frames {
		for _, before := range full {
			used.Decode(&before)
			fresh := New()
			got, want := used.Decode(&f), fresh.Decode(&f)
			if got != want {
				t.Fatalf("frame %d: Decode = %d, of a new Decoder %d", i, got, want)
			}
			if got == Skipped {
				if diff := cmp.Diff(used.Skipped(), fresh.Skipped()); diff != "" {
					t.Errorf("frame %d: Skipped (-got +want):\n%s", i, diff)
				}
				used = New()
				continue
			}
			if diff := cmp.Diff(used.Segment, fresh.Segment, compareAddresses); diff != "" {
				t.Errorf("frame %d: Segment (-got +want):\n%s", i, diff)
			}
			if diff := cmp.Diff(used.ICMP, fresh.ICMP, compareAddresses); got == ICMP && diff != "" {
				t.Errorf("frame %d: ICMP (-got +want):\n%s", i, diff)
			}
		}
	}
}

// Whatever the snaplen is, nothing fails, and what is found is not invented:
// ports and sequence number are those of the whole frame.
func TestDecodeEveryCut(t *testing.T) {
	for i, whole := range allFrames() {
		d := New()
		if d.Decode(&whole) != TCP || whole.Length > 1000 {
			continue
		}
		want := d.Segment
		for n := range len(whole.Data) {
			f := cutTo(n, whole.LinkType, whole.Data)
			f.Length = whole.Length
			d := New()
			switch d.Decode(&f) {
			case TCP:
				s := &d.Segment
				if s.Src != want.Src || s.Dst != want.Dst || s.Seq != want.Seq || s.Length != want.Length ||
					s.Flags != want.Flags || s.BadSum {
					t.Errorf("frame %d cut to %d: %+v, want %+v", i, n, *s, want)
				}
			case ICMP:
				t.Errorf("frame %d cut to %d: ICMP", i, n)
			case Skipped:
				if got := d.Skipped()[0].Name; got == "panic" {
					t.Errorf("frame %d cut to %d: panic", i, n)
				}
			}
		}
	}
}

// An Ethernet header and 30 tags leave one header, and 31 tags none.
func TestDecodeNests(t *testing.T) {
	under := func(tags int, data []byte) Frame {
		b := frame4()[:12]
		for range tags {
			b = append(b, 0x81, 0, 0, 7)
		}
		return onWire(1, join(b, data))
	}
	etag := join(bytesOf("893f e000 0001 0000 0806"), make([]byte, 28))
	vlan := join(bytesOf("8100 0007 0806"), make([]byte, 28))
	checkFrames(t, []frameRow{
		{"IPv4, the last", under(30, join(be16(0x0800), plain4())), "4"},
		{"IPv6, the last", under(30, join(be16(0x86dd), plain6())), "6"},
		{"Ethernet, the last", under(30, join(be16(0x6558), ethernetOf(0x0806, nil))), "not-ip"},
		{"VLAN, the last", under(30, vlan), "not-ip"},
		{"E-tag, the last", under(30, etag), "not-ip"},
		{"IPv4, too many", under(31, join(be16(0x0800), plain4())), "too-many-headers"},
		{"IPv6, too many", under(31, join(be16(0x86dd), plain6())), "too-many-headers"},
		{"Ethernet, too many", under(31, join(be16(0x6558), ethernetOf(0x0806, nil))), "too-many-headers"},
		{"VLAN, too many", under(31, vlan), "too-many-headers"},
		{"E-tag, too many", under(31, etag), "too-many-headers"},
	})
}

// A record of a capture file may claim any length.
func TestDecodeOddLengths(t *testing.T) {
	for _, n := range []int{math.MinInt, -1, 0, 1, math.MaxInt32, math.MaxInt} {
		f := Frame{LinkType: 1, Length: n, Data: frame4()}
		checkSegment(t, f, want4())
	}
}

// A panic is counted, and the next frame is decoded.
func TestDecodeRecovers(t *testing.T) {
	d := New()
	f := onWire(1, frame4())
	if got := d.general(nil); got != Skipped {
		t.Errorf("general(nil) = %d, want Skipped", got)
	}
	if diff := cmp.Diff(d.Skipped(), []flows.Count{{Name: "panic", N: 1}}); diff != "" {
		t.Errorf("Skipped (-got +want):\n%s", diff)
	}
	if got := d.Decode(&f); got != TCP {
		t.Errorf("Decode after a panic = %d, want TCP", got)
	}
}

// No other frame gets that far.
func TestDecodeNeverPanics(t *testing.T) {
	d := New()
	for _, f := range allFrames() {
		d.Decode(&f)
	}
	if slices.ContainsFunc(d.Skipped(), func(c flows.Count) bool { return c.Name == "panic" }) {
		t.Errorf("Skipped = %v, want no panic", d.Skipped())
	}
}

func commonFrames() map[string]Frame {
	vlan := join(frame4()[:12], bytesOf("8100 0007 0800"), plain4())
	qinq := join(frame4()[:12], bytesOf("88a8 0008 8100 0007 86dd"), plain6())
	full := ethernetOf(0x0800, ip4(6, tcpOf(alice4, bob4, pushAck, timestamps, make([]byte, 1448))))
	return map[string]Frame{
		"IPv4":  onWire(1, frame4()),
		"IPv6":  onWire(1, frame6()),
		"VLAN":  onWire(1, vlan),
		"QinQ":  onWire(1, qinq),
		"VXLAN": onWire(1, ethernetOf(0x0800, outer4(17, udp(50000, 4789, join(bytesOf("08000000 00000100"), frame4()))))),
		"cut":   cutTo(14+20+32, 1, full),
		"full":  onWire(1, full),
		"UDP":   onWire(1, ethernetOf(0x0800, ip4(17, udp(53, 53, make([]byte, 100))))),
		"ARP":   onWire(1, ethernetOf(0x0806, make([]byte, 28))),
		"ICMP":  onWire(1, ethernetOf(0x0800, icmp4Of("03 01 0000 00000000", plain4()))),
	}
}

func TestDecodeAllocates(t *testing.T) {
	for name, f := range commonFrames() {
		t.Run(name, func(t *testing.T) {
			d := New()
			if n := testing.AllocsPerRun(100, func() { d.Decode(&f) }); n != 0 {
				t.Errorf("%v allocations for a frame, want 0", n)
			}
		})
	}
}
