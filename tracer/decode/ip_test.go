package decode

import "testing"

func ipRows() []frameRow {
	nested := plain4()
	for range 8 {
		nested = outer4(17, udp(50000, 4789, join(bytesOf("08000000 00000100"), ethernetOf(0x0800, nested))))
	}
	bomb := nested
	for range 40 {
		bomb = outer4(4, bomb)
	}
	return []frameRow{
		{"VXLAN in VXLAN, eight times", onWire(101, nested), "4"},
		{"tunnel bomb", onWire(101, bomb), "too-many-headers"},
		{"IPv4 in IPv4", onWire(101, outer4(4, plain4())), "4"},
		{"IPv6 in IPv4", onWire(101, outer4(41, plain6())), "6"},
		{"IPv4 in IPv6", onWire(101, outer6(4, plain4())), "4"},
		{"IPv6 in IPv6", onWire(101, outer6(41, plain6())), "6"},
	}
}

func TestIP(t *testing.T) { checkFrames(t, ipRows()) }
