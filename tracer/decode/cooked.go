package decode

import (
	"encoding/binary"

	"github.com/google/gopacket/layers"
)

const (
	cookedSize  = 16
	cooked2Size = 20

	// cookedLLC in the protocol field says that LLC follows: ETH_P_802_2.
	cookedLLC layers.EthernetType = 4
)

// cooked reads the header of LINKTYPE_LINUX_SLL: packet type, ARPHRD_ type,
// address length, 8 bytes of address, protocol.
func (d *Decoder) cooked(p packet) Kind {
	if len(p.data) < cookedSize {
		return d.skip(p.short(cookedSize, badLinkHeader))
	}
	return d.cookedProtocol(binary.BigEndian.Uint16(p.data[14:]), p.from(cookedSize))
}

// cooked2 reads the header of LINKTYPE_LINUX_SLL2: protocol, 2 reserved bytes,
// interface index, ARPHRD_ type, packet type, address length, address.
func (d *Decoder) cooked2(p packet) Kind {
	if len(p.data) < cooked2Size {
		return d.skip(p.short(cooked2Size, badLinkHeader))
	}
	return d.cookedProtocol(binary.BigEndian.Uint16(p.data), p.from(cooked2Size))
}

// cookedProtocol goes on with the protocol that Linux gave to the packet. Small
// numbers are not lengths here.
func (d *Decoder) cookedProtocol(protocol uint16, p packet) Kind {
	if t := layers.EthernetType(protocol); t != cookedLLC {
		return d.etherType(t, p)
	}
	return d.logicalLink(p)
}
