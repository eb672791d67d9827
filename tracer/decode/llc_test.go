package decode

import "testing"

func llcRows() []frameRow {
	etag := bytesOf("e000 0001 0000")
	llc := join(bytesOf("aaaa03 000000 0800"), plain4())
	return []frameRow{
		{"LLC SNAP", onWire(1, ethernetOf(len(llc), llc)), "4"},
		{"LLC SNAP of a bridge", onWire(1, ethernetOf(len(llc), with(llc, 5, 0xf8))), "4"},
		{"LLC SNAP of another organisation", onWire(1, ethernetOf(len(llc), with(llc, 5, 0x0c))), "not-ip"},
		{"LLC SNAP behind a tag", onWire(1, ethernetOf(0x8100, join(be16(7), be16(len(llc)), llc))), "4"},
		{"LLC SNAP behind an E-tag", onWire(1, ethernetOf(0x893f, join(etag, be16(len(llc)), llc))), "4"},
		{"LLC IP", onWire(1, ethernetOf(3+len(plain4()), join(bytesOf("060603"), plain4()))), "4"},
		{"LLC SNAP on one side", onWire(1, ethernetOf(len(llc), with(llc, 1, 0x42))), "not-ip"},
		{"LLC IP on one side", onWire(1, ethernetOf(3+len(plain4()), join(bytesOf("064203"), plain4()))), "not-ip"},
		{"LLC spanning tree", onWire(1, ethernetOf(38, join(bytesOf("424203"), make([]byte, 35)))), "not-ip"},
		{"LLC short", onWire(1, ethernetOf(2, bytesOf("aaaa"))), "bad-link-header"},
		{"SNAP short", onWire(1, ethernetOf(5, bytesOf("aaaa030000"))), "bad-link-header"},
		{"SNAP cut", cutTo(14+5, 1, ethernetOf(len(llc), llc)), "cut"},
	}
}

func TestLLC(t *testing.T) { checkFrames(t, llcRows()) }
