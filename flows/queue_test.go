package flows_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

// TestEvictionOrder: at the limit half-open flows go first, the oldest in
// front, then the longest closed, then the longest idle.
func TestEvictionOrder(t *testing.T) {
	t.Run("long way", func(t *testing.T) { evictInOrder(t, false) })
	t.Run("short way", func(t *testing.T) { evictInOrder(t, true) })
}

func evictInOrder(t *testing.T, short bool) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{MaxFlows: 8, SkipPlain: short}, r)
	conn := func(n int, at float64) *script { return newScript(table, n).at(at) }

	idle := conn(1, 1)
	idle.open()
	busy := conn(2, 2)
	busy.open()
	reset := conn(3, 3)
	reset.open()
	timeWait := conn(4, 4)
	timeWait.open()
	conn(5, 5).syn()
	half := conn(6, 6)
	half.syn()
	half.send(flows.Server, flows.SYN|flows.ACK, 0)
	conn(7, 7).syn()
	grown := conn(8, 8)
	grown.syn()
	timeWait.at(9).close() // closed before the other one
	reset.at(10).reset()
	grown.at(11).send(flows.Server, flows.SYN|flows.ACK, 0)
	grown.send(flows.Client, flows.ACK, 0) // no longer half-open
	busy.at(12).data()                     // it was active since, so the others of its kind go first

	if len(r.records) != 0 {
		t.Fatalf("%v ended although there was room", r.ended())
	}
	want := []int{5, 6, 7, 4, 3, 1, 8}
	for i := range want {
		conn(100+i, 20+float64(i)).open()
		if diff := cmp.Diff(want[:i+1], r.ended()); diff != "" {
			t.Fatalf("evicted (-want +got):\n%s", diff)
		}
		if got := &r.records[i]; !got.Evicted {
			t.Errorf("flow %d is not marked as evicted", got.Flow)
		}
		if open := table.Totals().Open; open != 8 {
			t.Errorf("%d flows are open, want 8", open)
		}
	}
	if got := table.Totals().Evicted; got != uint64(len(want)) {
		t.Errorf("%d flows were evicted, want %d", got, len(want))
	}
	table.Finish()
	if got := table.Totals(); got.Evicted != uint64(len(want)) || got.Open != 0 {
		t.Errorf("at the end %d were evicted and %d are open, want %d and 0", got.Evicted, got.Open, len(want))
	}
	for _, rec := range r.records[len(want):] {
		if rec.Evicted {
			t.Errorf("flow %d is marked as evicted, but lasted to the end", rec.Flow)
		}
	}
}

// TestHalfOpenFloodSparesTheLiving: a flood of SYNs evicts itself.
func TestHalfOpenFloodSparesTheLiving(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{MaxFlows: 10}, r)
	for n := range 5 {
		newScript(table, 1+n).open()
	}
	for n := range 1000 {
		newScript(table, 1000+n).at(1 + float64(n)/1000).syn()
	}
	for _, rec := range r.records {
		if rec.Flow <= 5 {
			t.Errorf("the flood evicted the open flow %d", rec.Flow)
		}
	}
	if got := table.Totals(); got.Open != 10 || got.Evicted != 995 {
		t.Errorf("open %d, evicted %d; want 10, 995", got.Open, got.Evicted)
	}
}

// TestEvictedFlowComesBack: what an evicted connection sends later begins a
// flow in the middle.
func TestEvictedFlowComesBack(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{MaxFlows: 1}, r)
	first := newScript(table, 1)
	first.open()
	newScript(table, 2).at(1).open()
	first.at(2).data()
	if r.last.Flow != 3 || !r.last.GuessedClient {
		t.Errorf("it comes back as flow %d, guessed %v; want 3, guessed", r.last.Flow, r.last.GuessedClient)
	}
	if got := r.last.States; got != [2]flows.State{flows.Established, flows.Unknown} {
		t.Errorf("it comes back as %v", got)
	}
}

// TestDefaultLimits: the zero value of a limit is its default, not zero.
func TestDefaultLimits(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{MaxFlows: -1}, r)
	for n := range 2000 {
		newScript(table, 1+n).syn()
	}
	if len(r.records) != 0 {
		t.Errorf("%d flows were evicted", len(r.records))
	}
}
