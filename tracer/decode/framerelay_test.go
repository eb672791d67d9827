package decode

import "testing"

func frameRelayRows() []frameRow {
	return []frameRow{
		{"Frame Relay Cisco", onWire(107, join(bytesOf("1861 0800"), plain4())), "4"},
		{"Frame Relay NLPID IPv4", onWire(107, join(bytesOf("1861 03 cc"), plain4())), "4"},
		{"Frame Relay NLPID IPv6", onWire(107, join(bytesOf("1861 03 8e"), plain6())), "6"},
		{"Frame Relay SNAP", onWire(107, join(bytesOf("1861 03 00 80 000000 0800"), plain4())), "4"},
		{"Frame Relay three-byte address", onWire(107, join(bytesOf("186003 03 cc"), plain4())), "4"},
		{"Frame Relay four-byte address", onWire(107, join(bytesOf("18606003 03 cc"), plain4())), "4"},
		{"Frame Relay LMI", onWire(107, bytesOf("0001 03 08 00 75 95 01 01 00")), "not-ip"},
		{"Frame Relay short", onWire(107, bytesOf("1861 03")), "bad-link-header"},
		{"Frame Relay without end", onWire(107, bytesOf("00")), "bad-link-header"},
	}
}

func TestFrameRelay(t *testing.T) { checkFrames(t, frameRelayRows()) }
