package flows

// ObserveAll follows segments in turn, as Observe does each. It keeps nothing of
// them.
//
// With many flows, the time goes into waiting for memory: the index and the flow
// of a segment are in no cache. So all that a batch will need is looked at
// first, and the waits pass at the same time.
func (t *Table) ObserveAll(batch []Segment) {
	var arrivals [ahead]arrival
	for len(batch) > 0 {
		n := min(len(batch), ahead)
		for i := range batch[:n] {
			arrivals[i].come(&batch[i], t.seed)
		}
		if len(t.index.entries) > fewEntries {
			t.lookAhead(arrivals[:n])
		}
		for i := range batch[:n] {
			t.observe(&batch[i], &arrivals[i])
		}
		batch = batch[n:]
	}
}

// ahead is how many segments are looked at together: enough to fill what a
// processor can wait for at once, and not so many that the first ones are
// driven out again.
const ahead = 16

// fewEntries is how long an index is that stays in a cache, with its flows.
const fewEntries = smallestIndex

// lookAhead touches what the segments will need.
func (t *Table) lookAhead(arrivals []arrival) {
	var at [ahead]entry
	x := &t.index
	for i := range arrivals {
		if at[i] = *x.lately(arrivals[i].hash); !at[i].matches(arrivals[i].hash) {
			at[i] = x.entries[x.first(arrivals[i].hash)]
		}
	}
	touched, fresh := uint32(0), 0
	for i := range arrivals {
		e := at[i]
		if e != 0 && !e.matches(arrivals[i].hash) {
			e = x.search(arrivals[i].hash)
		}
		if arrivals[i].slot = e.slot(); e == 0 {
			fresh++
			continue
		}
		touched += t.in(e.slot()).touch()
		if t.toucher != nil {
			touched += t.toucher.Touch(uint32(e.slot()))
		}
	}
	t.touched = touched
	if fresh > 0 && len(t.free) == 0 && int(t.used)+fresh > t.limits.MaxFlows {
		t.lookAtVictims(fresh)
	}
}

// Toucher is a handler that keeps something of its own for every flow.
type Toucher interface {
	// Touch reads what is kept of the flow in a slot, so that it is in a cache when
	// Step is called; what it returns has no meaning.
	Touch(slot uint32) uint32
}

// lookAtVictims touches what it takes to end the next flows that are evicted.
func (t *Table) lookAtVictims(n int) {
	touched := t.touched
	i := t.queues[queueHalfOpen].oldest
	// One comes after the other, as they came, and so do their slots, mostly.
	for next := i; next < min(i+slot(n), t.used); next++ {
		touched += t.headOf(next).print
	}
	var at [ahead]uint64
	found := 0
	var k key
	for ; i != 0 && found < n; found++ {
		t.fillKey(i, &k)
		at[found] = t.index.first(k.hash(t.seed))
		if t.toucher != nil {
			touched += t.toucher.Touch(uint32(i))
		}
		i = t.headOf(i).newer
	}
	// The waits for the index pass together: nothing else is done between them.
	for _, place := range at[:found] {
		touched += uint32(t.index.entries[place]) + t.index.beyond(place)
	}
	t.touched = touched
}
