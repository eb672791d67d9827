package decode

import (
	"encoding/binary"

	"github.com/google/gopacket/layers"
)

const ciscoHDLCSize = 4

// ciscoHDLC reads the header of Cisco's HDLC: address, control, EtherType
// (RFC 1547 §4.3.1).
func (d *Decoder) ciscoHDLC(p packet) Kind {
	if len(p.data) < ciscoHDLCSize {
		return d.skip(p.short(ciscoHDLCSize, badLinkHeader))
	}
	return d.etherType(layers.EthernetType(binary.BigEndian.Uint16(p.data[2:])), p.from(ciscoHDLCSize))
}
