package decode

import "encoding/binary"

const (
	gtpSize    = 8
	gtpUser    = 255  // message type of a G-PDU
	gtpVersion = 0x30 // 1, and the bit that tells GTP from GTP'
	gtpOptions = 0x07 // any of the flags that add four bytes
	gtpExtra   = 0x04 // the flag that a chain of extension headers follows
)

// gtp reads the header of GTP-U version 1 (3GPP TS 29.281 §5.1). Version,
// message type and length must all fit before its port number is believed.
func (d *Decoder) gtp(p packet) Kind {
	if len(p.data) < gtpSize {
		return d.skip(p.short(gtpSize, notTCP))
	}
	if p.data[0]&0xf0 != gtpVersion || p.data[1] != gtpUser ||
		int(binary.BigEndian.Uint16(p.data[2:])) != p.wire-gtpSize {
		return d.skip(notTCP)
	}
	flags := p.data[0]
	p = p.from(gtpSize)
	if flags&gtpOptions == 0 {
		return d.anyIP(p)
	}
	if len(p.data) < 4 {
		return d.skip(p.short(4, notTCP))
	}
	next := p.data[3]
	p = p.from(4)
	if flags&gtpExtra == 0 {
		next = 0 // the byte means nothing without its flag
	}
	return d.gtpExtensions(next, p)
}

// gtpExtensions skips extension headers: length in words, content, and last the
// type of the next one (3GPP TS 29.281 §5.2.1).
func (d *Decoder) gtpExtensions(next byte, p packet) Kind {
	for next != 0 {
		if len(p.data) == 0 {
			return d.skip(p.short(1, notTCP))
		}
		n := int(p.data[0]) * 4
		if n == 0 {
			return d.skip(notTCP)
		}
		if len(p.data) < n {
			return d.skip(p.short(n, notTCP))
		}
		next = p.data[n-1]
		p = p.from(n)
	}
	return d.anyIP(p)
}
