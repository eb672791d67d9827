package decode

import "encoding/binary"

const radiotapSize = 8

// radiotap skips the radiotap header, whose length is little endian on every
// host.
func (d *Decoder) radiotap(p packet) Kind {
	if len(p.data) < radiotapSize {
		return d.skip(p.short(radiotapSize, badLinkHeader))
	}
	n := int(binary.LittleEndian.Uint16(p.data[2:]))
	if n < radiotapSize {
		return d.skip(badLinkHeader)
	}
	if n > len(p.data) {
		return d.skip(p.short(n, badLinkHeader))
	}
	return d.wlan(binary.LittleEndian, p.from(n))
}
