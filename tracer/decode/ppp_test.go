package decode

import "testing"

func pppRows() []frameRow {
	slot := with(plain4(), 9, 3) // the protocol byte holds a slot number
	return []frameRow{
		{"IPv4", onWire(9, join(be16(0x0021), plain4())), "4"},
		{"IPv6", onWire(9, join(be16(0x0057), plain6())), "6"},
		{"address and control", onWire(9, join(bytesOf("ff03 0021"), plain4())), "4"},
		{"compressed protocol", onWire(9, join(bytesOf("21"), plain4())), "4"},
		{"address and compressed protocol", onWire(9, join(bytesOf("ff03 57"), plain6())), "6"},
		{"VJ compressed", onWire(9, bytesOf("ff03 002d 0f01020304")), "vj-compressed"},
		{"VJ compressed, one byte", onWire(9, bytesOf("2d 0f01020304")), "vj-compressed"},
		{"VJ uncompressed", onWire(9, join(bytesOf("ff03 002f"), slot)), "4"},
		{"VJ uncompressed, bad", onWire(9, join(bytesOf("ff03 002f"), with(slot, 0, 0x44))), "bad-ip-header"},
		{"MPLS", onWire(9, join(bytesOf("0281 00010140"), plain4())), "4"},
		{"MPLS multicast", onWire(9, join(bytesOf("0283 00010140"), plain4())), "4"},
		{"LCP", onWire(9, bytesOf("ff03 c021 01010004")), "not-ip"},
		{"short", onWire(9, bytesOf("ff03 00")), "bad-link-header"},
		{"empty", onWire(9, nil), "bad-link-header"},
		{"serial PPP", onWire(50, join(bytesOf("ff03 0021"), plain4())), "4"},
		{"serial Cisco HDLC", onWire(50, join(bytesOf("0f00 0800"), plain4())), "4"},
		{"serial Cisco HDLC broadcast", onWire(50, join(bytesOf("8f00 86dd"), plain6())), "6"},
	}
}

func TestPPP(t *testing.T) { checkFrames(t, pppRows()) }
