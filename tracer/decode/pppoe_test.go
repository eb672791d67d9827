package decode

import "testing"

func pppoeOf(data []byte) []byte { return join(bytesOf("11 00 0001"), be16(len(data)), data) }

func pppoeRows() []frameRow {
	return []frameRow{
		{"PPPoE", onWire(51, pppoeOf(join(be16(0x0021), plain4()))), "4"},
		{"PPPoE padded", onWire(51, join(pppoeOf(join(be16(0x0057), plain6())), make([]byte, 9))), "6"},
		{"PPPoE length", onWire(51, with(pppoeOf(join(be16(0x0021), plain4())), 4, 0, 1)), "bad-link-header"},
		{"PPPoE discovery", onWire(51, with(pppoeOf(join(be16(0x0021), plain4())), 1, 9)), "not-ip"},
		{"PPPoE other version", onWire(51, with(pppoeOf(join(be16(0x0021), plain4())), 0, 0x21)), "not-ip"},
		{"PPPoE short", onWire(51, bytesOf("11 00 0001 00")), "bad-link-header"},
	}
}

func TestPPPoE(t *testing.T) { checkFrames(t, pppoeRows()) }
