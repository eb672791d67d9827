package decode

import "testing"

// wlanOf is an 802.11 frame around an IPv4 packet; more stands between the
// header and LLC.
func wlanOf(control, more string) []byte {
	return join(bytesOf(control), bytesOf("0000 020000000001 020000000002 020000000003 3012"), bytesOf(more),
		bytesOf("aaaa03 000000 0800"), plain4())
}

func wlanRows() []frameRow {
	return []frameRow{
		{"data", onWire(105, wlanOf("0801", "")), "4"},
		{"data between access points", onWire(105, wlanOf("0803", "020000000004")), "4"},
		{"QoS", onWire(105, wlanOf("8802", "0000")), "4"},
		{"QoS between access points", onWire(105, wlanOf("8803", "020000000004 0000")), "4"},
		{"QoS and HT control", onWire(105, wlanOf("8882", "0000 00000000")), "4"},
		{"with checksum", onWire(105, join(wlanOf("0802", ""), bytesOf("deadbeef"))), "4"},
		{"QoS with a priority", onWire(105, wlanOf("8802", "0700")), "4"},
		{"another version", onWire(105, wlanOf("0901", "")), "not-ip"},
		{"A-MSDU", onWire(105, wlanOf("8802", "8000")), "aggregated"},
		{"protected", onWire(105, wlanOf("0841", "")), "encrypted"},
		{"later fragment", onWire(105, with(wlanOf("0801", ""), 22, 0x31)), "fragment"},
		{"null function", onWire(105, wlanOf("4801", "")), "not-ip"},
		{"beacon", onWire(105, wlanOf("8000", "")), "not-ip"},
		{"cut", cutTo(23, 105, wlanOf("0801", "")), "cut"},
		{"short", onWire(105, wlanOf("0801", "")[:23]), "bad-link-header"},
		{"very short", onWire(105, bytesOf("08")), "bad-link-header"},
	}
}

func TestWLAN(t *testing.T) { checkFrames(t, wlanRows()) }
