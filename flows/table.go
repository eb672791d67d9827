package flows

import (
	"math/rand/v2"
	"time"
)

// Limits bound a table. The zero value of a field means its default.
type Limits struct {
	MaxFlows int // how many flows are kept at once, 1,000,000 by default
	// Stuck is how long an end must have waited for a flow to count as stuck,
	// 60 s by default.
	Stuck time.Duration
	// SkipPlain leaves plain segments out of what the handler is told: those of an
	// open connection that move no end and have nothing peculiar but that they may
	// be duplicate ACKs, most of all.
	// They count all the same, and are followed much faster; and so are those that
	// open and close a connection as they should, which are told.
	SkipPlain bool
	// NoPayload says that segments with payload were left out on purpose: an ACK of
	// what was not seen is believed, and what lies beyond what was seen is no hole.
	NoPayload bool
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
	toucher Toucher // handler, if it is one
	limits  Limits
	now     Time
	// clockSince is since when time has gone on evenly: what was before that may
	// have been told by another clock.
	clockSince Time
	totals     Totals
	lastID     FlowID

	slots
	index     index
	seed      uint64 // of the hashes in it
	touched   uint32 // of no meaning, see lookAhead
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
	seen        flow // unpacked for a handler that asks for more than most
	record      Record
	histories   [2][MaxHistory]State
}

// NewTable makes an empty table that reports to h.
func NewTable(l Limits, h Handler) *Table {
	toucher, _ := h.(Toucher)
	t := &Table{
		handler:  h,
		toucher:  toucher,
		limits:   l.withDefaults(),
		slots:    newSlots(),
		seed:     rand.Uint64(),
		attempts: make(map[slot]Segment),
		doubles:  newDoubles(),
	}
	t.index.clear()
	t.step.table = t
	return t
}

// Observe follows one segment. It keeps nothing of s.
func (t *Table) Observe(s *Segment) {
	var a arrival
	a.come(s, t.seed)
	t.observe(s, &a)
}

// arrival is what is computed of a segment before its turn comes.
type arrival struct {
	key    key
	hash   uint64
	print  uint64 // fingerprint of the segment
	slot   slot   // where its flow was when it was looked at ahead; 0: nobody knows
	fromHi bool
}

func (a *arrival) come(s *Segment, seed uint64) {
	a.fromHi = a.key.set(s.Src, s.Dst)
	a.hash = a.key.hash(seed)
	a.print = fingerprint(s, a.hash)
	a.slot = 0
}

func (t *Table) observe(s *Segment, a *arrival) {
	t.totals.Segments++
	if s.Time != t.now {
		t.Advance(s.Time)
	}
	like := t.doubles.double(s, a.print)
	i := a.slot
	if i == 0 || !t.stillThere(i, &a.key) {
		i = t.find(&a.key, a.hash)
	}
	switch {
	case like == unlike && t.limits.SkipPlain && t.shortly(i, a, s):
		return
	case i != 0 && (like == copied || like == twin && t.at(i).print == uint32(a.print)):
		t.followDouble(i, a.fromHi, s)
	default:
		t.place(i, s, a)
	}
	t.clear()
}

// place follows a segment on the flow to which it belongs; i is the one with its
// addresses, or 0.
func (t *Table) place(i slot, s *Segment, a *arrival) {
	if i == 0 {
		i = t.open(&a.key, a.hash, a.fromHi, s)
	} else {
		i = t.incarnation(i, a.fromHi, s)
	}
	if i != 0 {
		t.at(i).print = uint32(a.print)
		t.follow(i, a.fromHi, s)
	}
}

// stillThere reports whether the flow that was in slot i a moment ago is there and
// is still the one that segments with this key belong to.
func (t *Table) stillThere(i slot, k *key) bool {
	p := t.headOf(i)
	return p.id != 0 && p.marks&(isWhole|isSuperseded) == 0 && t.holds(i, k)
}

// find is the slot of the flow that segments with this key belong to; 0: none.
func (t *Table) find(k *key, hash uint64) slot {
	x := &t.index
	lately := x.lately(hash)
	if lately.matches(hash) && *lately != 0 && t.holds(lately.slot(), k) {
		return lately.slot()
	}
	mask := uint64(len(x.entries) - 1)
	for at := x.first(hash); ; at = (at + 1) & mask {
		e := x.entries[at]
		if e == 0 {
			return 0
		}
		if e.matches(hash) && t.holds(e.slot(), k) {
			*lately = e
			return e.slot()
		}
	}
}

// open makes a new flow for s and returns its slot.
func (t *Table) open(k *key, hash uint64, fromHi bool, s *Segment) slot {
	t.makeRoom()
	i := t.take(k)
	t.lastID++
	t.totals.Flows++
	t.totals.Open++
	f := t.begin(i).at
	f.begin(t.lastID, *k, fromHi, s)
	f.last = f.first
	t.in(i).id = f.id
	t.index.put(hash, i)
	return i
}

// follow lets a segment do its work on the flow that it belongs to.
func (t *Table) follow(i slot, fromHi bool, s *Segment) {
	f := t.at(i)
	t.in(i).marks |= isActive
	from := f.sideOf(fromHi)
	swapped := f.learnRoles(s, from)
	if swapped {
		from = f.sideOf(fromHi)
	}
	before, beforeFrom := f.last, Client
	if f.serverLast {
		beforeFrom = Server
	}
	f.count(s, from)
	v := &t.verdict
	v.notes, v.check, v.n, v.noPayload = 0, CheckNone, 0, t.limits.NoPayload
	f.handshakeNow = false
	f.classify(s, from, v)
	if v.notes.Has(Retransmission) {
		f.ends[from].retransmissions++
	}

	t.beginStep(i, s.Time)
	t.step.Segment, t.step.From = s, from
	t.step.before, t.step.beforeFrom, t.step.quiet = before, beforeFrom, f.quiet
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
	f.remember(s, from, v.notes)
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
	i := t.find(&k, k.hash(t.seed))
	if i == 0 {
		t.totals.Orphans++
		return
	}
	defer t.clear()
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
		if h := t.headOf(i); h.fresh {
			t.fillFresh(i, h)
		} else {
			t.fillRecord(i, t.at(i))
		}
		t.tellEnd()
		t.lying = 0 // nothing needs to be put back
	}
	t.slots, t.queues = newSlots(), [numQueues]queue{}
	t.index.clear()
	t.deadlines, t.stale = t.deadlines[:0], 0
	clear(t.attempts)
}

// Totals counts what the table has seen so far.
func (t *Table) Totals() Totals { return t.totals }
