package decode

import "testing"

func greRows() []frameRow {
	in := func(header string, data []byte) Frame {
		return onWire(101, outer4(47, join(bytesOf(header), data)))
	}
	ppp := join(bytesOf("ff03 0021"), plain4())
	return []frameRow{
		{"IPv4", in("0000 0800", plain4()), "4"},
		{"IPv6", in("0000 86dd", plain6()), "6"},
		{"checksum", in("8000 0800 12340000", plain4()), "4"},
		{"key", in("2000 0800 00000001", plain4()), "4"},
		{"sequence", in("1000 0800 00000001", plain4()), "4"},
		{"checksum, key and sequence", in("b000 0800 12340000 00000001 00000002", plain4()), "4"},
		{"routing", in("4000 0800 00000000 0800 00 04 0a000001 00000000", plain4()), "4"},
		{"routing entries of all kinds", in("4000 0800 00000000 0000 00 04 0a000001 0800 00 00 00000000", plain4()), "4"},
		{"recursion control", in("0100 0800", plain4()), "4"},
		{"nothing inside", in("0000 0800", nil), "bad-ip-header"},
		{"routing without end", in("4000 0800 00000000 0800 00 04 0a000001", nil), "not-tcp"},
		{"routing beyond the packet", in("4000 0800 00000000 0800 00 ff 0a000001", nil), "not-tcp"},
		{"Ethernet", in("0000 6558", frame4()), "4"},
		{"NVGRE", in("2000 6558 00123401", frame6()), "6"},
		{"MPLS", in("0000 8847 00010140", plain4()), "4"},
		{"PPTP", in("3001 880b 00000001 00000001", ppp), "4"},
		{"PPTP with acknowledgment", in("3081 880b 00000001 00000001 00000002", ppp), "4"},
		{"PPTP, acknowledgment only", in("2081 880b 00000001 00000002", nil), "not-tcp"},
		{"ARP", in("0000 0806", make([]byte, 28)), "not-tcp"},
		{"UDP", in("0000 0800", ip4(17, udp(53, 53, nil))), "not-tcp"},
		{"short", in("0000 08", nil), "not-tcp"},
		{"key missing", in("2000 0800 0000", nil), "not-tcp"},
		{"cut", cutTo(20+3, 101, outer4(47, join(bytesOf("0000 0800"), plain4()))), "cut"},
		{"in IPv6", onWire(101, outer6(47, join(bytesOf("0000 0800"), plain4()))), "4"},
	}
}

func TestGRE(t *testing.T) { checkFrames(t, greRows()) }
