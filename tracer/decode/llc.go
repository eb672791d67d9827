package decode

import "github.com/google/gopacket"

const (
	sapIP   = 0x06 // RFC 948
	sapSNAP = 0xaa // IEEE 802.2, RFC 1042

	llcSize  = 3 // with the unnumbered control field that IP is sent with
	snapSize = 5
)

// logicalLink reads an IEEE 802.2 LLC header.
func (d *Decoder) logicalLink(p packet) Kind {
	if d.llc.DecodeFromBytes(p.data, gopacket.NilDecodeFeedback) != nil {
		return d.skip(p.short(llcSize, badLinkHeader))
	}
	p = p.from(len(d.llc.Contents))
	switch {
	case d.llc.DSAP == sapSNAP && d.llc.SSAP == sapSNAP:
		return d.subnetwork(p)
	case d.llc.DSAP == sapIP && d.llc.SSAP == sapIP:
		return d.ipv4(p)
	}
	return d.skip(notIP)
}

// subnetwork reads a SNAP header. Behind the organisation codes of RFC 1042 and
// of IEEE 802.1H bridges stands an EtherType; the others have their own types.
func (d *Decoder) subnetwork(p packet) Kind {
	if d.snap.DecodeFromBytes(p.data, gopacket.NilDecodeFeedback) != nil {
		return d.skip(p.short(snapSize, badLinkHeader))
	}
	switch [3]byte(d.snap.OrganizationalCode) {
	case [3]byte{0, 0, 0}, [3]byte{0, 0, 0xf8}:
		return d.etherType(d.snap.Type, p.from(snapSize))
	}
	return d.skip(notIP)
}
