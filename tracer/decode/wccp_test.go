package decode

import "testing"

func wccpRows() []frameRow {
	in := func(header string, data []byte) Frame {
		return onWire(101, outer4(47, join(bytesOf(header), data)))
	}
	return []frameRow{
		{"WCCP version 1", in("0000 883e", plain4()), "4"},
		{"WCCP version 2", in("0000 883e 00010203", plain4()), "4"},
		{"WCCP short", in("0000 883e 000102", nil), "not-tcp"},
	}
}

func TestWCCP(t *testing.T) { checkFrames(t, wccpRows()) }
