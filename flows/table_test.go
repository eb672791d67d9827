package flows_test

import (
	"testing"

	"tcptrace/flows"
)

// TestObserveKeepsNothing: the caller may use its segment again.
func TestObserveKeepsNothing(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	s := newScript(table, 1)
	s.open()
	seg := flows.Segment{Time: 5, Src: s.client, Dst: s.server, Seq: 9_000_000, Flags: flows.SYN, Window: 65535}
	table.Observe(&seg) // it waits for its answer
	seg = flows.Segment{}
	answer := flows.Segment{Time: 6, Src: s.server, Dst: s.client, Seq: 70_000, Ack: 9_000_001, Flags: flows.SYN | flows.ACK}
	table.Observe(&answer)
	if r.last.Flow != 2 || r.last.ISN[flows.Client] != (flows.Number{Seq: 9_000_000, Known: true}) {
		t.Errorf("the SYN-ACK is of flow %d with J %v; want 2, 9000000", r.last.Flow, r.last.ISN[flows.Client])
	}
}

// TestRSTNeedsTheFlag: the acknowledgement number of a RST without the ACK flag
// says nothing, even if it is the right one.
func TestRSTNeedsTheFlag(t *testing.T) {
	r := &recorder{}
	s := newScript(flows.NewTable(flows.Limits{}, r), 1)
	s.syn()
	s.send(flows.Server, flows.RST, 0)
	if s.segment.Ack != 1001 || r.last.States[flows.Client] != flows.SynSent {
		t.Errorf("a RST with number %d but without ACK leaves the client in %v", s.segment.Ack, r.last.States[flows.Client])
	}
}

// TestICMP: an error that quotes a flow is told with it and moves nothing; one
// that quotes none is counted.
func TestICMP(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	s := newScript(table, 1)
	s.syn()
	r.moves = nil
	e := flows.ICMPError{Time: 1, Type: 3, Code: 13, Src: s.client, Dst: s.server, Seq: 1000}
	table.ObserveICMP(&e)
	if r.last.Flow != 1 || r.label != "ICMP(3/13)" || len(r.moves) != 0 || r.last.Segment != nil {
		t.Errorf("flow %d, label %q, moves %v; want 1, ICMP(3/13), none", r.last.Flow, r.label, r.moves)
	}
	e.Dst = newScript(table, 2).client
	table.ObserveICMP(&e)
	if got := table.Totals(); got.Orphans != 1 || got.Segments != 1 || got.Flows != 1 {
		t.Errorf("orphans %d, segments %d, flows %d; want 1 of each", got.Orphans, got.Segments, got.Flows)
	}
}

// TestICMPFilters: which errors say that a SYN will not get through.
func TestICMPFilters(t *testing.T) {
	tests := []struct {
		name   string
		change func(*flows.ICMPError)
		want   flows.Outcome
	}{
		{"host unreachable", func(e *flows.ICMPError) { e.Type, e.Code = 3, 1 }, flows.Filtered},
		{"administratively prohibited", func(e *flows.ICMPError) { e.Type, e.Code = 3, 13 }, flows.Filtered},
		{"fragmentation needed", func(e *flows.ICMPError) { e.Type, e.Code = 3, 4 }, flows.Unanswered},
		{"time exceeded", func(e *flows.ICMPError) { e.Type = 11 }, flows.Unanswered},
		{"ICMPv6 unreachable", func(e *flows.ICMPError) { e.V6, e.Type = true, 1 }, flows.Filtered},
		{"ICMPv6 packet too big", func(e *flows.ICMPError) { e.V6, e.Type = true, 2 }, flows.Unanswered},
		{"ICMPv6 time exceeded", func(e *flows.ICMPError) { e.V6, e.Type = true, 3 }, flows.Unanswered},
		{"for another number", func(e *flows.ICMPError) { e.Type, e.Seq = 3, 7 }, flows.Unanswered},
		{"for the other direction", func(e *flows.ICMPError) { e.Type, e.Src, e.Dst = 3, e.Dst, e.Src }, flows.Unanswered},
	}
	for _, tt := range tests {
		r := &recorder{}
		table := flows.NewTable(flows.Limits{}, r)
		s := newScript(table, 1)
		s.syn()
		e := flows.ICMPError{Src: s.client, Dst: s.server, Seq: 1000}
		tt.change(&e)
		table.ObserveICMP(&e)
		table.Finish()
		if got := r.records[0].Outcome; got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestFinish ends all flows in the order of their numbers, and leaves an empty
// table that can be used again.
func TestFinish(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	for n := range 2000 {
		newScript(table, (n*777)%2000).open()
	}
	newScript(table, 3000).at(1).open()
	table.Finish()
	if len(r.records) != 2001 {
		t.Fatalf("%d flows ended, want 2001", len(r.records))
	}
	for i, rec := range r.records {
		if rec.Flow != flows.FlowID(i+1) {
			t.Fatalf("flow %d ends as number %d", rec.Flow, i+1)
		}
	}
	if got := table.Totals(); got.Open != 0 || got.Flows != 2001 || got.ByOutcome[flows.Open] != 2001 {
		t.Errorf("totals %+v", got)
	}
	table.Finish()
	newScript(table, 1).at(2).open()
	table.Finish()
	if len(r.records) != 2002 || r.records[2001].Flow != 2002 {
		t.Errorf("%d flows, the last has number %d; want 2002", len(r.records), r.records[len(r.records)-1].Flow)
	}
}

// TestFinishForgetsTimers: after the end nothing happens any more.
func TestFinishForgetsTimers(t *testing.T) {
	r := &recorder{}
	table := closedAt1(r)
	table.Finish()
	table.Advance(1000 * second)
	if len(r.moves) != 0 || len(r.records) != 1 {
		t.Errorf("%d moves, %d records; want 0, 1", len(r.moves), len(r.records))
	}
}

// TestNoPayload: what lies between segments that were left out on purpose is no
// hole, an ACK of it is believed, and both ends close when they do.
func TestNoPayload(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{NoPayload: true}, r)
	s := newScript(table, 1).at(1)
	s.open()
	s.seq[flows.Client] += 60_000 // a request that was left out
	s.at(2).send(flows.Server, flows.ACK, 0)
	s.seq[flows.Server] += 5000
	s.at(3).send(flows.Client, flows.ACK, 0)
	s.seq[flows.Client] += 100
	s.at(4).close() // FIN, ACK, FIN, ACK: the first lies behind 100 bytes that nobody acknowledged
	table.Finish()
	if len(r.records) != 1 {
		t.Fatalf("%d flows, want 1", len(r.records))
	}
	got := &r.records[0]
	if got.Outcome != flows.ClosedFlow || got.Gaps || got.Ends[flows.Client].State != flows.TimeWait || got.Ends[flows.Server].State != flows.Closed {
		t.Errorf("outcome %v, gaps %v, %v and %v; want closed without gaps, TIME_WAIT and CLOSED",
			got.Outcome, got.Gaps, got.Ends[flows.Client].State, got.Ends[flows.Server].State)
	}
	for _, side := range []flows.Side{flows.Client, flows.Server} {
		if got.Ends[side].Since < 4*second {
			t.Errorf("the %v closed at %v, want 4 s or later", side, got.Ends[side].Since)
		}
	}
}
