package flows

import (
	"net/netip"
	"testing"
)

func TestKeyIsTheSameBothWays(t *testing.T) {
	tests := []struct{ name, a, b string }{
		{"addresses differ", "192.0.2.1:443", "198.51.100.2:40000"},
		{"addresses differ in the first byte", "1.0.0.9:1", "2.0.0.1:1"},
		{"addresses differ in the last byte", "[2001:db8::1]:443", "[2001:db8::2]:443"},
		{"ports differ", "127.0.0.1:40000", "127.0.0.1:443"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := netip.MustParseAddrPort(tt.a), netip.MustParseAddrPort(tt.b)
			there, swapped := makeKey(a, b)
			back, swappedBack := makeKey(b, a)
			if there != back {
				t.Errorf("there %v, back %v", there, back)
			}
			if swapped == swappedBack {
				t.Errorf("both ways say swapped %v", swapped)
			}
			if there.self() {
				t.Error("two ends count as one")
			}
			lo, hi := there.ends()
			if swapped {
				lo, hi = hi, lo
			}
			if lo != a || hi != b {
				t.Errorf("the ends are %v and %v, want %v and %v", lo, hi, a, b)
			}
		})
	}
}

// TestKeyMappedAddress: the same IPv4 address, plain or as an IPv6 address that
// stands for it (a capture on `any` may hold both), makes the same key.
func TestKeyMappedAddress(t *testing.T) {
	src, dst := netip.MustParseAddrPort("192.0.2.2:2"), netip.MustParseAddrPort("192.0.2.1:1")
	src6, dst6 := netip.MustParseAddrPort("[::ffff:192.0.2.2]:2"), netip.MustParseAddrPort("[::ffff:192.0.2.1]:1")
	plain, swapped := makeKey(src, dst)
	for _, other := range [][2]netip.AddrPort{{src6, dst6}, {src6, dst}, {src, dst6}} {
		mapped, swappedToo := makeKey(other[0], other[1])
		if plain != mapped || swapped != swappedToo {
			t.Errorf("plain %v, swapped %v; from %v to %v %v, swapped %v", plain, swapped, other[0], other[1], mapped, swappedToo)
		}
		if lo, _ := mapped.ends(); !lo.Addr().Is4() {
			t.Errorf("the address comes out as %v, want it plain", lo)
		}
	}
}

// TestKeyWithoutAddress: a segment without addresses does no harm.
func TestKeyWithoutAddress(t *testing.T) {
	if k, swapped := makeKey(netip.AddrPort{}, netip.AddrPort{}); k != (key{}) || swapped {
		t.Errorf("key %v, swapped %v", k, swapped)
	}
}

func TestKeysOfDifferentConnectionsDiffer(t *testing.T) {
	a := netip.MustParseAddrPort("192.0.2.1:443")
	seen := map[key]string{}
	for _, b := range []string{"192.0.2.2:1", "192.0.2.2:2", "192.0.2.3:1", "[2001:db8::1]:1", "192.0.2.1:1"} {
		k, _ := makeKey(a, netip.MustParseAddrPort(b))
		if other, ok := seen[k]; ok {
			t.Errorf("%s and %s share a key", b, other)
		}
		seen[k] = b
	}
}

func TestKeySelf(t *testing.T) {
	a := netip.MustParseAddrPort("192.0.2.1:443")
	k, swapped := makeKey(a, a)
	if !k.self() || swapped {
		t.Errorf("a socket connected to itself: self %v, swapped %v", k.self(), swapped)
	}
	for _, b := range []string{"192.0.2.1:444", "192.0.2.2:443"} {
		if k, _ := makeKey(a, netip.MustParseAddrPort(b)); k.self() {
			t.Errorf("%v and %v count as one socket", a, b)
		}
	}
}
