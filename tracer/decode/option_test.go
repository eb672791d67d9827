package decode

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

func TestOptions(t *testing.T) {
	tests := []struct {
		name    string
		options string
		want    flows.Options
	}{
		{"none", "", flows.Options{}},
		{"MSS", "02 04 05b4", flows.Options{Present: flows.HasMSS, MSS: 1460}},
		{"window scale", "03 03 07 00", flows.Options{Present: flows.HasWindowScale, WindowScale: 7}},
		{"window scale 0", "03 03 00 00", flows.Options{Present: flows.HasWindowScale}},
		{"window scale 14", "03 03 0e 00", flows.Options{Present: flows.HasWindowScale, WindowScale: 14}},
		{"window scale 15", "03 03 0f 00", flows.Options{Present: flows.HasWindowScale, WindowScale: 14}},
		{"SACK permitted", "04 02 01 01", flows.Options{Present: flows.HasSACKPermitted}},
		{"timestamps", "08 0a 00000001 fffffffe 0101",
			flows.Options{Present: flows.HasTimestamps, TSVal: 1, TSEcr: 0xfffffffe}},
		{"one SACK block", "01 01 05 0a 00000001 00000002",
			flows.Options{Present: flows.HasSACK, SACKCount: 1, SACK: [4]flows.Range{{From: 1, To: 2}}}},
		{"four SACK blocks", "01 01 05 22 00000001 00000002 00000003 00000004 00000005 00000006 00000007 00000008",
			flows.Options{Present: flows.HasSACK, SACKCount: 4,
				SACK: [4]flows.Range{{From: 1, To: 2}, {From: 3, To: 4}, {From: 5, To: 6}, {From: 7, To: 8}}}},
		{"SYN of Linux", "0204 05b4 0402 080a 00000001 00000000 01 0303 07", flows.Options{
			Present: flows.HasMSS | flows.HasSACKPermitted | flows.HasTimestamps | flows.HasWindowScale,
			MSS:     1460, WindowScale: 7, TSVal: 1}},
		{"Fast Open asks for a cookie", "22 02 01 01", flows.Options{Present: flows.HasFastOpen}},
		{"Fast Open cookie", "22 0a 0102030405060708 0101", flows.Options{Present: flows.HasFastOpen, FastOpenCookie: 8}},
		{"Fast Open, experiment 254", "fe 0c f989 0102030405060708",
			flows.Options{Present: flows.HasFastOpen, FastOpenCookie: 8}},
		{"Fast Open, experiment 253", "fd 04 f989", flows.Options{Present: flows.HasFastOpen}},
		{"another experiment", "fe 04 f98a", flows.Options{}},
		{"experiment without a number", "fe 03 f9 00", flows.Options{}},
		{"MPTCP", "1e 04 0081", flows.Options{Present: flows.HasMPTCP}},
		{"MPTCP, shortest", "01 1e 03 00", flows.Options{Present: flows.HasMPTCP}},
		{"two bytes at the end", "01 01 04 02", flows.Options{Present: flows.HasSACKPermitted}},
		{"MD5", "13 12 00000000000000000000000000000000 0101", flows.Options{Present: flows.HasSignature}},
		{"AO", "1d 04 0102", flows.Options{Present: flows.HasSignature}},
		{"unknown", "4e 04 0102 02 04 05b4", flows.Options{Present: flows.HasMSS, MSS: 1460}},
		{"nothing counts behind the end", "00 04 02 01", flows.Options{}},
		{"the last of two counts", "02 04 05b4 02 04 0218", flows.Options{Present: flows.HasMSS, MSS: 536}},
		{"the last SACK counts", "05 12 00000001 00000002 00000003 00000004 05 0a 00000005 00000006",
			flows.Options{Present: flows.HasSACK, SACKCount: 1, SACK: [4]flows.Range{{From: 5, To: 6}}}},

		{"length 0", "02 04 05b4 03 00 07 00", flows.Options{Present: flows.HasMSS | flows.OptionsCut, MSS: 1460}},
		{"length 1", "03 01 07 00", flows.Options{Present: flows.OptionsCut}},
		{"beyond the header", "01 01 08 0a 00000001", flows.Options{Present: flows.OptionsCut}},
		{"no length", "01 01 01 03", flows.Options{Present: flows.OptionsCut}},
		{"MSS of a wrong length, the rest is read", "02 03 05 04 02 00 00 00",
			flows.Options{Present: flows.OptionsCut | flows.HasSACKPermitted}},
		{"window scale of a wrong length", "03 04 0707", flows.Options{Present: flows.OptionsCut}},
		{"SACK permitted of a wrong length", "04 03 01 00", flows.Options{Present: flows.OptionsCut}},
		{"timestamps of a wrong length", "08 08 00000001 0000", flows.Options{Present: flows.OptionsCut}},
		{"SACK of a wrong length", "05 06 00000001 0101", flows.Options{Present: flows.OptionsCut}},
		{"SACK without blocks", "05 02 01 01", flows.Options{Present: flows.OptionsCut}},
		{"MPTCP of a wrong length", "1e 02 01 01", flows.Options{Present: flows.OptionsCut}},
		{"MD5 of a wrong length", "13 04 0000", flows.Options{Present: flows.OptionsCut}},
		{"AO of a wrong length", "1d 03 01 00", flows.Options{Present: flows.OptionsCut}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := bytesOf(tt.options)
			b = append(b, make([]byte, -len(b)&3)...)
			d := New()
			f := onWire(101, ip4(6, tcpOf(alice4, bob4, pushAck, b, []byte(payload))))
			if got := d.Decode(&f); got != TCP {
				t.Fatalf("Decode = %d, skipped %v, want TCP", got, d.Skipped())
			}
			if diff := cmp.Diff(d.Segment.Options, tt.want); diff != "" {
				t.Errorf("Options (-got +want):\n%s", diff)
			}
			if d.Segment.Length != uint32(len(payload)) {
				t.Errorf("Length = %d, want %d", d.Segment.Length, len(payload))
			}
		})
	}
}

// Options in front of the cut are read.
func TestOptionsCutBySnaplen(t *testing.T) {
	options := bytesOf("0204 05b4 0402 080a 00000001 00000000 01 0303 07")
	data := ip4(6, tcpOf(alice4, bob4, 2, options, nil))
	d := New()
	f := cutTo(20+20+8, 101, data)
	d.Decode(&f)
	want := flows.Options{Present: flows.HasMSS | flows.HasSACKPermitted | flows.OptionsCut, MSS: 1460}
	if diff := cmp.Diff(d.Segment.Options, want); diff != "" {
		t.Errorf("Options (-got +want):\n%s", diff)
	}
}
