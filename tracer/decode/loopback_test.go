package decode

import "testing"

func loopbackRows() []frameRow {
	return []frameRow{
		{"null IPv4 little endian", onWire(0, join(bytesOf("02000000"), plain4())), "4"},
		{"null IPv4 big endian", onWire(0, join(bytesOf("00000002"), plain4())), "4"},
		{"null IPv6 Linux", onWire(0, join(bytesOf("0a000000"), plain6())), "6"},
		{"null IPv6 Windows", onWire(0, join(bytesOf("17000000"), plain6())), "6"},
		{"null IPv6 NetBSD", onWire(0, join(bytesOf("18000000"), plain6())), "6"},
		{"null IPv6 FreeBSD", onWire(0, join(bytesOf("1c000000"), plain6())), "6"},
		{"null IPv6 Darwin", onWire(0, join(bytesOf("1e000000"), plain6())), "6"},
		{"null AppleTalk", onWire(0, join(bytesOf("10000000"), plain6())), "not-ip"},
		{"null short", onWire(0, bytesOf("0200")), "bad-link-header"},
		{"loop IPv4", onWire(108, join(bytesOf("00000002"), plain4())), "4"},
		{"loop IPv6", onWire(108, join(bytesOf("00000018"), plain6())), "6"},
	}
}

func TestLoopback(t *testing.T) { checkFrames(t, loopbackRows()) }
