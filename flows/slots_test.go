package flows

import "testing"

// TestHolds: a slot holds a key if all of it is the same. Flows with the same hash
// are told apart by that alone.
func TestHolds(t *testing.T) {
	long := key{lo1: 1, lo2: 2, hi1: 3, hi2: 4, loPort: 5, hiPort: 6}
	short := key{lo2: mapped | 2, hi2: mapped | 4, loPort: 5, hiPort: 6}
	for name, change := range map[string]func(*key){
		"the upper half of the first address":  func(k *key) { k.lo1++ },
		"the lower half of the first address":  func(k *key) { k.lo2++ },
		"the upper half of the second address": func(k *key) { k.hi1++ },
		"the lower half of the second address": func(k *key) { k.hi2++ },
		"the first port":                       func(k *key) { k.loPort++ },
		"the second port":                      func(k *key) { k.hiPort++ },
	} {
		for _, k := range []key{long, short} {
			s := newSlots()
			i := s.take(&k)
			if !s.holds(i, &k) {
				t.Fatalf("a slot does not hold %+v, for which it was taken", k)
			}
			other := k
			if change(&other); s.holds(i, &other) {
				t.Errorf("a slot for %+v holds one with another value of %s", k, name)
			}
		}
	}
}
