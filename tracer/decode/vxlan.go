package decode

import "github.com/google/gopacket"

const vxlanSize = 8

// vxlan reads the header of VXLAN, in which the I flag must be set (RFC 7348
// §5).
func (d *Decoder) vxlan(p packet) Kind {
	if d.overlay.DecodeFromBytes(p.data, gopacket.NilDecodeFeedback) != nil {
		return d.skip(p.short(vxlanSize, notTCP))
	}
	if !d.overlay.ValidIDFlag {
		return d.skip(notTCP)
	}
	return d.ethernet(p.from(vxlanSize))
}
