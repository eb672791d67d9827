package flows_test

import (
	"testing"
	"time"

	"tcptrace/flows"
)

const second = flows.Time(time.Second)

// closedAt1 is a connection whose client is in TIME_WAIT since second 1. It went
// the short way; that the long one is no other, package diagnose tests.
func closedAt1(r *recorder) *flows.Table {
	table := flows.NewTable(flows.Limits{SkipPlain: true}, r)
	s := newScript(table, 1)
	s.open()
	s.at(1).close()
	r.moves, r.times = nil, nil
	return table
}

// TestTimeWaitLastsExactly60s: TCP_TIMEWAIT_LEN, and not a nanosecond less.
// The move is dated by the timer, not by what let the time pass.
func TestTimeWaitLastsExactly60s(t *testing.T) {
	r := &recorder{}
	table := closedAt1(r)
	table.Advance(61*second - 1)
	if len(r.moves) != 0 {
		t.Fatalf("moved too early: %v", r.moves)
	}
	table.Advance(90 * second)
	if len(r.moves) != 1 {
		t.Fatalf("moves %v, want one", r.moves)
	}
	want := flows.Transition{End: flows.Client, From: flows.TimeWait, To: flows.Closed, Basis: flows.Timer, After: time.Minute}
	if r.moves[0] != want {
		t.Errorf("the move is %+v, want %+v", r.moves[0], want)
	}
	if r.times[0] != 61*second {
		t.Errorf("it happened at %v, want 61 s", r.times[0])
	}
	if r.last.Segment != nil || r.label != "timer" {
		t.Errorf("the step has segment %v and label %q; want none, timer", r.last.Segment, r.label)
	}
}

// TestTimePassesWithSegments: the segments of other flows let time pass too.
func TestTimePassesWithSegments(t *testing.T) {
	r := &recorder{}
	table := closedAt1(r)
	newScript(table, 2).at(61).syn()
	if len(r.moves) != 2 || r.moves[0].To != flows.Closed || r.moves[1].To != flows.SynSent {
		t.Errorf("moves %v, want CLOSED by the timer and then SYN_SENT", r.moves)
	}
}

// TestLingering: a flow that is over is kept for 120 s from its last segment,
// for late segments, and not longer.
func TestLingering(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	s := newScript(table, 1)
	s.open()
	s.at(1).reset()
	table.Advance(121*second - 1)
	if len(r.records) != 0 {
		t.Fatal("the flow ended too early")
	}
	table.Advance(121 * second)
	if len(r.records) != 1 || table.Totals().Open != 0 {
		t.Fatalf("%d records, %d flows open; want 1, 0", len(r.records), table.Totals().Open)
	}
	s.at(122).reset()
	if r.last.Flow != 2 {
		t.Errorf("a segment after the end belongs to flow %d, want 2", r.last.Flow)
	}
}

// TestLateSegmentProlongsLingering: the 120 s count from the last segment.
func TestLateSegmentProlongsLingering(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	s := newScript(table, 1)
	s.open()
	s.at(1).reset()
	s.at(100).again(flows.Client, flows.RST|flows.ACK, 0, 0)
	table.Advance(220*second - 1)
	if len(r.records) != 0 {
		t.Fatal("the flow ended too early")
	}
	table.Advance(220 * second)
	if len(r.records) != 1 {
		t.Fatal("the flow has not ended")
	}
}

// TestTimeWaitThenLingering: the flow is over when TIME_WAIT is, and ends 120 s
// after its last segment.
func TestTimeWaitThenLingering(t *testing.T) {
	r := &recorder{}
	table := closedAt1(r)
	table.Advance(121*second - 1)
	if len(r.moves) != 1 || len(r.records) != 0 {
		t.Fatalf("%d moves, %d records; want 1, 0", len(r.moves), len(r.records))
	}
	table.Advance(1000 * second)
	if len(r.records) != 1 {
		t.Fatalf("%d records, want 1", len(r.records))
	}
	if got := r.records[0]; got.Outcome != flows.ClosedFlow || got.Ends[flows.Client].Since != 61*second || got.Last.Time != second {
		t.Errorf("outcome %v, client CLOSED since %v, last segment at %v; want closed, 61 s, 1 s",
			got.Outcome, got.Ends[flows.Client].Since, got.Last.Time)
	}
}

// TestClockJumpsForward: one great step does what many small ones would.
func TestClockJumpsForward(t *testing.T) {
	r := &recorder{}
	table := closedAt1(r)
	table.Advance(flows.Time(365 * 24 * time.Hour))
	if len(r.moves) != 1 || len(r.records) != 1 {
		t.Errorf("%d moves, %d records; want both", len(r.moves), len(r.records))
	}
}

// TestClockGoesBack: packets out of order do not turn time back, and nothing
// happens twice.
func TestClockGoesBack(t *testing.T) {
	r := &recorder{}
	table := closedAt1(r)
	table.Advance(59 * second)
	table.Advance(10 * second)
	table.Advance(30 * second)
	if len(r.moves) != 0 {
		t.Fatalf("moves %v", r.moves)
	}
	table.Advance(62 * second)
	table.Advance(20 * second)
	table.Advance(62 * second)
	if len(r.moves) != 1 {
		t.Errorf("%d moves, want one", len(r.moves))
	}
	table.Advance(20 * second)
	table.Finish()
	if got := r.records[0].Ended; got != 62*second {
		t.Errorf("the end is at %v, want 62 s: time does not run backwards", got)
	}
}

// TestAnotherClock: time that jumps back by far is another clock (the next of
// several files, a host whose clock was set), and goes on from there.
func TestAnotherClock(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	table.Advance(1_000_000 * second)
	s := newScript(table, 1).at(10)
	s.open()
	s.at(11).close()
	r.moves = nil
	table.Advance(70 * second)
	if len(r.moves) != 0 {
		t.Fatalf("moved too early: %v", r.moves)
	}
	table.Advance(71 * second)
	if len(r.moves) != 1 {
		t.Errorf("TIME_WAIT does not end by the new clock: %v", r.moves)
	}
}

// TestManyTimersInOrder: timers fire in the order of their times, however the
// flows came.
func TestManyTimersInOrder(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	order := []int{4, 2, 9, 7, 1, 3}
	for i, n := range order {
		s := newScript(table, n).at(float64(10 - i))
		s.open()
		s.close()
	}
	r.times = nil
	table.Advance(100 * second)
	if len(r.times) != len(order) {
		t.Fatalf("%d timers fired, want %d", len(r.times), len(order))
	}
	for i := 1; i < len(r.times); i++ {
		if r.times[i] < r.times[i-1] {
			t.Errorf("timer %d fired at %v, after one of %v", i, r.times[i], r.times[i-1])
		}
	}
}

// TestTimeWaitOfOneSocket: of a socket that is connected to itself, both ends are
// in TIME_WAIT for 60 s.
func TestTimeWaitOfOneSocket(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	self := newScript(table, 1).client
	for i, s := range []flows.Segment{
		{Flags: flows.SYN, Seq: 100},
		{Flags: flows.SYN | flows.ACK, Seq: 100, Ack: 101},
		{Flags: flows.ACK, Seq: 101, Ack: 101},
		{Flags: flows.FIN | flows.ACK, Seq: 101, Ack: 101},
		{Flags: flows.ACK, Seq: 102, Ack: 102},
	} {
		s.Src, s.Dst, s.Window, s.Time, s.Packet = self, self, 512, second, uint64(i+1)
		table.Observe(&s)
	}
	if got := r.last.States; got != [2]flows.State{flows.TimeWait, flows.TimeWait} {
		t.Fatalf("the states are %v, want TIME_WAIT twice", got)
	}
	r.moves, r.times = nil, nil
	table.Advance(61*second - 1)
	if len(r.moves) != 0 {
		t.Fatalf("moved after less than 60 s: %v at %v", r.moves, r.times)
	}
	table.Advance(62 * second)
	if len(r.moves) != 2 || r.times[0] != 61*second || r.moves[0].To != flows.Closed || r.moves[1].To != flows.Closed {
		t.Errorf("moves %v at %v, want both ends to CLOSED at 61 s", r.moves, r.times)
	}
}
