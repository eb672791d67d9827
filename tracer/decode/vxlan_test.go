package decode

import "testing"

func vxlanRows() []frameRow {
	in := func(port int, header string, data []byte) Frame {
		return onWire(101, outer4(17, udp(50000, port, join(bytesOf(header), data))))
	}
	arp := ethernetOf(0x0806, make([]byte, 28))
	return []frameRow{
		{"VXLAN", in(4789, "08000000 00000100", frame4()), "4"},
		{"VXLAN IPv6", in(4789, "08000000 00000100", frame6()), "6"},
		{"VXLAN of Linux", in(8472, "08000000 00000100", frame4()), "4"},
		{"VXLAN without the I flag", in(4789, "00000000 00000100", frame4()), "not-tcp"},
		{"VXLAN port as source only",
			onWire(101, outer4(17, udp(4789, 50000, join(bytesOf("08000000 00000100"), frame4())))), "not-tcp"},
		{"VXLAN ARP", in(4789, "08000000 00000100", arp), "not-tcp"},
		{"VXLAN short", in(4789, "080000", nil), "not-tcp"},
		{"VXLAN cut", cutTo(20+8+7, 101, in(4789, "08000000 00000100", frame4()).Data), "cut"},
		{"VXLAN over IPv6", onWire(101, outer6(17, udp(50000, 4789, join(bytesOf("08000000 00000100"), frame4())))), "4"},
	}
}

func TestVXLAN(t *testing.T) { checkFrames(t, vxlanRows()) }

// The length of the datagram counts, not that of its first fragment.
func TestVXLANFragment(t *testing.T) {
	whole := outer4(17, udp(50000, 4789, join(bytesOf("08000000 00000100"), frame4())))
	first := with(whole[:len(whole)-len(payload)], 2, be16(len(whole)-len(payload))...)
	checkSegment(t, onWire(101, with(first, 6, 0x20, 0)), want4())
}
