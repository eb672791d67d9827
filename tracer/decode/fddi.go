package decode

const fddiSize = 13 // frame control and two addresses

// fddi reads an FDDI header (RFC 1390). Only LLC frames carry packets.
func (d *Decoder) fddi(p packet) Kind {
	if len(p.data) < fddiSize {
		return d.skip(p.short(fddiSize, badLinkHeader))
	}
	if p.data[0]&0x30 != 0x10 { // CLFFZZZZ: FF is 01 in LLC frames
		return d.skip(notIP)
	}
	return d.logicalLink(p.from(fddiSize))
}
