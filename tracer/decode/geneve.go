package decode

import (
	"encoding/binary"

	"github.com/google/gopacket/layers"
)

const geneveSize = 8

// geneve reads the header of Geneve: version and length of the options in
// words, flags, EtherType, network (RFC 8926 §3.4).
func (d *Decoder) geneve(p packet) Kind {
	if len(p.data) < geneveSize {
		return d.skip(p.short(geneveSize, notTCP))
	}
	if p.data[0]>>6 != 0 {
		return d.skip(notTCP)
	}
	n := geneveSize + int(p.data[0]&0x3f)*4
	if len(p.data) < n {
		return d.skip(p.short(n, notTCP))
	}
	return d.etherType(layers.EthernetType(binary.BigEndian.Uint16(p.data[2:])), p.from(n))
}
