package decode

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

// recorded are the frames of the captures in testdata/pcap, all of them
// little-endian files with microseconds.
func recorded(t testing.TB) []Frame {
	t.Helper()
	paths, err := filepath.Glob("../../testdata/pcap/*.pcap")
	if err != nil || len(paths) == 0 {
		t.Fatalf("captures %v: %v", paths, err)
	}
	var frames []Frame
	for _, path := range paths {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		u32 := binary.LittleEndian.Uint32
		link, at := int(u32(file[20:])), 24
		for at < len(file) {
			size, length := int(u32(file[at+8:])), int(u32(file[at+12:]))
			frames = append(frames, Frame{LinkType: link, Length: length, Data: file[at+16 : at+16+size]})
			at += 16 + size
		}
	}
	return frames
}

// bent is a plain frame with other bytes from offset on.
func bent(offset int, other ...byte) Frame { return onWire(1, with(frame4(), offset, other...)) }

// edges are frames a step beside the plain ones.
func edges() []Frame {
	fits := plain4()
	frames := []Frame{
		bent(14, 0x46), bent(14, 0x55), bent(14, 0x44), bent(16, 0, 0), bent(16, 0, 39), bent(16, 0, 40), bent(16, 0, 51),
		bent(16, 0, 52), bent(16, 0xff, 0xff), bent(20, 0x20), bent(20, 0, 1), bent(20, 0xe0, 0), bent(23, 17),
		bent(46, 0x40), bent(46, 0x50), bent(46, 0x70), bent(46, 0xe0), bent(46, 0xf1), bent(50, 0xff, 0xff),
		onWire(1, join(frame4(), []byte("padding"))),
		onWire(1, with(frame6(), 18, 0, 0)), onWire(1, with(frame6(), 18, 0, 19)), onWire(1, with(frame6(), 18, 0, 20)), onWire(1, with(frame6(), 18, 0, 32)),
		onWire(1, with(frame6(), 20, 0)), onWire(1, with(frame6(), 54, 0x30)), onWire(1, join(frame6(), []byte("padding"))),
		onWire(1, with(frame6(), 22, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff)),
		onWire(1, ethernetOf(0x86dd, fits)), onWire(1, ethernetOf(0x0800, plain6())), onWire(1, ethernetOf(0x0806, fits)),
		onWire(1, ethernetOf(0x8100, join(bytesOf("0007 88a8 0008 0800"), fits))),
		onWire(1, ethernetOf(0x8100, join(bytesOf("0007 8100 0008 8100 0009 0800"), fits))),
		onWire(1, ethernetOf(0x8100, bytesOf("0007 8100 0008 0800"))),
		onWire(1, ethernetOf(0x8100, join(bytesOf("0007 0806 0008 0800"), fits))),
		onWire(1, ethernetOf(0x8100, join(bytesOf("0007 8100 0008 0806"), fits))),
		onWire(113, join(bytesOf("0000 0001 0006 020000000001 0000 0806"), fits)),
		onWire(276, join(bytesOf("0806 0000 00000002 0001 00 06 020000000001 0000"), fits)),
		onWire(101, with(plain6(), 0, 0x50)), onWire(101, with(fits, 0, 0x65)), onWire(101, with(plain6(), 0, 0x45)),
	}
	for _, f := range []Frame{bent(0), onWire(1, frame6())} {
		for n := range f.Data {
			frames = append(frames, cutTo(n, 1, f.Data))
		}
	}
	return frames
}

// optionFields are layouts of real stacks, and what is wrong with some.
func optionFields() []string {
	return []string{
		"0204 05b4 0402 080a 00000011 00000000 01 0303 07",          // Linux
		"0204 05b4 0103 0308 0101 0402",                             // Windows
		"0204 05b4 0103 0306 0101 080a 00000011 00000000 0402 0000", // macOS
		"0204 05b4", "0204 05b4 0204 05b5", "0204 05b4 0103 03ff", "0103 0301 0103 0302", "0402 0101", "0101 0402", "0101 0402 0204 05b4",
		"0101 080a 00000011 00000022", "0101 080a 00000011", "0402 080a 00000011 00000022", "0402 080a 00000011",
		"0101 080b 00000011 00000022", "080a 00000011 00000022 0101", "0101 080a 00000011 00000022 0101 080a 00000033 00000044",
		"0101 050a 00000001 00000002", "0101 0512 00000001 00000002 00000005 00000009", "0101 0502", "0101 0506 00000001",
		"0101 0522 00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008", "0101 050a 00000001",
		"0101 0522 00000001", "0101 050a 00000001 00000002 0101 050a 00000003 00000004",
		"0101 080a 00000011 00000022 0101 050a 00000001 00000002", "0000 0000 0204 05b4", "0101 0101 0204 05b4",
		"0204 05b4 2206 0102 0304 0101", "fd04 f989", "fd04 f902", "0101 0503 0003 0307",
		// A bit beside the layouts that have a short way.
		"0205 05b4 0101 0101", "0203 05b4", "0101 0403", "0101 0401", "0103 0407", "0103 0207",
		"0101 060a 00000001 00000002", "0101 040a 00000001 00000002", "0402 080b 00000011 00000022",
		"0402 0809 00000011 00000022", "0101 0809 00000011 00000022",
		"0200 0000", "0201 0000", "02ff 0000", "1e04 0102 0204 05b4",
	}
}

// fastFrames are what the two ways of decoding are compared with.
func fastFrames(t testing.TB) []Frame {
	frames := append(recorded(t), allFrames()...)
	frames = append(frames, edges()...)
	for _, row := range benchRows() {
		frames = append(frames, row.frame)
	}
	for _, options := range optionFields() {
		b := bytesOf(options)
		frames = append(frames, onWire(101, ip4(6, tcpOf(alice4, bob4, pushAck, b, nil))),
			onWire(101, ip6(6, tcpOf(alice6, bob6, 0x1c2, b, []byte(payload)))))
	}
	for _, f := range frames[:len(frames):len(frames)] { // a segment with a bad sum, unless it is cut
		if n := len(f.Data); n > 0 {
			f.Data = with(f.Data, n-1, f.Data[n-1]^0x5a)
			frames = append(frames, f)
		}
	}
	return frames
}

// FuzzFastDecode holds for any bytes: the short way gives up, or finds what the
// long one finds, down to the last field, whatever the segment held before.
func FuzzFastDecode(f *testing.F) {
	for _, frame := range fastFrames(f) {
		f.Add(frame.LinkType, frame.Length, frame.Data)
	}
	f.Fuzz(func(t *testing.T, linkType, length int, data []byte) {
		frame := Frame{Time: 123, Number: 45, Interface: 6, LinkType: linkType, Length: length, Data: data[:len(data):len(data)]}
		got := usedSegment()
		if !plain(&frame, &got) {
			return
		}
		d := New()
		if kind := d.general(&frame); kind != TCP {
			t.Fatalf("plain found %+v, general found kind %d, skipped %v", got, kind, d.Skipped())
		}
		if got != d.Segment {
			t.Errorf("segment (-plain +general):\n%s", cmp.Diff(got, d.Segment, compareAddresses))
		}
	})
}

// usedSegment has something in every field.
func usedSegment() flows.Segment {
	return flows.Segment{
		Time: 1, Packet: 1, Interface: 1, Src: want6().Dst, Dst: want6().Src, Seq: 1, Ack: 1, Flags: 1, Window: 1, Urgent: 1,
		Length: 1, Fragment: true, ID: 1, TTL: 1, Checksum: 1, BadSum: true,
		Options: flows.Options{
			Present: 0xffff, MSS: 1, WindowScale: 1, FastOpenCookie: 1, TSVal: 1, TSEcr: 1, SACKCount: 4,
			SACK: [4]flows.Range{{From: 1, To: 2}, {From: 3, To: 4}, {From: 5, To: 6}, {From: 7, To: 8}},
		},
	}
}

// The frames that captures are full of go the short way, and the others do not.
func TestPlain(t *testing.T) {
	rows := append(benchRows(),
		frameRow{"sll", onWire(113, join(bytesOf("0000 0001 0006 020000000001 0000 0800"), plain4())), ""},
		frameRow{"raw", onWire(101, plain6()), ""},
		frameRow{"general-fragment", onWire(101, with(plain4(), 6, 0x20)), ""},
		frameRow{"general-total-length-zero", onWire(101, with(plain4(), 2, 0, 0)), ""},
		frameRow{"general-ip-options", onWire(101, with(plain4(), 0, 0x46)), ""},
		frameRow{"general-cut-header", cutTo(20+31, 101, plain4()), ""},
	)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			var s flows.Segment
			if got, want := plain(&row.frame, &s), !strings.HasPrefix(row.name, "general-"); got != want {
				t.Errorf("plain = %v, want %v", got, want)
			}
		})
	}
}

// A segment finds its place on either way, and a frame without one leaves the
// counters to say so.
func TestDecodeInto(t *testing.T) {
	tests := []struct {
		name    string
		frame   Frame
		kind    Kind
		want    flows.Segment
		skipped int
	}{
		{"short way", onWire(1, frame4()), TCP, want4(), 0},
		{"long way", onWire(0, join(bytesOf("02000000"), plain4())), TCP, want4(), 0},
		{"nothing there", onWire(1, ethernetOf(0x0806, make([]byte, 28))), Skipped, flows.Segment{}, 1},
		{"ICMP", onWire(101, icmp4Of("03 04 0000 00000578", plain4())), ICMP, flows.Segment{}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := New()
			batch := []flows.Segment{usedSegment(), usedSegment(), usedSegment()}
			if got := d.DecodeInto(&tt.frame, &batch[1]); got != tt.kind {
				t.Fatalf("DecodeInto = %d, want %d", got, tt.kind)
			}
			if diff := cmp.Diff(batch[1], tt.want, compareAddresses); tt.kind == TCP && diff != "" {
				t.Errorf("segment (-got +want):\n%s", diff)
			}
			if batch[0] != usedSegment() || batch[2] != usedSegment() {
				t.Error("DecodeInto wrote beside the segment")
			}
			if got := len(d.Skipped()); got != tt.skipped {
				t.Errorf("skipped for %d reasons, want %d", got, tt.skipped)
			}
		})
	}
}

// Frames that are decoded together are decoded as one by one, up to an ICMP error.
func TestDecodeAll(t *testing.T) {
	tcp, long := onWire(1, frame4()), onWire(0, join(bytesOf("02000000"), plain4()))
	arp, icmp := onWire(1, ethernetOf(0x0806, make([]byte, 28))), onWire(101, icmp4Of("03 04 0000 00000578", plain4()))
	tests := []struct {
		name        string
		frames      []Frame
		done, found int
		icmp        bool
	}{
		{"nothing", nil, 0, 0, false},
		{"short way and long way", []Frame{tcp, long, tcp}, 3, 3, false},
		{"something else between", []Frame{arp, tcp, arp, arp, long, arp}, 6, 2, false},
		{"up to an ICMP error", []Frame{tcp, arp, icmp, tcp}, 3, 1, true},
		{"an ICMP error comes last", []Frame{tcp, icmp}, 2, 1, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := New()
			segments := make([]flows.Segment, len(tt.frames))
			for i := range segments {
				segments[i] = usedSegment()
			}
			done, found, icmp := d.DecodeAll(tt.frames, segments)
			if done != tt.done || found != tt.found || icmp != tt.icmp {
				t.Fatalf("DecodeAll = %d, %d, %v, want %d, %d, %v", done, found, icmp, tt.done, tt.found, tt.icmp)
			}
			for i, s := range segments[:found] {
				if diff := cmp.Diff(s, want4(), compareAddresses); diff != "" {
					t.Errorf("segment %d (-got +want):\n%s", i, diff)
				}
			}
		})
	}
}
