package flows

import (
	"math/rand/v2"
	"testing"
)

// lookUp is whether an index has an entry.
func (x *index) lookUp(hash uint64, i slot) bool {
	mask := uint64(len(x.entries) - 1)
	for at := x.first(hash); x.entries[at] != 0; at = (at + 1) & mask {
		if x.entries[at] == entryOf(hash, i) {
			return true
		}
	}
	return false
}

// TestIndex puts and drops entries of which many collide, and holds the index
// against a map.
func TestIndex(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	x, want := new(index), map[slot]uint64{}
	x.clear()
	for n := range 200_000 {
		i := slot(1 + r.IntN(3000))
		if hash, known := want[i]; known {
			x.drop(hash, i)
			delete(want, i)
		} else {
			// 200 homes for all, half of them at the end, where the search goes round.
			near, behind := uint64(r.IntN(100)), uint64(r.IntN(100))
			hash := (near - behind) << 32
			x.put(hash, i)
			want[i] = hash
		}
		if n%997 != 0 {
			continue
		}
		if x.n != len(want) {
			t.Fatalf("after %d: %d entries, want %d", n, x.n, len(want))
		}
		for i, hash := range want {
			if !x.lookUp(hash, i) {
				t.Fatalf("after %d: slot %d is not found", n, i)
			}
		}
	}
	for i, hash := range want {
		x.drop(hash, i)
	}
	for at, e := range x.entries {
		if e != 0 {
			t.Errorf("entry %d is left when all are dropped", at)
		}
	}
}

// TestIndexDropsWhatIsThere: an entry that is not there leaves the others.
func TestIndexDropsWhatIsThere(t *testing.T) {
	x := new(index)
	x.clear()
	x.put(7<<32, 1)
	x.drop(7<<32, 2)
	x.drop(8<<32, 1)
	if !x.lookUp(7<<32, 1) || x.n != 1 {
		t.Errorf("%d entries, want the one that was put", x.n)
	}
}
