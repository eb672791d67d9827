package decode

import "encoding/binary"

const (
	capwapSize = 8

	// Of the word behind the preamble: what follows is an 802.11 frame, is a
	// part of one, or is nothing (RFC 5415 §4.3).
	capwapBinding   = 0x3e00 // which wireless technology; 1 is 802.11
	capwapWLAN      = 0x0200
	capwapNative    = 0x0100
	capwapFragment  = 0x0080
	capwapKeepAlive = 0x0008
)

// capwap reads the header of the data channel between an access point and its
// controller (RFC 5415 §4.3). The preamble is 0, and 1 where DTLS follows.
func (d *Decoder) capwap(p packet) Kind {
	if len(p.data) < capwapSize {
		return d.skip(p.short(capwapSize, notTCP))
	}
	if p.data[0] == 1 {
		return d.skip(encrypted)
	}
	flags := binary.BigEndian.Uint16(p.data[2:])
	if p.data[0] != 0 || flags&capwapKeepAlive != 0 {
		return d.skip(notTCP)
	}
	if flags&capwapFragment != 0 && binary.BigEndian.Uint16(p.data[6:])>>3 != 0 {
		return d.skip(fragment)
	}
	n := int(p.data[1]>>3) * 4
	if n < capwapSize {
		return d.skip(notTCP)
	}
	if len(p.data) < n+2 {
		return d.skip(p.short(n+2, notTCP))
	}
	p = p.from(n)
	if flags&capwapNative == 0 {
		return d.ethernet(p)
	}
	if flags&capwapBinding != capwapWLAN {
		return d.skip(notTCP)
	}
	if binary.BigEndian.Uint16(p.data)&wlanTypeMask == wlanData {
		// Cisco's access points turn the fields into network byte order.
		return d.wlan(binary.BigEndian, p)
	}
	return d.wlan(binary.LittleEndian, p)
}
