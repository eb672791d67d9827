package decode

import (
	"encoding/binary"
	"math/bits"
	"net/netip"

	"github.com/google/gopacket/layers"
)

// badSum reports whether p, a TCP segment, has a checksum that is wrong. It
// cannot tell where a part of the segment was not captured, or where the pseudo
// header is not known. Nor is a sum wrong that nobody finished: an offloading
// sender leaves the sum of the pseudo header in the field, with or without the
// length, for the network card to go on with, and a capture on the sending host
// sees it like that. A damaged segment looks so once in 32,768 times.
func (d *Decoder) badSum(p packet) bool {
	if d.ip.fragment || d.ip.unsure || !p.whole() {
		return false
	}
	lengthless := addSum(addSum(uint64(layers.IPProtocolTCP), d.ip.src), d.ip.dst)
	pseudo := lengthless + uint64(len(p.data))
	if fold(sum(pseudo, p.data)) == 0xffff {
		return false
	}
	return d.Segment.Checksum != fold(pseudo) && d.Segment.Checksum != fold(lengthless)
}

// addSum adds the 16-bit words of an address to a sum.
func addSum(n uint64, a netip.Addr) uint64 {
	if a.Is4() {
		b := a.As4()
		return sum(n, b[:])
	}
	b := a.As16()
	return sum(n, b[:])
}

// sum adds the 16-bit words of b to n in ones' complement (RFC 1071 §2). The sum
// of wider words is the same one, not yet folded.
func sum(n uint64, b []byte) uint64 {
	var carry uint64
	for ; len(b) >= 8; b = b[8:] {
		n, carry = bits.Add64(n, binary.BigEndian.Uint64(b), carry)
	}
	n, carry = bits.Add64(n, 0, carry)
	n += carry
	var tail [8]byte
	copy(tail[:], b)
	n, carry = bits.Add64(n, binary.BigEndian.Uint64(tail[:]), 0)
	return n + carry
}

// fold brings a sum down to 16 bits.
func fold(n uint64) uint16 {
	for n > 0xffff {
		n = n>>16 + n&0xffff
	}
	return uint16(n)
}
