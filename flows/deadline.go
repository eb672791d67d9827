package flows

import (
	"slices"
	"time"
)

const (
	// timeWaitLasts is TCP_TIMEWAIT_LEN of include/net/tcp.h. RFC 9293 §3.6.1
	// asks for two maximum segment lifetimes, four minutes.
	timeWaitLasts = 60 * time.Second
	// lingers is how long a flow that is over waits for late segments, counted
	// from its last one: no retransmission comes later than TCP_RTO_MAX.
	lingers = 120 * time.Second
	// newClock is how far back time must jump to be taken for another clock,
	// not for packets out of order.
	newClock = 10 * time.Minute
	// leap is how far time must jump forward from one call to the next to be
	// taken for another clock: captures of different days in one file, or a
	// damaged record.
	leap = 24 * time.Hour
)

// deadline says that time alone may change a flow at some moment. It is stale
// when the flow has another deadline by then.
type deadline struct {
	at   Time
	slot slot
}

// deadlines is a heap with four children to a parent, the next one first; equal
// times in the order of slots, so that the same capture always gives the same
// output. Most deadlines come in the order of their times, and stay where they
// are put.
type deadlines []deadline

func (d deadline) before(e deadline) bool { return d.at < e.at || d.at == e.at && d.slot < e.slot }

func (d *deadlines) push(e deadline) {
	if len(*d) == cap(*d) {
		*d = slices.Grow(*d, len(*d)+64) // append alone would copy millions over and over
	}
	*d = append(*d, e)
	h := *d
	at := len(h) - 1
	for at > 0 {
		up := (at - 1) / 4
		if !e.before(h[up]) {
			break
		}
		h[at] = h[up]
		at = up
	}
	h[at] = e
}

func (d *deadlines) pop() deadline {
	h := *d
	next, last := h[0], len(h)-1
	h[0] = h[last]
	*d = h[:last]
	d.sink(0)
	return next
}

// sink moves an element down to where it belongs.
func (d deadlines) sink(at int) {
	if at >= len(d) {
		return
	}
	e := d[at]
	for {
		least, child := at, 4*at+1
		for c := child; c < min(child+4, len(d)); c++ {
			if least == at && d[c].before(e) || least != at && d[c].before(d[least]) {
				least = c
			}
		}
		if least == at {
			break
		}
		d[at] = d[least]
		at = least
	}
	d[at] = e
}

// order makes a heap of elements in no order.
func (d deadlines) order() {
	for at := (len(d) - 2) / 4; at >= 0; at-- {
		d.sink(at)
	}
}

// Advance lets time alone do its work until now; Observe does it for the
// times of its segments. Time does not run backwards, but for a jump so far
// that it must be another clock.
func (t *Table) Advance(now Time) {
	if now <= t.now {
		if t.now.Sub(now) > newClock {
			t.now, t.clockSince = now, now
		}
		return
	}
	if t.now != 0 && now.Sub(t.now) > leap {
		t.clockSince = now
	}
	t.now = now
	for len(t.deadlines) > 0 && t.deadlines[0].at <= now {
		d := t.deadlines.pop()
		if p := t.in(d.slot); p.id != 0 && p.deadline == d.at {
			p.deadline = 0
			t.expire(d.slot, d.at)
			t.clear()
		} else {
			t.stale--
		}
	}
}

// expire does what time does to one flow until now, which the table's own time
// may have left behind.
func (t *Table) expire(i slot, now Time) {
	f := t.at(i)
	for side := range Side(2) {
		e := &f.ends[side]
		if at := e.since.Add(timeWaitLasts); e.state == TimeWait && at <= now {
			t.beginStep(i, at)
			t.step.Label = Label{Timer: true}
			t.apply(i, claim{side, timeWaitOver, Timer})
			t.finishStep(i)
		}
	}
	if p := t.in(i); p.wake != 0 && p.wake <= now {
		at := p.wake
		p.wake = 0
		t.beginStep(i, max(at, t.clockSince))
		t.step.Label = Label{Timer: true}
		t.step.Woken = true
		t.finishStep(i)
	}
	if f.over() && f.last.Time.Add(lingers) <= now {
		t.end(i)
		return
	}
	t.schedule(i, f.due())
}

// due is when time alone changes a flow; 0: never.
func (f *flow) due() Time {
	return due(f.states(), [2]Time{f.ends[Client].since, f.ends[Server].since}, f.last.Time)
}

func due(states [2]State, since [2]Time, last Time) (next Time) {
	for side := range Side(2) {
		if states[side] == TimeWait {
			if at := since[side].Add(timeWaitLasts); next == 0 || at < next {
				next = at
			}
		}
	}
	if next == 0 && over(states) {
		next = last.Add(lingers)
	}
	return next
}

// schedule sets the next moment at which something is to be done for the flow:
// time alone changes it, or its handler wants to be told.
func (t *Table) schedule(i slot, next Time) {
	p := t.in(i)
	p.ripen()
	if p.wake != 0 && (next == 0 || p.wake < next) {
		next = p.wake
	}
	if p.deadline != 0 && next != 0 && p.deadline <= next {
		return
	}
	if p.deadline != 0 {
		t.stale++
	}
	p.deadline = next
	if next != 0 {
		t.deadlines.push(deadline{next, i})
	}
	if t.stale > 1024 && t.stale > len(t.deadlines)/2 {
		t.dropStale()
	}
}

// dropStale takes out the deadlines of flows that are gone or have another
// one: a capture that uses the same addresses over and over would pile them up.
func (t *Table) dropStale() {
	kept := t.deadlines[:0]
	for _, d := range t.deadlines {
		if t.in(d.slot).deadline == d.at {
			kept = append(kept, d)
		}
	}
	t.deadlines, t.stale = kept, 0
	t.deadlines.order()
}
