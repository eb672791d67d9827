package decode

import "testing"

func etherIPRows() []frameRow {
	return []frameRow{
		{"EtherIP", onWire(101, outer4(97, join(bytesOf("3000"), frame4()))), "4"},
		{"EtherIP short", onWire(101, outer4(97, bytesOf("30"))), "not-tcp"},
	}
}

func TestEtherIP(t *testing.T) { checkFrames(t, etherIPRows()) }
