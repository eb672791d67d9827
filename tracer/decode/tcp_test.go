package decode

import (
	"fmt"
	"testing"

	"tcptrace/flows"
)

func tcpRows() []frameRow {
	ofLength := func(n int) []byte { return ip4(6, plainTCP4()[:n]) }
	return []frameRow{
		{"data offset below 5", onWire(101, ip4(6, with(plainTCP4(), 12, 0x40))), "bad-tcp-header"},
		{"data offset beyond the packet", onWire(101, ip4(6, with(plainTCP4(), 12, 0xf0))), "bad-tcp-header"},
		{"19 bytes", onWire(101, ofLength(19)), "bad-tcp-header"},
		{"no byte", onWire(101, ofLength(0)), "bad-tcp-header"},
		{"cut before the window ends", cutTo(20+15, 101, plain4()), "cut"},
		{"cut, and bare on the wire", cutTo(20+15, 101, ip4(6, tcpOf(alice4, bob4, pushAck, nil, nil))), "cut"},
		{"cut behind IP", cutTo(20, 101, plain4()), "cut"},
		{"cut, and short on the wire", cutTo(20+15, 101, ofLength(19)), "bad-tcp-header"},
	}
}

func TestTCP(t *testing.T) { checkFrames(t, tcpRows()) }

// A header that the snaplen cut keeps what is left of it, and the length of the
// payload.
func TestTCPCut(t *testing.T) {
	tests := []struct {
		captured int // bytes of the TCP header
		change   func(*flows.Segment)
	}{
		{32, func(*flows.Segment) {}},
		{31, func(s *flows.Segment) { s.Options = flows.Options{Present: flows.OptionsCut} }},
		{20, func(s *flows.Segment) { s.Options = flows.Options{Present: flows.OptionsCut} }},
		{19, func(s *flows.Segment) { s.Options, s.Urgent = flows.Options{Present: flows.OptionsCut}, 0 }},
		{18, func(s *flows.Segment) { s.Options, s.Urgent = flows.Options{Present: flows.OptionsCut}, 0 }},
		{16, func(s *flows.Segment) {
			s.Options, s.Urgent, s.Checksum = flows.Options{Present: flows.OptionsCut}, 0, 0
		}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.captured), func(t *testing.T) {
			want := want4()
			tt.change(&want)
			checkSegment(t, cutTo(20+tt.captured, 101, plain4()), want)
		})
	}
}

func TestTCPFlags(t *testing.T) {
	for bit := range 9 {
		flag := flows.Flags(1) << bit
		t.Run(flag.String(), func(t *testing.T) {
			want := want4()
			segment := tcpOf(alice4, bob4, 1<<bit, timestamps, []byte(payload))
			want.Flags = flag
			want.Checksum = uint16(segment[16])<<8 | uint16(segment[17])
			checkSegment(t, onWire(101, ip4(6, segment)), want)
		})
	}
	t.Run("reserved bits are not flags", func(t *testing.T) {
		d := New()
		f := onWire(101, ip4(6, with(plainTCP4(), 12, 0x8e)))
		if d.Decode(&f) != TCP || d.Segment.Flags != flows.PSH|flows.ACK {
			t.Errorf("Flags = %s, want PA", d.Segment.Flags)
		}
	})
}

// The length goes by the IP header, whatever was captured.
func TestTCPLength(t *testing.T) {
	bare := want4()
	segment := tcpOf(alice4, bob4, pushAck, nil, nil)
	bare.Length, bare.Options = 0, flows.Options{}
	bare.Checksum = uint16(segment[16])<<8 | uint16(segment[17])
	checkSegment(t, onWire(101, ip4(6, segment)), bare)
	for _, n := range []int{0, 1, 1448, 60_000} {
		want := want4()
		segment := tcpOf(alice4, bob4, pushAck, timestamps, make([]byte, n))
		want.Length = uint32(n)
		want.Checksum = uint16(segment[16])<<8 | uint16(segment[17])
		checkSegment(t, onWire(101, ip4(6, segment)), want)
		checkSegment(t, cutTo(20+32, 101, ip4(6, segment)), want)
	}
}
