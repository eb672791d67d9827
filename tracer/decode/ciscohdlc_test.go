package decode

import "testing"

func ciscoHDLCRows() []frameRow {
	return []frameRow{
		{"Cisco HDLC IPv4", onWire(104, join(bytesOf("0f00 0800"), plain4())), "4"},
		{"Cisco HDLC IPv6", onWire(104, join(bytesOf("8f00 86dd"), plain6())), "6"},
		{"Cisco HDLC MPLS", onWire(104, join(bytesOf("0f00 8847 00010140"), plain6())), "6"},
		{"Cisco HDLC keep-alive", onWire(104, bytesOf("8f00 8035 00000002 00000001")), "not-ip"},
		{"Cisco HDLC short", onWire(104, bytesOf("0f00 08")), "bad-link-header"},
	}
}

func TestCiscoHDLC(t *testing.T) { checkFrames(t, ciscoHDLCRows()) }
