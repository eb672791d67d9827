package flows

import "time"

// Limits bound a table. The zero value of a field means its default.
type Limits struct {
	MaxFlows int // how many flows are kept at once, 1,000,000 by default
	// Stuck is how long an end must have waited for a flow to count as stuck,
	// 60 s by default.
	Stuck time.Duration
}

func (l Limits) withDefaults() Limits {
	if l.MaxFlows <= 0 {
		l.MaxFlows = 1_000_000
	}
	if l.Stuck <= 0 {
		l.Stuck = 60 * time.Second
	}
	return l
}

// Table follows flows. Its zero value is not usable; see [NewTable].
type Table struct {
	handler Handler
	limits  Limits
	now     Time
	// clockSince is since when time has gone on evenly: what was before that may
	// have been told by another clock.
	clockSince Time
	totals     Totals
	lastID     FlowID

	index     map[key]slot
	chunks    [][]flow // slots, chunkSize a chunk: growing never moves a flow
	free      []slot
	used      slot // slots handed out so far, slot 0 is never used
	queues    [numQueues]queue
	deadlines deadlines
	stale     int              // how many deadlines are of no use any more
	attempts  map[slot]Segment // SYNs of next connections, see incarnation.go
	doubles   doubles

	// What is being reported; kept here so that nothing is allocated.
	step        Step
	prior       Prior // of the flow whose first segment comes next
	transitions [2 * maxClaims]Transition
	verdict     verdict
	record      Record
	histories   [2][MaxHistory]State
}

const chunkSize = 1 << 9

// NewTable makes an empty table that reports to h.
func NewTable(l Limits, h Handler) *Table {
	return &Table{
		handler:  h,
		limits:   l.withDefaults(),
		index:    make(map[key]slot),
		attempts: make(map[slot]Segment),
		used:     1,
	}
}

// at is the flow in slot i, which must have been handed out.
func (t *Table) at(i slot) *flow { return &t.chunks[i/chunkSize][i%chunkSize] }

// Observe follows one segment. It keeps nothing of s.
func (t *Table) Observe(s *Segment) {
	t.totals.Segments++
	t.Advance(s.Time)
	k, fromHi := makeKey(s.Src, s.Dst)
	print := fingerprint(s, &k)
	like := t.doubles.double(s, print)
	i, known := t.index[k]
	if !known {
		i = t.open(k, fromHi, s)
	}
	if known && (like == copied || like == twin && t.at(i).print == print) {
		t.followDouble(i, fromHi, s)
		return
	}
	if known {
		i = t.incarnation(i, fromHi, s)
	}
	if i != 0 {
		t.at(i).print = print
		t.follow(i, fromHi, s)
	}
}

// open makes a new flow for s and returns its slot.
func (t *Table) open(k key, fromHi bool, s *Segment) slot {
	for len(t.free) == 0 && int(t.used) > t.limits.MaxFlows {
		t.evict()
	}
	var i slot
	if n := len(t.free); n > 0 {
		i, t.free = t.free[n-1], t.free[:n-1]
	} else {
		i = t.used
		t.used++
		if int(i/chunkSize) == len(t.chunks) {
			t.chunks = append(t.chunks, make([]flow, chunkSize))
		}
	}
	t.lastID++
	t.totals.Flows++
	t.totals.Open++
	f := t.at(i)
	f.begin(t.lastID, k, fromHi, s)
	f.last = f.first
	t.index[k] = i
	return i
}

// follow lets a segment do its work on the flow that it belongs to.
func (t *Table) follow(i slot, fromHi bool, s *Segment) {
	f := t.at(i)
	from := f.sideOf(fromHi)
	swapped := f.learnRoles(s, from)
	if swapped {
		from = f.sideOf(fromHi)
	}
	f.count(s, from)
	v := &t.verdict
	v.notes, v.check, v.n = 0, CheckNone, 0
	f.handshakeNow = false
	f.classify(s, from, v)
	if v.notes.Has(Retransmission) {
		f.ends[from].retransmissions++
	}

	t.beginStep(i, s.Time)
	t.step.Segment, t.step.From = s, from
	t.step.Notes = v.notes
	t.step.Swapped = swapped
	t.step.Prior, t.prior = t.prior, Prior{}
	for _, c := range v.claims[:v.n] {
		t.apply(i, c)
	}
	t.step.Label = f.label(s, from, v)
	if f.handshakeNow {
		t.step.HandshakeRTT = f.handshakeRTT
	}
	if e := &f.ends[from]; e.state == TimeWait && !f.superseded && e.since < s.Time {
		e.since = s.Time // it answers a repeated FIN: TIME_WAIT begins anew
	}
	t.finishStep(i)
}

// followDouble takes note of a segment that the capture holds twice.
func (t *Table) followDouble(i slot, fromHi bool, s *Segment) {
	f := t.at(i)
	from := f.sideOf(fromHi)
	f.ends[from].duplicates++
	t.totals.Duplicates++
	t.verdict.check = CheckNone
	t.beginStep(i, s.Time)
	t.step.Segment, t.step.From = s, from
	t.step.Notes = Duplicate
	t.step.Label = f.label(s, from, &t.verdict)
	t.finishStep(i)
}

// ObserveICMP follows one ICMP error. It keeps nothing of e. An error moves no
// state by itself: Linux may end SYN_SENT on it, or go on trying when the
// socket is busy at that moment (net/ipv4/tcp_ipv4.c, tcp_v4_err), and the
// wire does not tell.
func (t *Table) ObserveICMP(e *ICMPError) {
	t.Advance(e.Time)
	k, fromHi := makeKey(e.Src, e.Dst)
	i, ok := t.index[k]
	if !ok {
		t.totals.Orphans++
		return
	}
	f := t.at(i)
	end := &f.ends[f.sideOf(fromHi)]
	if end.state == SynSent && end.iss == e.Seq && e.unreachable() {
		f.filtered = true
	}
	t.beginStep(i, e.Time)
	t.step.Label = Label{ICMP: e}
	t.finishStep(i)
}

// unreachable reports whether the error says that the destination cannot be
// reached: ICMP type 3 (RFC 792) but for "fragmentation needed", or ICMPv6
// type 1 (RFC 4443 §3.1).
func (e *ICMPError) unreachable() bool {
	return e.V6 && e.Type == 1 || !e.V6 && e.Type == 3 && e.Code != 4
}

// Finish ends the capture: every flow still there is reported with End, in
// the order of their numbers. The table is empty then.
func (t *Table) Finish() {
	for _, i := range t.inOrder() {
		t.end(i)
	}
	t.deadlines = t.deadlines[:0]
}

// inOrder lists the flows in the order of their numbers.
func (t *Table) inOrder() []slot {
	list := make([]slot, 0, t.totals.Open)
	for i := slot(1); i < t.used; i++ {
		if t.at(i).id != 0 {
			list = append(list, i)
		}
	}
	sortSlots(list, t)
	return list
}

// Totals counts what the table has seen so far.
func (t *Table) Totals() Totals { return t.totals }
