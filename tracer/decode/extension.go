package decode

import (
	"encoding/binary"
	"net/netip"

	"github.com/google/gopacket/layers"
)

const (
	// maxExtensions bounds the extension headers of one packet. RFC 8504 §5.3
	// lets hosts set such a limit; eight different ones exist.
	maxExtensions = 16

	extensionSize = 8 // of the shortest
)

// extension reads a header between IPv6 and the transport, or an authentication
// header, which IPv4 has too.
func (d *Decoder) extension(kind layers.IPProtocol, p packet) Kind {
	if kind != layers.IPProtocolAH && !d.ip.v6 {
		return d.skip(notTCP)
	}
	if d.ip.extensions++; d.ip.extensions > maxExtensions {
		return d.skip(tooManyHeaders)
	}
	if len(p.data) < extensionSize {
		return d.skip(p.short(extensionSize, badIPHeader))
	}
	size := sizeOfExtension(kind, p.data)
	if size > len(p.data) {
		return d.skip(p.short(size, badIPHeader))
	}
	header := p.data[:size]
	switch kind {
	case layers.IPProtocolIPv6Fragment:
		if isLaterFragment(header) {
			return d.skip(fragment)
		}
		d.fragmentHeader(header)
	case layers.IPProtocolIPv6Routing:
		d.routingHeader(header)
	case layers.IPProtocolIPv6Destination:
		d.homeAddress(header)
	}
	return d.transport(layers.IPProtocol(header[0]), p.from(size))
}

// sizeOfExtension is the size of an extension header by its first two bytes.
func sizeOfExtension(kind layers.IPProtocol, b []byte) int {
	switch kind {
	case layers.IPProtocolIPv6Fragment:
		return 8 // RFC 8200 §4.5
	case layers.IPProtocolAH:
		return (int(b[1]) + 2) * 4 // RFC 4302 §2.2
	}
	return (int(b[1]) + 1) * 8 // RFC 8200 §4, RFC 6564 §4
}

// isLaterFragment reports whether a fragment lacks the beginning of its packet.
func isLaterFragment(header []byte) bool {
	return binary.BigEndian.Uint16(header[2:])>>3 != 0
}

// fragmentHeader reads the header of a first fragment, or of an atomic one,
// which is a whole packet (RFC 6946). The identification has 32 bits, of which
// the lower ones count up where they count at all.
func (d *Decoder) fragmentHeader(header []byte) {
	d.ip.fragment = header[3]&1 != 0
	d.ip.id = uint16(binary.BigEndian.Uint32(header[4:]))
}

// routingHeader finds the last destination of a packet that has segments left:
// the TCP checksum covers that one (RFC 8200 §8.1), and the answers come from
// it.
func (d *Decoder) routingHeader(header []byte) {
	kind, left := header[2], header[3]
	if left == 0 {
		return
	}
	switch n := len(header); {
	case (kind == 0 || kind == 2) && n >= 24: // RFC 2460 §4.4, RFC 6275 §6.4
		d.ip.dst = netip.AddrFrom16([16]byte(header[n-16:]))
	case kind == 4 && n >= 24: // segment routing holds the last one first, RFC 8754 §2
		d.ip.dst = netip.AddrFrom16([16]byte(header[8:24]))
	default:
		d.ip.unsure = true
	}
}

// homeAddress finds the address by which TCP knows a mobile node that sends from
// elsewhere (RFC 6275 §6.3).
func (d *Decoder) homeAddress(header []byte) {
	if v := findOption(header, optionHome); len(v) == 16 {
		d.ip.src = netip.AddrFrom16([16]byte(v))
	}
}
