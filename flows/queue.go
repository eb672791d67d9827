package flows

// queueID names the queue in which a flow waits to be evicted when the table
// is full: half-open flows go first, then the longest closed, then the longest
// idle.
type queueID uint8

const (
	queueNone queueID = iota
	queueHalfOpen
	queueOver // closed, or in TIME_WAIT
	queueLive
	numQueues
)

// queue is a list of flows, linked through their slots.
type queue struct{ oldest, newest slot }

// queueFor is the queue where a flow belongs by its states.
func queueFor(states [2]State) queueID {
	switch {
	case over(states) || states[Client] == TimeWait || states[Server] == TimeWait:
		return queueOver
	case halfOpen(states):
		return queueHalfOpen
	}
	return queueLive
}

// enqueue puts the flow at the new end of q, out of whatever queue it is in.
func (t *Table) enqueue(i slot, q queueID) {
	t.dequeue(i)
	p := t.headOf(i)
	p.queue = q
	p.marks &^= isActive
	p.older, p.newer = t.queues[q].newest, 0
	if p.older != 0 {
		t.headOf(p.older).newer = i
	} else {
		t.queues[q].oldest = i
	}
	t.queues[q].newest = i
}

func (t *Table) dequeue(i slot) {
	p := t.headOf(i)
	if p.queue == queueNone {
		return
	}
	q := &t.queues[p.queue]
	if p.older != 0 {
		t.headOf(p.older).newer = p.newer
	} else {
		q.oldest = p.newer
	}
	if p.newer != 0 {
		t.headOf(p.newer).older = p.older
	} else {
		q.newest = p.older
	}
	p.queue = queueNone
}

// makeRoom lets flows go until there is room for one more.
func (t *Table) makeRoom() {
	for len(t.free) == 0 && int(t.used) > t.limits.MaxFlows {
		t.evict()
	}
}

// evict ends the flow that can best be spared.
func (t *Table) evict() {
	for _, q := range [...]queueID{queueHalfOpen, queueOver} {
		if i := t.queues[q].oldest; i != 0 {
			t.evictFlow(i)
			return
		}
	}
	// The queue of live flows is not touched by every packet: a flow that was
	// active since it was put there gets its place anew.
	for {
		i := t.queues[queueLive].oldest
		if t.headOf(i).marks&isActive == 0 {
			t.evictFlow(i)
			return
		}
		t.enqueue(i, queueLive)
	}
}

func (t *Table) evictFlow(i slot) {
	t.totals.Evicted++
	if h := t.headOf(i); h.fresh {
		t.fillFresh(i, h)
		t.record.Evicted = true
		t.tellEnd()
		t.leave(i)
		return
	}
	f := t.at(i)
	f.evicted = true
	t.end(i)
}
