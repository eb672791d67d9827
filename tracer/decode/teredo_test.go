package decode

import "testing"

func teredoRows() []frameRow {
	in := func(header string, data []byte) Frame {
		return onWire(101, outer4(17, udp(50000, 3544, join(bytesOf(header), data))))
	}
	return []frameRow{
		{"plain", in("", plain6()), "6"},
		{"origin", in("0000 1234 01020304", plain6()), "6"},
		{"authentication", in("0001 00 00 0102030405060708 00", plain6()), "6"},
		{"authentication with identifier and value", in("0001 02 03 aabb ccddee 0102030405060708 00", plain6()), "6"},
		{"both", in("0001 00 00 0102030405060708 00 0000 1234 01020304", plain6()), "6"},
		{"from the server", onWire(101, outer4(17, udp(3544, 50000, plain6()))), "6"},
		{"length does not fit", in("", with(plain6(), 5, 1)), "not-tcp"},
		{"IPv4", in("", join(plain4(), make([]byte, 40))), "not-tcp"},
		{"bubble", in("", ip6(59, nil)), "not-tcp"},
		{"authentication beyond the packet", in("0001 ff 00", plain6()), "not-tcp"},
		{"short", in("", plain6()[:39]), "not-tcp"},
		{"cut", cutTo(20+8+39, 101, in("", plain6()).Data), "cut"},
	}
}

func TestTeredo(t *testing.T) { checkFrames(t, teredoRows()) }
