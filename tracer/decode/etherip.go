package decode

const etherIPSize = 2

// etherIP reads the header of Ethernet in IP, version 3 and 12 zero bits
// (RFC 3378 §3).
func (d *Decoder) etherIP(p packet) Kind {
	if len(p.data) < etherIPSize {
		return d.skip(p.short(etherIPSize, notTCP))
	}
	return d.ethernet(p.from(etherIPSize))
}
