package decode

import "testing"

func gtpOf(flags byte, header string, data []byte) []byte {
	h := bytesOf(header)
	return join([]byte{flags, 255}, be16(len(h)+len(data)), be32(1), h, data)
}

func gtpRows() []frameRow {
	in := func(data []byte) Frame { return onWire(101, outer4(17, udp(2152, 2152, data))) }
	return []frameRow{
		{"IPv4", in(gtpOf(0x30, "", plain4())), "4"},
		{"IPv6", in(gtpOf(0x30, "", plain6())), "6"},
		{"sequence number", in(gtpOf(0x32, "0001 00 00", plain4())), "4"},
		{"N-PDU number", in(gtpOf(0x31, "0000 05 85", plain4())), "4"},
		{"extension type without its flag", in(gtpOf(0x32, "0001 00 85", plain4())), "4"},
		{"extension", in(gtpOf(0x34, "0000 00 85 01 1009 00", plain4())), "4"},
		{"two extensions", in(gtpOf(0x36, "0001 00 85 01 1009 c0 02 00000000 0000 00", plain4())), "4"},
		{"extension of length 0", in(gtpOf(0x34, "0000 00 85 00 1009 00", plain4())), "not-tcp"},
		{"extension beyond the packet", in(gtpOf(0x34, "0000 00 85 09 1009 00", nil)), "not-tcp"},
		{"extension missing", in(gtpOf(0x34, "0000 00 85", nil)), "not-tcp"},
		{"sequence number missing", in(gtpOf(0x32, "0001", nil)), "not-tcp"},
		{"answering port", onWire(101, outer4(17, udp(2152, 50000, gtpOf(0x30, "", plain4())))), "4"},
		{"other version", in(gtpOf(0x50, "", plain4())), "not-tcp"},
		{"echo", in(with(gtpOf(0x30, "", plain4()), 1, 1)), "not-tcp"},
		{"length does not fit", in(with(gtpOf(0x30, "", plain4()), 3, 1)), "not-tcp"},
		{"UDP inside", in(gtpOf(0x30, "", ip4(17, udp(53, 53, nil)))), "not-tcp"},
		{"short", in(bytesOf("30 ff 0000")), "not-tcp"},
		{"cut", cutTo(20+8+7, 101, in(gtpOf(0x30, "", plain4())).Data), "cut"},
	}
}

func TestGTP(t *testing.T) { checkFrames(t, gtpRows()) }
