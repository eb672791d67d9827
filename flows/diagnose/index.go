package diagnose

// index finds where a listener is by the hash of its address. It is a table of
// open addressing (linear probing, deletion by backward shift) whose entries hold
// the hash beside the place: an entry that does not match costs no look at a
// listener, and those that come and go leave nothing behind.
type index struct {
	entries []indexed // a power of two of them
	n       int
}

// indexed is a hash and a place; 0: free, for place 0 is never used.
type indexed uint64

func indexedAs(hash, place uint32) indexed { return indexed(uint64(hash)<<32 | uint64(place)) }

func (e indexed) hash() uint32 { return uint32(e >> 32) }

func (e indexed) place() uint32 { return uint32(e) }

const smallestIndex = 1 << 6

func newIndex() index { return index{entries: make([]indexed, smallestIndex)} }

// put adds an entry; the caller has made sure that it is not there.
func (x *index) put(hash, place uint32) {
	if x.n >= len(x.entries)/2 {
		old := x.entries
		x.entries = make([]indexed, 2*len(old))
		for _, e := range old {
			if e != 0 {
				x.set(e)
			}
		}
	}
	x.n++
	x.set(indexedAs(hash, place))
}

func (x *index) set(e indexed) {
	mask := uint32(len(x.entries) - 1)
	at := e.hash() & mask
	for x.entries[at] != 0 {
		at = (at + 1) & mask
	}
	x.entries[at] = e
}

// drop takes an entry out, which must be there, and shifts what stands behind it
// to where the search finds it.
func (x *index) drop(hash, place uint32) {
	mask := uint32(len(x.entries) - 1)
	at, e := hash&mask, indexedAs(hash, place)
	for x.entries[at] != e {
		at = (at + 1) & mask
	}
	x.n--
	for next := (at + 1) & mask; x.entries[next] != 0; next = (next + 1) & mask {
		// It may move to the gap unless its home lies behind that.
		if (next-x.entries[next].hash())&mask >= (next-at)&mask {
			x.entries[at] = x.entries[next]
			at = next
		}
	}
	x.entries[at] = 0
}
