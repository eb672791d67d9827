package decode

import (
	"encoding/binary"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// EtherTypes that gopacket does not name.
const (
	etherTypeQinQOld1 layers.EthernetType = 0x9100 // stacked VLANs before IEEE 802.1ad
	etherTypeQinQOld2 layers.EthernetType = 0x9200
	etherTypeQinQOld3 layers.EthernetType = 0x9300
	etherTypeETag     layers.EthernetType = 0x893f // IEEE 802.1BR

	// Below this the field is a length, and LLC follows (IEEE 802.3 §3.2.6).
	etherTypeMin layers.EthernetType = 0x0600
)

const (
	ethernetSize = 14
	vlanSize     = 4
	etagSize     = 8 // 6 of tag, 2 of EtherType
)

// ethernet reads an Ethernet header.
func (d *Decoder) ethernet(p packet) Kind {
	if !d.nest() {
		return d.skip(tooManyHeaders)
	}
	if d.eth.DecodeFromBytes(p.data, gopacket.NilDecodeFeedback) != nil {
		return d.skip(p.short(ethernetSize, badLinkHeader))
	}
	p = p.from(ethernetSize)
	if d.eth.EthernetType == layers.EthernetTypeLLC {
		return d.logicalLink(p.first(int(d.eth.Length)))
	}
	return d.etherType(d.eth.EthernetType, p)
}

// etherType goes on with what t says, wherever t stood.
func (d *Decoder) etherType(t layers.EthernetType, p packet) Kind {
	switch t {
	case layers.EthernetTypeIPv4, layers.EthernetTypeIPv6:
		return d.anyIP(p)
	case layers.EthernetTypeDot1Q, layers.EthernetTypeQinQ,
		etherTypeQinQOld1, etherTypeQinQOld2, etherTypeQinQOld3:
		return d.vlanTag(p)
	case etherTypeETag:
		return d.etag(p)
	case layers.EthernetTypeMPLSUnicast, layers.EthernetTypeMPLSMulticast:
		return d.mpls(p)
	case layers.EthernetTypePPPoESession:
		return d.pppoe(p)
	case layers.EthernetTypeTransparentEthernetBridging:
		return d.ethernet(p)
	case layers.EthernetTypePPP:
		return d.ppp(p)
	}
	return d.skip(notIP)
}

// vlanTag reads one tag of a stack of any depth. LLC may follow a tag as well.
func (d *Decoder) vlanTag(p packet) Kind {
	if !d.nest() {
		return d.skip(tooManyHeaders)
	}
	if d.vlan.DecodeFromBytes(p.data, gopacket.NilDecodeFeedback) != nil {
		return d.skip(p.short(vlanSize, badLinkHeader))
	}
	return d.typeOrLength(d.vlan.Type, p.from(vlanSize))
}

// etag reads an E-tag of IEEE 802.1BR.
func (d *Decoder) etag(p packet) Kind {
	if !d.nest() {
		return d.skip(tooManyHeaders)
	}
	if len(p.data) < etagSize {
		return d.skip(p.short(etagSize, badLinkHeader))
	}
	return d.typeOrLength(layers.EthernetType(binary.BigEndian.Uint16(p.data[6:])), p.from(etagSize))
}

// typeOrLength goes on behind a tag, where either an EtherType stands or the
// length of an LLC frame.
func (d *Decoder) typeOrLength(t layers.EthernetType, p packet) Kind {
	if t < etherTypeMin {
		return d.logicalLink(p.first(int(t)))
	}
	return d.etherType(t, p)
}
