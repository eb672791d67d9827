package decode

import "testing"

func capwapRows() []frameRow {
	in := func(header string, data []byte) Frame {
		return onWire(101, outer4(17, udp(5247, 50000, join(bytesOf(header), data))))
	}
	swapped := with(wlanOf("0108", ""), 22, 0x03, 0x20) // sequence 0x32, fragment 0
	const native = "00 100300 0000 0000"
	return []frameRow{
		{"802.11", in(native, wlanOf("0801", "")), "4"},
		{"802.11 of Cisco", in(native, swapped), "4"},
		{"wireless information", in("00 200320 0000 0000 04dc3a0000 000000", swapped), "4"},
		{"802.3", in("00 100200 0000 0000", frame4()), "4"},
		{"all flags that do not matter", in("00 200377 0000 0000 0000000000 000000", swapped), "4"},
		{"from the access point", onWire(101, outer4(17, udp(50000, 5247, join(bytesOf(native), swapped)))), "4"},
		{"first fragment", in("00 100380 0007 0000", swapped), "4"},
		{"later fragment", in("00 100380 0007 0008", swapped), "fragment"},
		{"keep-alive", in("00 100308 0000 0000", swapped), "not-tcp"},
		{"other binding", in("00 100500 0000 0000", swapped), "not-tcp"},
		{"DTLS", in("01 000000 0000 0000", swapped), "encrypted"},
		{"other version", in("10 100300 0000 0000", swapped), "not-tcp"},
		{"header length below 8", in("00 080300 0000 0000", swapped), "not-tcp"},
		{"header beyond the packet", in("00 f80300 0000 0000", nil), "not-tcp"},
		{"short", in("00 100300", nil), "not-tcp"},
		{"cut", cutTo(20+8+7, 101, in(native, swapped).Data), "cut"},
	}
}

func TestCAPWAP(t *testing.T) { checkFrames(t, capwapRows()) }
