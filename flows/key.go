package flows

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// key finds a flow by its addresses, whichever way a segment goes: the lesser
// address and port stand first. An address is two words of its IPv6 form; IPv4
// addresses are mapped (RFC 4291 §2.5.5.2). So the key is a plain value without
// pointers. The words are no arrays: those go through memory wherever they go.
type key struct {
	lo1, lo2       uint64
	hi1, hi2       uint64
	loPort, hiPort uint16
}

// mapped is what stands before an IPv4 address in the second word.
const mapped = 0xffff << 32

// set makes the key of a segment from src to dst; swapped says that src is the
// end that stands second in it. Which one does is hard to foresee, so IPv4, which
// most of it is, does without a branch on that; and it makes no call, for which
// all that is in registers would have to go to memory.
func (k *key) set(src, dst netip.AddrPort) (swapped bool) {
	if !src.Addr().Is4() || !dst.Addr().Is4() {
		return k.setLong(src, dst)
	}
	a, b := wordOf4(src.Addr())<<16|uint64(src.Port()), wordOf4(dst.Addr())<<16|uint64(dst.Port())
	lo, hi := min(a, b), max(a, b)
	k.lo1, k.lo2, k.hi1, k.hi2 = 0, mapped|lo>>16, 0, mapped|hi>>16
	k.loPort, k.hiPort = uint16(lo), uint16(hi)
	return b < a
}

// setLong is set for any addresses.
func (k *key) setLong(src, dst netip.AddrPort) (swapped bool) {
	a1, a2 := wordsOf(src.Addr())
	b1, b2 := wordsOf(dst.Addr())
	a, b := src.Port(), dst.Port()
	if b1 < a1 || b1 == a1 && (b2 < a2 || b2 == a2 && b < a) {
		k.lo1, k.lo2, k.hi1, k.hi2, k.loPort, k.hiPort = b1, b2, a1, a2, b, a
		return true
	}
	k.lo1, k.lo2, k.hi1, k.hi2, k.loPort, k.hiPort = a1, a2, b1, b2, a, b
	return false
}

// makeKey is set for where a new key is wanted.
func makeKey(src, dst netip.AddrPort) (k key, swapped bool) {
	swapped = k.set(src, dst)
	return k, swapped
}

// wordOf4 is an IPv4 address as a number.
func wordOf4(a netip.Addr) uint64 {
	b := a.As4()
	return uint64(binary.BigEndian.Uint32(b[:]))
}

// wordsOf takes the slice because the compiler copies the array of As16 once
// more, 16 bytes at a time, and waits for the two words to arrive in it.
func wordsOf(a netip.Addr) (high, low uint64) {
	switch b := a.AsSlice(); len(b) {
	case 4:
		return 0, mapped | uint64(binary.BigEndian.Uint32(b))
	case 16:
		return binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	}
	return 0, 0
}

// ends are the two ends of the key in its own order.
func (k *key) ends() (lo, hi netip.AddrPort) {
	return netip.AddrPortFrom(addrOf(k.lo1, k.lo2), k.loPort), netip.AddrPortFrom(addrOf(k.hi1, k.hi2), k.hiPort)
}

// addresses are those of the client and the server.
func (k *key) addresses(clientHi bool) (client, server netip.AddrPort) {
	lo, hi := k.ends()
	if clientHi {
		return hi, lo
	}
	return lo, hi
}

func addrOf(high, low uint64) netip.Addr {
	if high == 0 && low>>32 == mapped>>32 {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(low))
		return netip.AddrFrom4(b)
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], high)
	binary.BigEndian.PutUint64(b[8:], low)
	return netip.AddrFrom16(b)
}

// self reports whether both ends are the same: a socket connected to itself.
func (k *key) self() bool { return k.loPort == k.hiPort && k.lo2 == k.hi2 && k.lo1 == k.hi1 }

// is4 reports whether both addresses are of IPv4.
func (k *key) is4() bool {
	return k.lo1|k.hi1 == 0 && k.lo2>>32 == mapped>>32 && k.hi2>>32 == mapped>>32
}

// hash spreads the key over 64 bits. The seed is another one in each table, so
// that nobody can choose addresses that collide.
func (k *key) hash(seed uint64) uint64 {
	ports := uint64(k.loPort)<<16 | uint64(k.hiPort)
	h := fold(k.lo2^seed, k.hi2^ports<<32^0x9e3779b97f4a7c15)
	if k.lo1|k.hi1 != 0 {
		h = fold(h^k.lo1, k.hi1^0xc2b2ae3d27d4eb4f)
	}
	return fold(h^seed, 0xd6e8feb86659fd93)
}

// fold multiplies to 128 bits and joins the halves.
func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
