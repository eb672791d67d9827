package decode

import "testing"

func mplsRows() []frameRow {
	under := func(labels string, data []byte) Frame {
		return onWire(1, ethernetOf(0x8847, join(bytesOf(labels), data)))
	}
	// An Ethernet address that begins like IP would.
	begin := func(first byte) []byte { return with(frame4(), 0, first) }
	return []frameRow{
		{"one label", under("00010140", plain4()), "4"},
		{"three labels", under("00010040 00011040 00012140", plain6()), "6"},
		{"multicast", onWire(1, ethernetOf(0x8848, join(bytesOf("00010140"), plain4()))), "4"},
		{"pseudowire with control word", under("00010140 00000000", frame4()), "4"},
		{"pseudowire with VLAN", under("00010140 00000000",
			join(frame4()[:12], bytesOf("8100 0007 86dd"), plain6())), "6"},
		{"pseudowire without control word", under("00010140", frame6()), "6"},
		{"pseudowire, another address", under("00010140", begin(0x32)), "4"},
		{"pseudowire, ARP", under("00010140 00000000", ethernetOf(0x0806, make([]byte, 28))), "not-ip"},
		{"pseudowire, version does not fit", under("00010140", with(frame4(), 14, 0x65)), "not-ip"},
		{"associated channel", under("00010140 10000000", frame4()), "not-ip"},
		{"no bottom", under("00010040", nil), "bad-link-header"},
		{"nothing below", under("00010140", nil), "bad-link-header"},
		{"label cut", cutTo(14+3, 1, ethernetOf(0x8847, join(bytesOf("00010140"), plain4()))), "cut"},
		{"in IP", onWire(101, outer4(137, join(bytesOf("00010140"), plain4()))), "4"},
	}
}

func TestMPLS(t *testing.T) { checkFrames(t, mplsRows()) }
