package decode

import "testing"

func ethernetRows() []frameRow {
	stack := func(n int) []byte {
		var b []byte
		for range n {
			b = append(b, 0x81, 0, 0, 7)
		}
		return join(frame4()[:12], b, be16(0x0800), plain4())
	}
	tagged := func(etherType int) []byte { return ethernetOf(etherType, join(bytesOf("0007 86dd"), plain6())) }
	etag := bytesOf("e000 0001 0000")
	return []frameRow{
		{"802.1Q", onWire(1, tagged(0x8100)), "6"},
		{"802.1ad", onWire(1, tagged(0x88a8)), "6"},
		{"QinQ 9100", onWire(1, tagged(0x9100)), "6"},
		{"QinQ 9200", onWire(1, tagged(0x9200)), "6"},
		{"QinQ 9300", onWire(1, tagged(0x9300)), "6"},
		{"three tags", onWire(1, stack(3)), "4"},
		{"tag bomb", onWire(1, stack(1000)), "too-many-headers"},
		{"E-tag", onWire(1, ethernetOf(0x893f, join(etag, be16(0x0800), plain4()))), "4"},
		{"E-tag and VLAN", onWire(1, ethernetOf(0x893f, join(etag, bytesOf("8100 0007 86dd"), plain6()))), "6"},
		{"E-tag short", onWire(1, ethernetOf(0x893f, etag)), "bad-link-header"},
		{"PPPoE", onWire(1, ethernetOf(0x8864, pppoeOf(join(be16(0x0021), plain4())))), "4"},
		{"PPP", onWire(1, ethernetOf(0x880b, join(be16(0x0057), plain6()))), "6"},
		{"IPv6 behind the EtherType of IPv4", onWire(1, ethernetOf(0x0800, plain6())), "6"},
		{"padding", onWire(1, join(frame4(), make([]byte, 20))), "4"},
		{"ARP", onWire(1, ethernetOf(0x0806, make([]byte, 28))), "not-ip"},
		{"short", onWire(1, frame4()[:13]), "bad-link-header"},
		{"cut", cutTo(13, 1, frame4()), "cut"},
		{"VLAN tag cut", cutTo(17, 1, tagged(0x8100)), "cut"},
		{"VLAN tag short", onWire(1, tagged(0x8100)[:17]), "bad-link-header"},
		{"empty", onWire(1, nil), "bad-link-header"},
	}
}

func TestEthernet(t *testing.T) { checkFrames(t, ethernetRows()) }
