package decode

import "testing"

// linkRows has the link types without a header of their own, and unknown ones.
func linkRows() []frameRow {
	return []frameRow{
		{"Ethernet IPv4", onWire(1, frame4()), "4"},
		{"Ethernet IPv6", onWire(1, frame6()), "6"},
		{"raw IPv4", onWire(101, plain4()), "4"},
		{"raw IPv6", onWire(101, plain6()), "6"},
		{"raw 12", onWire(12, plain4()), "4"},
		{"raw 14", onWire(14, plain6()), "6"},
		{"raw neither", onWire(101, with(plain4(), 0, 0x55)), "bad-ip-header"},
		{"raw empty", onWire(101, nil), "bad-ip-header"},
		{"IPV4", onWire(228, plain4()), "4"},
		{"IPV6", onWire(229, plain6()), "6"},
		{"user", onWire(147, frame4()), "unknown-link-type"},
		{"negative", onWire(-1, frame4()), "unknown-link-type"},
	}
}

func TestLink(t *testing.T) { checkFrames(t, linkRows()) }
