package decode

const wccpSize = 4

// wccp reads what a router redirects to a cache. Version 2 of WCCP puts a header
// of its own in front of the packet, and nothing says so but that no IPv4 header
// begins like it.
func (d *Decoder) wccp(p packet) Kind {
	if len(p.data) <= wccpSize {
		return d.skip(p.short(wccpSize+1, notTCP))
	}
	if p.data[0]>>4 == 4 {
		return d.ipv4(p)
	}
	return d.anyIP(p.from(wccpSize))
}
