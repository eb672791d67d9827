package flows

import "net/netip"

// key finds a flow by its addresses, whichever way a segment goes: the lesser
// address and port stand first. IPv4 addresses are kept in their IPv6-mapped
// form, so the key is a plain value without pointers.
type key struct {
	lo, hi         [16]byte
	loPort, hiPort uint16
}

// makeKey makes the key of a segment from src to dst; swapped says that src
// is the end that stands second in it.
func makeKey(src, dst netip.AddrPort) (k key, swapped bool) {
	a, b := src.Addr().As16(), dst.Addr().As16()
	if less(&b, &a) || a == b && dst.Port() < src.Port() {
		return key{b, a, dst.Port(), src.Port()}, true
	}
	return key{a, b, src.Port(), dst.Port()}, false
}

func less(a, b *[16]byte) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}

// ends are the two ends of the key in its own order.
func (k *key) ends() (lo, hi netip.AddrPort) {
	return netip.AddrPortFrom(netip.AddrFrom16(k.lo).Unmap(), k.loPort),
		netip.AddrPortFrom(netip.AddrFrom16(k.hi).Unmap(), k.hiPort)
}

// self reports whether both ends are the same: a socket connected to itself.
func (k *key) self() bool { return k.lo == k.hi && k.loPort == k.hiPort }
