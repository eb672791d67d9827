package flows_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"tcptrace/flows"
)

// audit is a Handler that holds everything it hears against what must always
// hold: moves come out of the table, states and histories follow from the
// moves, flows begin and end once.
type audit struct {
	t          testing.TB
	next       flows.Handler // may be nil
	flows      map[flows.FlowID]*audited
	ended      map[flows.FlowID]bool
	newest     flows.FlowID
	outcomes   [flows.NumOutcomes]uint64
	evicted    uint64
	duplicates uint64
	observed   uint64 // steps about segments
}

// audited is what the steps said of one flow.
type audited struct {
	client  netip.AddrPort
	states  [2]flows.State
	history [2][]flows.State
	cut     [2]bool
	packets [2]uint64
	doubled [2]uint32
}

var cells = flows.Cells()

func newAudit(t testing.TB, next flows.Handler) *audit {
	return &audit{t: t, next: next, flows: map[flows.FlowID]*audited{}, ended: map[flows.FlowID]bool{}}
}

// Step checks one step.
func (a *audit) Step(s *flows.Step) {
	f := a.flow(s)
	if s.Segment != nil {
		a.observed++
		a.checkSegment(s)
		if s.Notes.Has(flows.Duplicate) {
			a.duplicates++
			f.doubled[s.From]++
		} else {
			f.packets[s.From]++
		}
	}
	if s.Notes.Has(flows.Duplicate) && len(s.Transitions) > 0 {
		a.t.Errorf("flow %d: a double moved something", s.Flow)
	}
	for _, m := range s.Transitions {
		f.move(a.t, s, m)
	}
	if s.States != f.states {
		a.t.Errorf("flow %d: the step says %v, its moves lead to %v", s.Flow, s.States, f.states)
	}
	if a.next != nil {
		a.next.Step(s)
	}
}

// flow is the flow of a step, from its first step on.
func (a *audit) flow(s *flows.Step) *audited {
	f := a.flows[s.Flow]
	switch {
	case f == nil && s.Flow <= a.newest:
		a.t.Errorf("flow %d speaks after its end, or its number is not in order (newest %d)", s.Flow, a.newest)
		fallthrough
	case f == nil:
		f = &audited{client: s.Client}
		a.flows[s.Flow] = f
		a.newest = max(a.newest, s.Flow)
	case f.client != s.Client: // the roles were a guess, and turned out wrong
		f.client = s.Client
		slices.Reverse(f.states[:])
		slices.Reverse(f.history[:])
		slices.Reverse(f.cut[:])
		slices.Reverse(f.packets[:])
		slices.Reverse(f.doubled[:])
	}
	return f
}

// checkSegment checks that a step names the ends as its segment does.
func (a *audit) checkSegment(s *flows.Step) {
	ends := [2]netip.AddrPort{s.Client, s.Server}
	if s.Segment.Src != ends[s.From] || s.Segment.Dst != ends[s.From.Peer()] {
		a.t.Errorf("flow %d: segment from %v to %v, said to be from the %v of %v and %v",
			s.Flow, s.Segment.Src, s.Segment.Dst, s.From, s.Client, s.Server)
	}
}

// move makes one move, as a reader of the moves would.
func (f *audited) move(t testing.TB, s *flows.Step, m flows.Transition) {
	held := f.states[m.End]
	if m.From != held && !(held == flows.Unknown && (m.From == flows.Closed || m.From == flows.Listen)) {
		t.Errorf("flow %d: the %v moves out of %v, but was in %v", s.Flow, m.End, m.From, held)
	}
	if !slices.ContainsFunc(cells, func(c flows.Cell) bool {
		return c.From == held && (c.To == m.To || c.To == flows.Unknown) && c.Correction == m.Correction
	}) {
		t.Errorf("flow %d: no cell of the table moves the %v from %v to %v (correction %v)", s.Flow, m.End, held, m.To, m.Correction)
	}
	if m.From == m.To {
		t.Errorf("flow %d: the %v moves from %v to where it is", s.Flow, m.End, m.From)
	}
	if m.After < 0 {
		t.Errorf("flow %d: the %v was in %v for %v", s.Flow, m.End, m.From, m.After)
	}
	f.states[m.End] = m.To
	h := &f.history[m.End]
	switch {
	case m.Correction && m.To == flows.Unknown && len(*h) == 1: // its first claim was none
		*h = (*h)[:0]
	case m.Correction:
		i := lastIndex(*h, m.To)
		if i < 0 && !f.cut[m.End] {
			t.Errorf("flow %d: the %v is put back from %v to %v, where it never was: %v", s.Flow, m.End, m.From, m.To, *h)
		}
		if i >= 0 {
			*h = (*h)[:i+1]
		}
	case len(*h) == flows.MaxHistory:
		f.cut[m.End] = true
	default:
		*h = append(*h, m.To)
	}
}

func lastIndex(list []flows.State, s flows.State) int {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i] == s {
			return i
		}
	}
	return -1
}

// End checks a record against the steps of its flow.
func (a *audit) End(r *flows.Record) {
	f := a.flows[r.Flow]
	if f == nil || a.ended[r.Flow] {
		a.t.Errorf("flow %d ends without having begun, or twice", r.Flow)
		f = &audited{}
	}
	a.ended[r.Flow] = true
	delete(a.flows, r.Flow)
	a.outcomes[r.Outcome]++
	if r.Evicted {
		a.evicted++
	}
	for side := range flows.Side(2) {
		f.check(a.t, r, side)
	}
	if a.next != nil {
		a.next.End(r)
	}
}

// check compares one end of a record with the steps.
func (f *audited) check(t testing.TB, r *flows.Record, side flows.Side) {
	e := &r.Ends[side]
	if e.State != f.states[side] {
		t.Errorf("flow %d: the record leaves the %v in %v, the steps in %v", r.Flow, side, e.State, f.states[side])
	}
	if !slices.Equal(e.History, f.history[side]) || e.Cut != f.cut[side] {
		t.Errorf("flow %d: the history of the %v is %v (cut %v), the moves give %v (cut %v)",
			r.Flow, side, e.History, e.Cut, f.history[side], f.cut[side])
	}
	if r.Client != r.Server && (e.Packets != f.packets[side] || e.Duplicates != f.doubled[side]) {
		t.Errorf("flow %d: the %v sent %d segments and %d doubles, the steps say %d and %d",
			r.Flow, side, e.Packets, e.Duplicates, f.packets[side], f.doubled[side])
	}
	if uint64(e.Retransmissions) > e.Packets || uint64(e.SYNs) > e.Packets || uint64(e.FINs) > e.Packets || uint64(e.RSTs) > e.Packets {
		t.Errorf("flow %d: the %v sent %d segments, and of one kind more: %+v", r.Flow, side, e.Packets, e)
	}
}

// totals checks the counters against what was reported; observed is how many
// segments the table was given.
func (a *audit) totals(table *flows.Table, observed uint64) {
	got := table.Totals()
	want := flows.Totals{
		Segments: observed, Duplicates: a.duplicates, Orphans: got.Orphans,
		Flows: uint64(a.newest), Open: uint64(len(a.flows)), Evicted: a.evicted, ByOutcome: a.outcomes,
	}
	if got != want {
		a.t.Errorf("totals\n%+v, reported was\n%+v", got, want)
	}
	// The SYN of a connection that took its time to prove itself is followed
	// twice: where it came in, and at the beginning of its own flow.
	if a.observed < observed {
		a.t.Errorf("%d segments were followed, want %d", a.observed, observed)
	}
}

// journal is a Handler that writes down what it hears, for comparison. Times
// are told from start, numbers of flows as they are.
type journal struct {
	start flows.Time
	moves []string // the transitions alone
	calls []string // everything
}

// Step writes a step down.
func (j *journal) Step(s *flows.Step) {
	for _, m := range s.Transitions {
		j.moves = append(j.moves, fmt.Sprintf("%v #%d %v %v->%v %v correction=%v after %v",
			s.Time.Sub(j.start), s.Flow, m.End, m.From, m.To, m.Basis, m.Correction, m.After))
	}
	j.calls = append(j.calls, fmt.Sprintf("%v #%d %v %v guessed=%v from %v label %s notes %b moves %v states %v isn %v fin %v rtt %v slot %d prior %v segment %v aside %v",
		s.Time, s.Flow, s.Client, s.Server, s.GuessedClient, s.From, s.Label.AppendWords(nil), s.Notes, s.Transitions, s.States,
		s.ISN, s.FIN, s.HandshakeRTT, s.Slot, s.Prior, value(s.Segment), value(s.Aside)))
}

// End writes a record down, up to the pointer that stands last in it.
func (j *journal) End(r *flows.Record) {
	text, _, _ := strings.Cut(fmt.Sprintf("end %+v", *r), " flow:0x")
	j.calls = append(j.calls, fmt.Sprintf("%s %+v", text, [2]flows.Facts{r.Facts(flows.Client), r.Facts(flows.Server)}))
}

// value is what p points to, not where.
func value(p *flows.Segment) any {
	if p == nil {
		return nil
	}
	return *p
}

// silent is a Handler that does nothing.
type silent struct{}

// Step does nothing.
func (silent) Step(*flows.Step) {}

// End does nothing.
func (silent) End(*flows.Record) {}
