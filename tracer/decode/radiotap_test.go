package decode

import "testing"

func radiotapRows() []frameRow {
	radiotap := bytesOf("00 00 0d00 04800000 02 00 00 0000")
	return []frameRow{
		{"radiotap", onWire(127, join(radiotap, wlanOf("0801", ""))), "4"},
		{"radiotap, shortest", onWire(127, join(bytesOf("00 00 0800 00000000"), wlanOf("0801", ""))), "4"},
		{"radiotap length below its header", onWire(127, join(with(radiotap, 2, 7), wlanOf("0801", ""))), "bad-link-header"},
		{"radiotap length beyond the frame",
			onWire(127, join(with(radiotap, 2, 0, 7), wlanOf("0801", ""))), "bad-link-header"},
		{"radiotap short", onWire(127, radiotap[:7]), "bad-link-header"},
		{"radiotap cut", cutTo(9, 127, join(radiotap, wlanOf("0801", ""))), "cut"},
	}
}

func TestRadiotap(t *testing.T) { checkFrames(t, radiotapRows()) }
