package flows

import (
	"cmp"
	"slices"
)

// slots keep the flows of a table, each in a slot of its own, packed. What was
// worked on lately lies unpacked on the desk.
//
// No slot moves when there are more. Slot 0 is never used.
type slots struct {
	chunks [][]packed
	long   [][]key // the keys of IPv6, by chunk; nil where none is
	used   slot    // handed out so far, slot 0 included
	free   []slot

	wholes     [][]flow // flows that do not fit into their slots
	wholesUsed uint32   // handed out so far, number 0 included
	wholesFree []uint32

	desk  []place // by the lower bits of the slot
	side  []place // beside the desk, until clear: whose place is being worked on
	round uint32  // counts how often clear was called
}

const (
	chunkSize = 1 << 9
	// The desk has room for the flows that there are, up to about as many as a
	// server has open at once: 8 MB.
	smallestDesk = 1 << 6
	largestDesk  = 1 << 14
	// sideSize is more than one segment can touch: the two flows before it on the
	// same addresses, and those that have to give way, one after the other.
	sideSize = 8
)

// place is a flow on the desk.
type place struct {
	slot  slot   // 0: nothing lies here
	round uint32 // when it was touched last
	flow  flow
}

func newSlots() slots {
	return slots{used: 1, wholesUsed: 1, desk: make([]place, smallestDesk), side: make([]place, 0, sideSize)}
}

// in is what is packed in slot i, which must have been handed out. What it says
// of a flow that lies on the desk, other than its key, number, queue and
// deadlines, is out of date.
func (s *slots) in(i slot) *packed { return &s.chunks[i/chunkSize][i%chunkSize] }

// take hands out a slot for a flow with a key.
func (s *slots) take(k *key) slot {
	var i slot
	if n := len(s.free); n > 0 {
		i, s.free = s.free[n-1], s.free[:n-1]
	} else {
		i = s.used
		s.used++
		if int(i/chunkSize) == len(s.chunks) {
			s.chunks = append(s.chunks, make([]packed, chunkSize))
			s.long = append(s.long, nil)
		}
	}
	p := s.in(i)
	p.loPort, p.hiPort = k.loPort, k.hiPort
	if k.is4() {
		p.lo4, p.hi4 = uint32(k.lo2), uint32(k.hi2)
		return i
	}
	p.marks = isLong
	if s.long[i/chunkSize] == nil {
		s.long[i/chunkSize] = make([]key, chunkSize)
	}
	s.long[i/chunkSize][i%chunkSize] = *k
	return i
}

// release takes a slot back.
func (s *slots) release(i slot) {
	p := s.in(i)
	s.releaseWhole(p)
	if at := s.lying(i); at != nil {
		at.slot = 0
	}
	*p = packed{}
	s.free = append(s.free, i)
}

// key is that of the flow in a slot.
func (s *slots) key(i slot) key {
	p := s.in(i)
	if p.marks&isLong != 0 {
		return s.long[i/chunkSize][i%chunkSize]
	}
	return key{
		lo2: mapped | uint64(p.lo4), hi2: mapped | uint64(p.hi4),
		loPort: p.loPort, hiPort: p.hiPort,
	}
}

// holds reports whether the flow in a slot has the key.
func (s *slots) holds(i slot, k *key) bool {
	p := s.in(i)
	if p.loPort != k.loPort || p.hiPort != k.hiPort {
		return false
	}
	if p.marks&isLong != 0 {
		return s.long[i/chunkSize][i%chunkSize] == *k
	}
	return p.lo4 == uint32(k.lo2) && p.hi4 == uint32(k.hi2) && k.is4()
}

// at is the flow in slot i, to read and to write until clear.
func (s *slots) at(i slot) *flow {
	if at := &s.desk[i&slot(len(s.desk)-1)]; at.slot == i {
		at.round = s.round
		return &at.flow
	}
	return s.fetch(i)
}

// fetch is at for a flow that does not lie on the desk.
func (s *slots) fetch(i slot) *flow {
	if at := s.lying(i); at != nil {
		return &at.flow
	}
	f, p := s.begin(i), s.in(i)
	if p.whole == 0 {
		p.unpack(f, s.key(i))
		return f
	}
	*f = *s.wholeAt(p.whole)
	s.releaseWhole(p)
	return f
}

// lying is where the flow of slot i lies; nil if it is packed.
func (s *slots) lying(i slot) *place {
	if at := &s.desk[i&slot(len(s.desk)-1)]; at.slot == i {
		return at
	}
	for n := range s.side {
		if s.side[n].slot == i {
			return &s.side[n]
		}
	}
	return nil
}

// begin makes room for the flow of slot i: it takes its place on the desk, unless
// the one there is being worked on.
func (s *slots) begin(i slot) *flow {
	at := &s.desk[i&slot(len(s.desk)-1)]
	if at.slot != 0 {
		if at.round == s.round {
			return s.beside(i)
		}
		s.putBack(at.slot, &at.flow)
	}
	at.slot, at.round = i, s.round
	return &at.flow
}

// beside makes room beside the desk.
func (s *slots) beside(i slot) *flow {
	n := 0
	for n < len(s.side) && s.side[n].slot != 0 {
		n++
	}
	if n == sideSize {
		panic("flows: more flows are worked on than one segment can touch")
	}
	if n == len(s.side) {
		s.side = s.side[:n+1]
	}
	s.side[n].slot = i
	return &s.side[n].flow
}

// touchDesk touches what is needed of the flow in a slot, each line of a cache.
func (s *slots) touchDesk(i slot) uint32 {
	at := &s.desk[i&slot(len(s.desk)-1)]
	if at.slot != i {
		p := s.in(i)
		return uint32(p.ends[0].nxt) + uint32(p.ends[1].nxt)
	}
	f := &at.flow
	return f.print + uint32(f.quiet) + uint32(f.ends[0].iss) + uint32(f.ends[0].bytes) +
		uint32(f.ends[1].iss) + uint32(f.ends[1].since) + f.ends[1].syns
}

// lastOf is when the newest segment of the flow in slot i came.
func (s *slots) lastOf(i slot) Time {
	if at := s.lying(i); at != nil {
		return at.flow.last.Time
	}
	if p := s.in(i); p.whole == 0 {
		return p.last
	}
	return s.wholeAt(s.in(i).whole).last.Time
}

// clear ends the work on a segment: what at returned may be put away.
func (s *slots) clear() {
	s.round++
	for n := range s.side {
		if at := &s.side[n]; at.slot != 0 {
			s.putBack(at.slot, &at.flow)
			at.slot = 0
		}
	}
	s.side = s.side[:0]
	if int(s.used) > len(s.desk) && len(s.desk) < largestDesk {
		s.growDesk()
	}
}

// putAway takes a flow from the desk that will not be needed soon.
func (s *slots) putAway(i slot) {
	if at := s.lying(i); i != 0 && at != nil {
		s.putBack(i, &at.flow)
		at.slot = 0
	}
}

// growDesk puts everything away, for all places change.
func (s *slots) growDesk() {
	for n := range s.desk {
		if at := &s.desk[n]; at.slot != 0 {
			s.putBack(at.slot, &at.flow)
		}
	}
	s.desk = make([]place, 4*len(s.desk))
}

// putBack packs a flow, or keeps it whole.
func (s *slots) putBack(i slot, f *flow) {
	p := s.in(i)
	if p.pack(f) {
		return
	}
	var n uint32
	if last := len(s.wholesFree) - 1; last >= 0 {
		n, s.wholesFree = s.wholesFree[last], s.wholesFree[:last]
	} else {
		n = s.wholesUsed
		s.wholesUsed++
		if int(n/chunkSize) == len(s.wholes) {
			s.wholes = append(s.wholes, make([]flow, chunkSize))
		}
	}
	*s.wholeAt(n) = *f
	p.id, p.whole = f.id, n
}

func (s *slots) wholeAt(n uint32) *flow { return &s.wholes[n/chunkSize][n%chunkSize] }

func (s *slots) releaseWhole(p *packed) {
	if p.whole == 0 {
		return
	}
	s.wholesFree = append(s.wholesFree, p.whole)
	p.whole = 0
}

// inOrder lists the slots in use in the order of their flows' numbers.
func (s *slots) inOrder() []slot {
	list := make([]slot, 0, int(s.used)-len(s.free))
	sorted, last := true, FlowID(0)
	for i := slot(1); i < s.used; i++ {
		if id := s.in(i).id; id != 0 {
			list = append(list, i)
			sorted, last = sorted && id > last, id
		}
	}
	if !sorted {
		slices.SortFunc(list, func(a, b slot) int { return cmp.Compare(s.in(a).id, s.in(b).id) })
	}
	return list
}
