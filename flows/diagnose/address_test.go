package diagnose

import (
	"hash/fnv"
	"net/netip"
	"testing"
)

// TestAddressBit holds the bit of an address against FNV-1a of its 16 octets, as
// the standard library has it.
func TestAddressBit(t *testing.T) {
	for _, text := range []string{"0.0.0.0", "10.1.2.3", "192.0.2.255", "255.255.255.255", "::", "::1", "2001:db8::53", "::ffff:0:0:1", "fe80:1:2:3:4:5:6:7"} {
		a := netip.MustParseAddr(text)
		octets := a.As16()
		f := fnv.New64a()
		f.Write(octets[:])
		h := f.Sum64()
		if got, want := addressOf(a).bit(), uint64(1)<<((h^h>>32)%64); got != want {
			t.Errorf("%v: bit %#x, want %#x", a, got, want)
		}
	}
}

// TestAddressHash: the hash depends on each part of an address, on the port and
// on the seed.
func TestAddressHash(t *testing.T) {
	type part struct {
		addr string
		port uint16
		seed uint64
	}
	seen := map[uint32]part{}
	for _, p := range []part{
		{"192.0.2.1", 80, 7}, {"192.0.2.1", 81, 7}, {"192.0.2.2", 80, 7}, {"192.0.2.1", 80, 8},
		{"2001:db8::1", 80, 7}, {"2001:db8::1", 81, 7}, {"2001:db8::2", 80, 7}, {"2001:db8:0:1::1", 80, 7},
		{"2001:db8::1", 80, 8},
	} {
		h := addressOf(netip.MustParseAddr(p.addr)).hash(p.port, p.seed)
		if other, twice := seen[h]; twice {
			t.Errorf("%v and %v have one hash, %#x", p, other, h)
		}
		seen[h] = p
	}
}
