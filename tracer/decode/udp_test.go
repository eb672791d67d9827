package decode

import "testing"

func udpRows() []frameRow {
	in := func(port int, header string, data []byte) Frame {
		return onWire(101, outer4(17, udp(50000, port, join(bytesOf(header), data))))
	}
	noLength := with(outer4(17, udp(50000, 4789, join(bytesOf("08000000 00000100"), frame4()))), 20+4, 0, 0)
	return []frameRow{
		{"VXLAN, UDP length left to the network card", onWire(101, noLength), "4"},
		{"another UDP port", in(4790, "08000000 00000100", frame4()), "not-tcp"},
		{"UDP cut", cutTo(20+7, 101, in(4789, "08000000 00000100", frame4()).Data), "not-tcp"},
		{"empty UDP",
			onWire(101, outer4(17, with(udp(50000, 4789, join(bytesOf("08000000 00000100"), frame4())), 4, 0, 8))), "not-tcp"},
	}
}

func TestUDP(t *testing.T) { checkFrames(t, udpRows()) }
