package flows

import (
	"container/heap"
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

// deadlines is a heap, the next one first; equal times in the order of slots,
// so that the same capture always gives the same output.
type deadlines []deadline

func (d deadlines) Len() int      { return len(d) }
func (d deadlines) Swap(i, j int) { d[i], d[j] = d[j], d[i] }
func (d deadlines) Less(i, j int) bool {
	return d[i].at < d[j].at || d[i].at == d[j].at && d[i].slot < d[j].slot
}
func (d *deadlines) Push(x any) { *d = append(*d, x.(deadline)) }
func (d *deadlines) Pop() any {
	last := len(*d) - 1
	x := (*d)[last]
	*d = (*d)[:last]
	return x
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
		d := heap.Pop(&t.deadlines).(deadline)
		if f := t.at(d.slot); f.id != 0 && f.deadline == d.at {
			f.deadline = 0
			t.expire(d.slot, d.at)
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
	if f.wake != 0 && f.wake <= now {
		t.beginStep(i, max(f.wake, t.clockSince))
		t.step.Label = Label{Timer: true}
		t.step.Woken = true
		f.wake = 0
		t.finishStep(i)
	}
	if f.over() && f.last.Time.Add(lingers) <= now {
		t.end(i)
		return
	}
	t.schedule(i)
}

// schedule sets the next moment at which time alone may change the flow.
func (t *Table) schedule(i slot) {
	f := t.at(i)
	var next Time
	for side := range Side(2) {
		if e := &f.ends[side]; e.state == TimeWait {
			if at := e.since.Add(timeWaitLasts); next == 0 || at < next {
				next = at
			}
		}
	}
	if next == 0 && f.over() {
		next = f.last.Time.Add(lingers)
	}
	if f.wake != 0 && (next == 0 || f.wake < next) {
		next = f.wake
	}
	if next == 0 || f.deadline != 0 && f.deadline <= next {
		return
	}
	if f.deadline != 0 {
		t.stale++
	}
	f.deadline = next
	heap.Push(&t.deadlines, deadline{next, i})
	if t.stale > 1024 && t.stale > len(t.deadlines)/2 {
		t.dropStale()
	}
}

// dropStale takes out the deadlines of flows that are gone or have another
// one: a capture that uses the same addresses over and over would pile them up.
func (t *Table) dropStale() {
	kept := t.deadlines[:0]
	for _, d := range t.deadlines {
		if t.at(d.slot).deadline == d.at {
			kept = append(kept, d)
		}
	}
	t.deadlines, t.stale = kept, 0
	heap.Init(&t.deadlines)
}
