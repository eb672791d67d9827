package decode

import "testing"

func cookedRows() []frameRow {
	sll := bytesOf("0004 0001 0006 020000000001 0000")
	sll2 := bytesOf("0000 00000002 0001 04 06 020000000001 0000")
	snap := bytesOf("aaaa03 000000")
	return []frameRow{
		{"SLL IPv4", onWire(113, join(sll, be16(0x0800), plain4())), "4"},
		{"SLL IPv6", onWire(113, join(sll, be16(0x86dd), plain6())), "6"},
		{"SLL VLAN", onWire(113, join(sll, be16(0x8100), bytesOf("0007 0800"), plain4())), "4"},
		{"SLL LLC", onWire(113, join(sll, be16(4), snap, be16(0x0800), plain4())), "4"},
		{"SLL ARP", onWire(113, join(sll, be16(0x0806), plain4())), "not-ip"},
		{"SLL short", onWire(113, sll), "bad-link-header"},
		{"SLL cut", cutTo(15, 113, join(sll, be16(0x0800), plain4())), "cut"},
		{"SLL2 IPv4", onWire(276, join(be16(0x0800), sll2, plain4())), "4"},
		{"SLL2 IPv6", onWire(276, join(be16(0x86dd), sll2, plain6())), "6"},
		{"SLL2 VLAN", onWire(276, join(be16(0x8100), sll2, bytesOf("0007 86dd"), plain6())), "6"},
		{"SLL2 as gopacket truncates it", onWire(276&0xff, join(be16(0x0800), sll2, plain4())), "unknown-link-type"},
		{"SLL2 short", onWire(276, sll2), "bad-link-header"},
	}
}

func TestCooked(t *testing.T) { checkFrames(t, cookedRows()) }
