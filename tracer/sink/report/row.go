package report

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// row is a flow that is over, as the table has it.
type row struct {
	flow           flows.FlowID
	client, server netip.AddrPort
	first, last    flows.Time    // last is the end of the trace if the flow still waited for something
	rtt            time.Duration // 0: the handshake was not seen
	outcome        flows.Outcome
	states         [2]flows.State
	history        uint32 // of both ends: an index
	packets, bytes [2]uint64
	again          [2]uint32 // retransmissions
	set            uint32    // its conditions: an index; 0: none
	worst          diagnose.Severity
	guessed        bool
}

// ledger holds the rows, the lists of states and the sets of conditions that
// occur, and what is counted of all flows.
type ledger struct {
	rows      []row
	histories index
	sets      index
	outcomes  [flows.NumOutcomes]uint64
	flows     uint64
	left      uint64 // flows without a row
	plain     int    // no row before it is without a condition
	retried   uint64 // flows with a retransmission
}

// maxRows bounds the table: a page of so many opens within two seconds.
const maxRows = 120_000

func newLedger() ledger { return ledger{histories: newIndex(), sets: newIndex()} }

// add makes a row. When there is no room, it takes that of a flow without a
// condition if it has one.
func (g *ledger) add(r *flows.Record, all []found) row {
	w := g.row(r, all)
	g.flows++
	g.outcomes[min(r.Outcome, flows.NumOutcomes-1)]++
	if w.again[0]+w.again[1] > 0 {
		g.retried++
	}
	if len(g.rows) < maxRows {
		g.rows = append(g.rows, w)
		return w
	}
	g.left++
	if w.set == 0 {
		return w
	}
	for ; g.plain < len(g.rows); g.plain++ {
		if g.rows[g.plain].set == 0 {
			g.rows[g.plain] = w
			break
		}
	}
	return w
}

func (g *ledger) row(r *flows.Record, all []found) row {
	w := row{
		flow: r.Flow, client: r.Client, server: r.Server, first: r.First.Time, last: max(r.First.Time, r.Last.Time),
		rtt: r.HandshakeRTT, outcome: r.Outcome, guessed: r.GuessedClient,
	}
	if waits(r) {
		w.last = max(w.last, r.Ended)
	}
	var past []byte
	for side := range r.Ends {
		e := &r.Ends[side]
		w.states[side], w.packets[side], w.bytes[side], w.again[side] = e.State, e.Packets, e.Bytes, e.Retransmissions
		if side > 0 {
			past = append(past, ' ')
		}
		for _, s := range e.History {
			past = append(past, digit(uint8(s)))
		}
	}
	w.history = g.histories.of(string(past))
	w.set, w.worst = g.sets.of(conditions(all)), worst(all)
	return w
}

// waits reports whether somebody still waited when the flow was over, so that
// the time until then is a part of it.
func waits(r *flows.Record) bool {
	switch r.Outcome {
	case flows.Open, flows.Stuck, flows.HalfOpen, flows.Unanswered:
		return true
	}
	return false
}

// digit is a small number as one character: states have one each.
func digit(n uint8) byte { return "0123456789abcdefghijklmnopqrstuvwxyz"[n%36] }

// conditions is the set of conditions of a flow, as characters whose numbers
// are the conditions, the worst first.
func conditions(all []found) string {
	ids := make([]rune, 0, len(all))
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b found) int { return int(b.Severity()) - int(a.Severity()) })
	for i := range sorted {
		ids = append(ids, rune(sorted[i].ID))
	}
	return string(ids)
}

func worst(all []found) (v diagnose.Severity) {
	for i := range all {
		v = max(v, all[i].Severity())
	}
	return v
}

// index numbers strings that repeat. The empty one is 0, and so is what comes
// when there are too many.
type index struct {
	numbers map[string]uint32
	list    []string
}

const maxIndex = 1 << 14

func newIndex() index { return index{numbers: map[string]uint32{"": 0}, list: []string{""}} }

func (x *index) of(text string) uint32 {
	n, known := x.numbers[text]
	if known || len(x.list) >= maxIndex {
		return n
	}
	n = uint32(len(x.list))
	x.numbers[text] = n
	x.list = append(x.list, text)
	return n
}

// sort puts the rows into the order of their numbers.
func (g *ledger) sort() {
	slices.SortFunc(g.rows, func(a, b row) int { return cmp.Compare(a.flow, b.flow) })
}
