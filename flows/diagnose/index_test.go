package diagnose

import (
	"math/rand/v2"
	"testing"
)

// has is whether an index has an entry, found as a search does.
func (x *index) has(hash, place uint32) bool {
	mask := uint32(len(x.entries) - 1)
	for at := hash & mask; x.entries[at] != 0; at = (at + 1) & mask {
		if x.entries[at] == indexedAs(hash, place) {
			return true
		}
	}
	return false
}

// TestIndex puts and drops entries of which many collide, and holds the index
// against a map.
func TestIndex(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	x, want := newIndex(), map[uint32]uint32{}
	for n := range 100_000 {
		place := 1 + r.Uint32N(1000)
		if hash, known := want[place]; known {
			x.drop(hash, place)
			delete(want, place)
		} else {
			// 100 homes for all, half of them at the end, where the search goes round.
			hash := r.Uint32N(50) - r.Uint32N(50)
			x.put(hash, place)
			want[place] = hash
		}
		if n%997 != 0 {
			continue
		}
		if x.n != len(want) {
			t.Fatalf("after %d: %d entries, want %d", n, x.n, len(want))
		}
		for place, hash := range want {
			if !x.has(hash, place) {
				t.Fatalf("after %d: place %d is not found", n, place)
			}
		}
	}
	for place, hash := range want {
		x.drop(hash, place)
	}
	for at, e := range x.entries {
		if e != 0 {
			t.Errorf("entry %d is left when all are dropped", at)
		}
	}
}
