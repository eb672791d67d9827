package decode

import "testing"

func erspanRows() []frameRow {
	in := func(header string, data []byte) Frame {
		return onWire(101, outer4(47, join(bytesOf(header), data)))
	}
	erspan3 := "0001 0000 00000000 0000 00 00"
	erspan3IP := "0001 0000 00000000 0000 08 00"
	erspan3More := "0001 0000 00000000 0000 00 01 0000000000000000"
	return []frameRow{
		{"ERSPAN type I", in("0000 88be", frame4()), "4"},
		{"ERSPAN type II", in("1000 88be 00000001 1001000100000000", frame4()), "4"},
		{"ERSPAN type II short", in("1000 88be 00000001 10010001", nil), "not-tcp"},
		{"ERSPAN type III", in("1000 22eb 00000001"+erspan3, frame4()), "4"},
		{"ERSPAN type III with IP", in("1000 22eb 00000001"+erspan3IP, plain4()), "4"},
		{"ERSPAN type III with platform header", in("1000 22eb 00000001"+erspan3More, frame4()), "4"},
		{"ERSPAN type III with something else",
			in("1000 22eb 00000001"+"0001 0000 00000000 0000 04 00", frame4()), "not-tcp"},
		{"ERSPAN type III short", in("1000 22eb 00000001 0001", nil), "not-tcp"},
	}
}

func TestERSPAN(t *testing.T) { checkFrames(t, erspanRows()) }
