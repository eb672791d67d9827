package flows

import (
	"cmp"
	"slices"
)

// slots keep the flows of a table, each in a slot of its own, packed. What is
// worked on lies unpacked on the desk, until clear.
//
// No slot moves when there are more. Slot 0 is never used.
type slots struct {
	chunks []*chunk
	long   []*[chunkSize]key // the keys of IPv6, by chunk; nil where none is
	used   slot              // handed out so far, slot 0 included
	free   []slot

	wholes     []*[wholesSize]flow // flows that do not fit into their slots
	wholesUsed uint32              // handed out so far
	wholesFree []uint32

	desk  [deskSize]place
	lying int // how many places of the desk are taken
}

const (
	// chunkSize is how many flows come at a time: half a megabyte of them, of which
	// what is not used yet takes no memory.
	chunkSize  = 1 << 11
	wholesSize = 1 << 7
	// deskSize is more than one segment can touch: the two flows before it on the
	// same addresses, and those that have to give way, one after the other.
	deskSize = 8
)

// chunk holds slots. Those of fresh flows alone leave the memory of the bodies
// untouched: the kernel gives none for it then.
type chunk struct {
	heads  [chunkSize]head
	bodies [chunkSize]body
}

// place is a flow on the desk.
type place struct {
	slot     slot
	at       *flow // unpacked, or where it is kept whole
	unpacked flow
}

func newSlots() slots { return slots{used: 1} }

// in is what is packed in slot i, which must have been handed out. What it says
// of a flow that lies on the desk, other than its key, number, queue and
// deadlines, is out of date.
func (s *slots) in(i slot) packed {
	c := s.chunks[i/chunkSize]
	return packed{&c.heads[i%chunkSize], &c.bodies[i%chunkSize]}
}

// headOf is the head of what is packed in slot i.
func (s *slots) headOf(i slot) *head { return &s.chunks[i/chunkSize].heads[i%chunkSize] }

// take hands out a slot for a flow with a key.
func (s *slots) take(k *key) slot {
	var i slot
	if n := len(s.free); n > 0 {
		i, s.free = s.free[n-1], s.free[:n-1]
	} else {
		i = s.used
		s.used++
		if int(i/chunkSize) == len(s.chunks) {
			s.chunks = append(s.chunks, new(chunk))
			s.long = append(s.long, nil)
		}
	}
	p := s.headOf(i)
	p.loPort, p.hiPort = k.loPort, k.hiPort
	if k.is4() {
		p.lo4, p.hi4 = uint32(k.lo2), uint32(k.hi2)
		return i
	}
	p.marks = isLong
	if s.long[i/chunkSize] == nil {
		s.long[i/chunkSize] = new([chunkSize]key)
	}
	s.long[i/chunkSize][i%chunkSize] = *k
	return i
}

// release takes a slot back.
func (s *slots) release(i slot) {
	p := s.in(i)
	s.releaseWhole(p)
	for n := range s.desk[:s.lying] {
		if s.desk[n].slot == i {
			s.desk[n].slot = 0
		}
	}
	p.empty()
	s.free = append(s.free, i)
}

// fillKey sets k to that of the flow in a slot. A key that is returned would be put
// together elsewhere and copied.
func (s *slots) fillKey(i slot, k *key) {
	p := s.headOf(i)
	if p.marks&isLong != 0 {
		*k = s.long[i/chunkSize][i%chunkSize]
		return
	}
	k.lo1, k.hi1 = 0, 0
	k.lo2, k.hi2 = mapped|uint64(p.lo4), mapped|uint64(p.hi4)
	k.loPort, k.hiPort = p.loPort, p.hiPort
}

// holds reports whether the flow in a slot has the key.
func (s *slots) holds(i slot, k *key) bool {
	p := s.headOf(i)
	if p.loPort != k.loPort || p.hiPort != k.hiPort {
		return false
	}
	if p.marks&isLong != 0 {
		l := &s.long[i/chunkSize][i%chunkSize]
		return l.lo2 == k.lo2 && l.hi2 == k.hi2 && l.lo1 == k.lo1 && l.hi1 == k.hi1
	}
	return p.lo4 == uint32(k.lo2) && p.hi4 == uint32(k.hi2) && k.is4()
}

// at is the flow in slot i, to read and to write until clear.
func (s *slots) at(i slot) *flow {
	for n := range s.desk[:s.lying] {
		if s.desk[n].slot == i {
			return s.desk[n].at
		}
	}
	p := s.in(i)
	if p.marks&isWhole != 0 {
		at := s.begin(i)
		at.at = s.wholeAt(p.lastPacket)
		return at.at
	}
	f := s.begin(i).at
	p.ripen()
	s.fillKey(i, &f.key)
	p.unpack(f)
	return f
}

// begin makes room on the desk for the flow of slot i.
func (s *slots) begin(i slot) *place {
	if s.lying == deskSize {
		panic("flows: more flows are worked on than one segment can touch")
	}
	at := &s.desk[s.lying]
	s.lying++
	at.slot, at.at = i, &at.unpacked
	return at
}

// lastOf is when the newest segment of the flow in slot i came.
func (s *slots) lastOf(i slot) Time {
	for n := range s.desk[:s.lying] {
		if s.desk[n].slot == i {
			return s.desk[n].at.last.Time
		}
	}
	if p := s.in(i); p.marks&isWhole != 0 {
		return s.wholeAt(p.lastPacket).last.Time
	}
	return s.headOf(i).lastMark().Time
}

// clear ends the work on a segment: it packs what lies on the desk.
func (s *slots) clear() {
	for n := range s.desk[:s.lying] {
		if at := &s.desk[n]; at.slot != 0 {
			s.putBack(at.slot, at.at)
			at.slot = 0
		}
	}
	s.lying = 0
}

// putBack packs a flow, or keeps it whole.
func (s *slots) putBack(i slot, f *flow) {
	p := s.in(i)
	was, number := p.marks, p.lastPacket
	if p.pack(f) {
		if was&isWhole != 0 {
			s.wholesFree = append(s.wholesFree, number)
		}
		return
	}
	p.id = f.id
	if was&isWhole != 0 {
		return // it is where it was
	}
	p.marks |= isWhole
	p.lastPacket = s.takeWhole()
	*s.wholeAt(p.lastPacket) = *f
}

// takeWhole hands out room for a whole flow.
func (s *slots) takeWhole() (number uint32) {
	if last := len(s.wholesFree) - 1; last >= 0 {
		number, s.wholesFree = s.wholesFree[last], s.wholesFree[:last]
		return number
	}
	number = s.wholesUsed
	s.wholesUsed++
	if int(number/wholesSize) == len(s.wholes) {
		s.wholes = append(s.wholes, new([wholesSize]flow))
	}
	return number
}

func (s *slots) wholeAt(number uint32) *flow { return &s.wholes[number/wholesSize][number%wholesSize] }

func (s *slots) releaseWhole(p packed) {
	if p.marks&isWhole != 0 {
		s.wholesFree = append(s.wholesFree, p.lastPacket)
	}
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
