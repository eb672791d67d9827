package flows

// index finds the slot of a flow by the hash of its key. It is a table of open
// addressing (linear probing, deletion by backward shift) whose entries hold 32
// bits of the hash beside the slot: it grows without looking at the flows, and
// an entry that does not match costs no look at one.
//
// The entries that were found last stand in recent once more: most segments belong
// to a few of the flows, and these stay in a cache then.
type index struct {
	entries []entry // a power of two of them
	n       int
	recent  [1 << 14]entry // each where its hash says
}

// entry is 32 bits of a hash, and a slot; 0: free, for slot 0 is never used.
type entry uint64

const smallestIndex = 1 << 10

// clear takes all entries out.
func (x *index) clear() { *x = index{entries: make([]entry, smallestIndex)} }

func entryOf(hash uint64, i slot) entry { return entry(hash&^0xffff_ffff) | entry(i) }

func (e entry) slot() slot { return slot(e) }

// matches reports whether the entry may be that of a key with this hash.
func (e entry) matches(hash uint64) bool { return uint64(e)>>32 == hash>>32 }

// home is where an entry would stand if it were alone. It is taken from the
// bits that the entry keeps.
func (x *index) home(e entry) uint64 { return uint64(e) >> 32 & uint64(len(x.entries)-1) }

// first is where the search for a hash begins.
func (x *index) first(hash uint64) uint64 { return hash >> 32 & uint64(len(x.entries)-1) }

// beyond reads how far a search mostly goes from where it begins, which may be in
// the next line of the cache; what it returns has no meaning.
func (x *index) beyond(first uint64) uint32 {
	return uint32(x.entries[(first+3)&uint64(len(x.entries)-1)])
}

// lately is where an entry with this hash stands if it was found lately. It may be
// that of a flow that is gone: whoever goes by it looks whether the slot holds the
// key.
func (x *index) lately(hash uint64) *entry { return &x.recent[hash>>32%uint64(len(x.recent))] }

// put adds an entry; the caller has made sure that its key is not there.
func (x *index) put(hash uint64, i slot) {
	*x.lately(hash) = entryOf(hash, i)
	if x.n >= len(x.entries)/4*3 {
		x.grow()
	}
	x.n++
	x.place(entryOf(hash, i))
}

func (x *index) place(e entry) {
	mask := uint64(len(x.entries) - 1)
	at := x.home(e)
	for x.entries[at] != 0 {
		at = (at + 1) & mask
	}
	x.entries[at] = e
}

func (x *index) grow() {
	old := x.entries
	x.entries = make([]entry, 2*len(old))
	for _, e := range old {
		if e != 0 {
			x.place(e)
		}
	}
}

// drop takes out the entry of a slot, and shifts what stands behind it to where
// the search finds it.
func (x *index) drop(hash uint64, i slot) {
	mask := uint64(len(x.entries) - 1)
	at, e := x.first(hash), entryOf(hash, i)
	for x.entries[at] != e {
		if x.entries[at] == 0 {
			return
		}
		at = (at + 1) & mask
	}
	x.n--
	for next := (at + 1) & mask; x.entries[next] != 0; next = (next + 1) & mask {
		// It may move to the gap unless its home lies behind that.
		if (next-x.home(x.entries[next]))&mask >= (next-at)&mask {
			x.entries[at] = x.entries[next]
			at = next
		}
	}
	x.entries[at] = 0
}

// search is the first entry that matches a hash; 0: none.
func (x *index) search(hash uint64) entry {
	mask := uint64(len(x.entries) - 1)
	for at := x.first(hash); x.entries[at] != 0; at = (at + 1) & mask {
		if x.entries[at].matches(hash) {
			return x.entries[at]
		}
	}
	return 0
}
