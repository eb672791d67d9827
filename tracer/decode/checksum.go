package decode

import (
	"encoding/binary"
	"math/bits"
	"net/netip"

	"github.com/google/gopacket/layers"
)

// badSum reports whether p, a TCP segment, has a checksum that is wrong. It
// cannot tell where a part of the segment was not captured, or where the pseudo
// header is not known.
func (d *Decoder) badSum(p packet) bool {
	if d.ip.fragment || d.ip.unsure || !p.whole() {
		return false
	}
	return wrong(d.Segment.Checksum, addSum(addSum(uint64(layers.IPProtocolTCP), d.ip.src), d.ip.dst), p.data)
}

// wrong reports whether checksum is not that of segment, of which pseudo is the
// sum of the pseudo header without the length. Nor is a sum wrong that nobody
// finished: an offloading sender leaves the sum of the pseudo header in the field,
// with or without the length, for the network card to go on with, and a capture
// on the sending host sees it like that. A damaged segment looks so once in 32,768
// times.
func wrong(checksum uint16, pseudo uint64, segment []byte) bool {
	whole := pseudo + uint64(len(segment))
	if fold(sum(whole, segment)) == 0xffff {
		return false
	}
	return checksum != fold(whole) && checksum != fold(pseudo)
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
// of wider words is the same one, not yet folded. n must be less than 2^40, which
// leaves room for carries, and the sum is too.
func sum(n uint64, b []byte) uint64 {
	if len(b) >= sumBlock {
		var blocks uint64
		blocks, b = sumBlocks(b)
		n += blocks
	}
	if len(b) >= 32 {
		n = halves(addBlock(n, b))
		b = b[32:]
	}
	if len(b) >= 16 {
		n += halves(binary.BigEndian.Uint64(b)) + halves(binary.BigEndian.Uint64(b[8:]))
		b = b[16:]
	}
	if len(b) >= 8 {
		n += halves(binary.BigEndian.Uint64(b))
		b = b[8:]
	}
	if len(b) >= 4 {
		n += uint64(binary.BigEndian.Uint32(b))
		b = b[4:]
	}
	if len(b) >= 2 {
		n += uint64(binary.BigEndian.Uint16(b))
		b = b[2:]
	}
	if len(b) > 0 {
		n += uint64(b[0]) << 8
	}
	return n
}

// addBlock adds 32 bytes in one chain of carries. n comes last: it is so small
// that the last carry has a place.
func addBlock(n uint64, b []byte) uint64 {
	w, carry := bits.Add64(binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:]), 0)
	w, carry = bits.Add64(w, binary.BigEndian.Uint64(b[16:]), carry)
	w, carry = bits.Add64(w, binary.BigEndian.Uint64(b[24:]), carry)
	w, carry = bits.Add64(w, n, carry)
	return w + carry
}

// sumBlock is how many bytes sumBlocks adds in one chain of carries.
const sumBlock = 64

// sumBlocks is the sum of as many blocks as b has, and the rest of b. A chain
// does not begin with the carry of the one before, so that the processor can work
// at two of them at once. The words are little endian, which costs nothing on most
// machines: the sum has its bytes the other way round then (RFC 1071 §2 (B)).
func sumBlocks(b []byte) (uint64, []byte) {
	var n, carries uint64
	at := 0
	for ; at <= len(b)-sumBlock; at += sumBlock {
		b := (*[sumBlock]byte)(b[at:])
		w, carry := bits.Add64(binary.LittleEndian.Uint64(b[:]), binary.LittleEndian.Uint64(b[8:]), 0)
		w, carry = bits.Add64(w, binary.LittleEndian.Uint64(b[16:]), carry)
		w, carry = bits.Add64(w, binary.LittleEndian.Uint64(b[24:]), carry)
		w, carry = bits.Add64(w, binary.LittleEndian.Uint64(b[32:]), carry)
		w, carry = bits.Add64(w, binary.LittleEndian.Uint64(b[40:]), carry)
		w, carry = bits.Add64(w, binary.LittleEndian.Uint64(b[48:]), carry)
		w, carry = bits.Add64(w, binary.LittleEndian.Uint64(b[56:]), carry)
		n, carry = bits.Add64(n, w, carry)
		carries += carry
	}
	return uint64(bits.ReverseBytes16(fold(halves(n) + carries))), b[at:]
}

// halves adds the two halves of a word, so that more can be added to the sum
// without a carry.
func halves(n uint64) uint64 { return n>>32 + n&0xffff_ffff }

// fold brings a sum of less than 2^40 down to 16 bits.
func fold(n uint64) uint16 {
	n = n>>16 + n&0xffff // less than 2^25
	n = n>>16 + n&0xffff // less than 2^17
	return uint16(n>>16 + n)
}
