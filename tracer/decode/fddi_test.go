package decode

import "testing"

func fddiRows() []frameRow {
	snap := bytesOf("aaaa03 000000")
	return []frameRow{
		{"FDDI", onWire(10, join(bytesOf("50 020000000002 020000000001"), snap, be16(0x0800), plain4())), "4"},
		{"FDDI with priority", onWire(10, join(bytesOf("57 020000000002 020000000001"), snap, be16(0x0800), plain4())), "4"},
		{"FDDI token", onWire(10, join(bytesOf("80 020000000002 020000000001"), snap, be16(0x0800), plain4())), "not-ip"},
		{"FDDI short", onWire(10, bytesOf("50 0200")), "bad-link-header"},
	}
}

func TestFDDI(t *testing.T) { checkFrames(t, fddiRows()) }
