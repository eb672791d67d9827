package decode

import "encoding/binary"

// Bits of the 802.11 frame control field and of the fields behind it
// (IEEE 802.11-2016 §9.2.4).
const (
	wlanTypeMask  = 0x000f // version 0 and type
	wlanData      = 0x0008
	wlanNoPayload = 0x0040 // subtypes without a frame body
	wlanQoS       = 0x0080
	wlanToDS      = 0x0100
	wlanFromDS    = 0x0200
	wlanProtected = 0x4000
	wlanOrder     = 0x8000 // in QoS frames: an HT control field is there

	wlanFragmentMask = 0x000f // in the sequence control field
	wlanAggregate    = 0x0080 // in the QoS control field: A-MSDU

	wlanSize = 24
)

// wlan reads the header of an IEEE 802.11 data frame, whose fields are little
// endian in the air.
func (d *Decoder) wlan(order binary.ByteOrder, p packet) Kind {
	if len(p.data) < 2 {
		return d.skip(p.short(2, badLinkHeader))
	}
	control := order.Uint16(p.data)
	if control&wlanTypeMask != wlanData || control&wlanNoPayload != 0 {
		return d.skip(notIP)
	}
	if control&wlanProtected != 0 {
		return d.skip(encrypted)
	}
	n := wlanHeaderSize(control)
	if len(p.data) < n {
		return d.skip(p.short(n, badLinkHeader))
	}
	if order.Uint16(p.data[22:])&wlanFragmentMask != 0 {
		return d.skip(fragment)
	}
	if control&wlanQoS != 0 && order.Uint16(p.data[qosOffset(control):])&wlanAggregate != 0 {
		return d.skip(aggregated)
	}
	return d.logicalLink(p.from(n))
}

func wlanHeaderSize(control uint16) int {
	if control&wlanQoS == 0 {
		return qosOffset(control)
	}
	if control&wlanOrder == 0 {
		return qosOffset(control) + 2
	}
	return qosOffset(control) + 6
}

// qosOffset is where the QoS control field stands: behind a fourth address when
// the frame goes from one access point to another.
func qosOffset(control uint16) int {
	if control&(wlanToDS|wlanFromDS) == wlanToDS|wlanFromDS {
		return wlanSize + 6
	}
	return wlanSize
}
