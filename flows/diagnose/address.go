package diagnose

import (
	"encoding/binary"
	mathbits "math/bits"
	"net/netip"
)

// address is an IP address as two words of its IPv6 form; IPv4 addresses are
// mapped (RFC 4291 §2.5.5.2), which no flow tells from the others. So it holds no
// pointer, as a netip.Addr does, and is compared at once.
type address struct{ high, low uint64 }

// mapped is what stands before an IPv4 address in the lower word.
const mapped = 0xffff << 32

func addressOf(a netip.Addr) address {
	if a.Is4() {
		b := a.As4()
		return address{0, mapped | uint64(binary.BigEndian.Uint32(b[:]))}
	}
	b := a.As16()
	return address{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

// is4 reports whether it is one of IPv4.
func (a address) is4() bool { return a.high == 0 && a.low>>32 == mapped>>32 }

// hash spreads an address and a port over 32 bits. Attackers choose both: only
// the seed keeps them from such as collide.
func (a address) hash(port uint16, seed uint64) uint32 {
	h := fold(a.low^seed, uint64(port)^0x9e3779b97f4a7c15)
	if a.high != 0 {
		h = fold(h^a.high, 0xc2b2ae3d27d4eb4f)
	}
	return uint32(fold(h^seed, 0xd6e8feb86659fd93))
}

// fold multiplies to 128 bits and joins the halves.
func fold(a, b uint64) uint64 {
	hi, lo := mathbits.Mul64(a, b)
	return hi ^ lo
}

// The beginning of FNV-1a of 64 bits, its prime, and what it makes of the twelve
// octets before an IPv4 address.
const (
	fnvOffset = 0xcbf29ce484222325
	fnvPrime  = 0x100000001b3
	fnvMapped = 0x540b81da1cc1b60b
)

// bit is one of 64, by which addresses are told apart roughly. It is the same in
// each run, for a finding says how many were set.
func (a address) bit() uint64 {
	var h uint64
	if a.is4() {
		h = fnv1a(fnvMapped, a.low, 4)
	} else {
		h = fnv1a(fnv1a(fnvOffset, a.high, 8), a.low, 8)
	}
	return 1 << ((h ^ h>>32) % 64)
}

// fnv1a goes on from h over the lowest octets of a word.
func fnv1a(h, word uint64, octets int) uint64 {
	for at := 8 * octets; at > 0; {
		at -= 8
		h = (h ^ word>>at&0xff) * fnvPrime
	}
	return h
}
