package decode

import "testing"

func geneveRows() []frameRow {
	in := func(port int, header string, data []byte) Frame {
		return onWire(101, outer4(17, udp(50000, port, join(bytesOf(header), data))))
	}
	return []frameRow{
		{"Geneve", in(6081, "0000 6558 00000100", frame4()), "4"},
		{"Geneve IPv6", in(6081, "0000 86dd 00000100", plain6()), "6"},
		{"Geneve with options", in(6081, "0240 6558 00000100 0102 80 01 00000000", frame4()), "4"},
		{"Geneve with an odd number of words", in(6081, "0100 6558 00000100 0102 00 00", frame4()), "4"},
		{"Geneve options beyond the packet", in(6081, "3f00 6558 00000100", nil), "not-tcp"},
		{"Geneve of a later version", in(6081, "4000 6558 00000100", frame4()), "not-tcp"},
		{"Geneve short", in(6081, "0000 6558", nil), "not-tcp"},
	}
}

func TestGeneve(t *testing.T) { checkFrames(t, geneveRows()) }
