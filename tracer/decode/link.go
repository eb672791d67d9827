package decode

import "encoding/binary"

// LINKTYPE_ numbers, as in capture files. They are not gopacket's: its LinkType
// has 8 bits, in which 276 becomes 20.
const (
	linkNull      = 0 // BSD loopback, address family in the byte order of the host
	linkEthernet  = 1
	linkPPP       = 9
	linkFDDI      = 10
	linkRawBSD    = 12 // DLT_RAW where somebody wrote the DLT_ into the file
	linkRawOther  = 14 // the same on OpenBSD
	linkPPPSerial = 50 // PPP or Cisco HDLC, each with its HDLC header
	linkPPPoE     = 51
	linkRaw       = 101
	linkCiscoHDLC = 104
	linkWLAN      = 105
	linkFrame     = 107 // Frame Relay
	linkLoop      = 108 // OpenBSD loopback, address family in network byte order
	linkSLL       = 113 // Linux "any" device
	linkRadiotap  = 127
	linkIPv4      = 228
	linkIPv6      = 229
	linkNFLOG     = 239
	linkSLL2      = 276
)

// link enters a frame by the link type of the capture.
func (d *Decoder) link(linkType int, p packet) Kind {
	switch linkType {
	case linkEthernet:
		return d.ethernet(p)
	case linkSLL:
		return d.cooked(p)
	case linkSLL2:
		return d.cooked2(p)
	case linkNull, linkLoop:
		return d.loopback(p)
	case linkRaw, linkRawBSD, linkRawOther, linkIPv4, linkIPv6:
		return d.anyIP(p)
	case linkPPP:
		return d.ppp(p)
	case linkPPPSerial:
		return d.pppSerial(p)
	case linkPPPoE:
		return d.pppoe(p)
	case linkCiscoHDLC:
		return d.ciscoHDLC(p)
	case linkFrame:
		return d.frameRelay(p)
	case linkFDDI:
		return d.fddi(p)
	case linkWLAN:
		return d.wlan(binary.LittleEndian, p)
	case linkRadiotap:
		return d.radiotap(p)
	case linkNFLOG:
		return d.nflog(p)
	}
	return d.skip(unknownLinkType)
}
