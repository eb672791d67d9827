package flows_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

// standing is the connection of a script as the kernel of one end has it.
func (s *script) standing(at float64, end flows.Side, state flows.State, age float64) *flows.Standing {
	s.at(at)
	return &flows.Standing{
		Time: s.now, Client: s.client, Server: s.server, End: end, State: state, Since: s.now - flows.Time(age*1e9),
	}
}

// movesOf are the moves of one end in words, from the n-th move on.
func (r *recorder) movesOf(end flows.Side, n int) (lines []string) {
	for i, m := range r.moves[n:] {
		if m.End == end {
			lines = append(lines, fmt.Sprintf("%ds %v %v -> %v %v", r.times[n+i]/second, m.End, m.From, m.To, m.Basis))
		}
	}
	return lines
}

// TestAdopt: what a kernel has goes on from the state in which it was: the
// server that was in CLOSE_WAIT closes, and its FIN is acknowledged.
func TestAdopt(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	s := newScript(table, 1)
	standing := s.standing(1000, flows.Server, flows.CloseWait, 600)
	table.Adopt(standing)
	if got := r.last.Facts(flows.Server); got.Since != 400*second || got.Basis != flows.Kernel {
		t.Errorf("the server is in its state since %v by %v, want since 400 s by the kernel", got.Since, got.Basis)
	}
	if string(r.last.Label.AppendWords(nil)) != "kernel" {
		t.Errorf("the label is %q, want kernel", r.last.Label.AppendWords(nil))
	}
	table.Adopt(standing) // it is there already
	s.seq = [2]flows.Seq{1100, 5000}
	s.at(1001).send(flows.Server, flows.FIN|flows.ACK, 0)
	s.at(1002).send(flows.Client, flows.ACK, 0)
	table.Finish()
	want := []string{
		"1000s server UNKNOWN -> CLOSE_WAIT kernel",
		"1001s server CLOSE_WAIT -> LAST_ACK sent",
		"1002s server LAST_ACK -> CLOSED delivered",
	}
	if diff := cmp.Diff(want, r.movesOf(flows.Server, 0)); diff != "" {
		t.Errorf("the server's moves (-want +got):\n%s", diff)
	}
	if len(r.records) != 1 || r.records[0].GuessedClient {
		t.Errorf("%d records, want one of known roles", len(r.records))
	}
}

// TestAdoptBothEnds: on the loopback interface both are this host's.
func TestAdoptBothEnds(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	s := newScript(table, 1)
	table.Adopt(s.standing(1000, flows.Server, flows.CloseWait, 600))
	table.Adopt(s.standing(1000, flows.Client, flows.FinWait2, 500))
	if want := [2]flows.State{flows.FinWait2, flows.CloseWait}; r.last.States != want {
		t.Errorf("states %v, want %v", r.last.States, want)
	}
	if table.Totals().Flows != 1 {
		t.Errorf("%d flows, want 1", table.Totals().Flows)
	}
}

// TestAdoptedTimeWaitEnds when its time is over, counted from when it began.
func TestAdoptedTimeWaitEnds(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	s := newScript(table, 1)
	table.Adopt(s.standing(1000, flows.Client, flows.TimeWait, 50))
	table.Advance(1011 * second)
	want := []string{"1000s client UNKNOWN -> TIME_WAIT kernel", "1010s client TIME_WAIT -> CLOSED timer"}
	if diff := cmp.Diff(want, r.movesOf(flows.Client, 0)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCorrect: a kernel's word moves an end, but not against a segment that
// came later, nor where there is no flow.
func TestCorrect(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	s := newScript(table, 1).at(1)
	s.open()
	before := len(r.moves)
	table.Correct(s.standing(1, flows.Server, flows.Closed, 0)) // asked when the last segment came
	table.Correct(newScript(table, 2).standing(9, flows.Server, flows.Closed, 0))
	table.Correct(s.standing(9, flows.Server, flows.Established, 0)) // nothing new
	if len(r.moves) != before {
		t.Errorf("moves %v, want none", r.moves[before:])
	}
	table.Correct(s.standing(9, flows.Server, flows.Closed, 0))
	if diff := cmp.Diff([]string{"9s server ESTABLISHED -> CLOSED kernel"}, r.movesOf(flows.Server, before)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestQuiet shows the flows of which nothing came by for the time given, and
// stops when it is told to.
func TestQuiet(t *testing.T) {
	table := flows.NewTable(flows.Limits{}, &recorder{})
	old := newScript(table, 1).at(1)
	old.open()
	young := newScript(table, 2).at(5)
	young.open()
	var seen []flows.View
	table.Quiet(2*time.Second, func(v flows.View) bool { seen = append(seen, v); return true })
	if len(seen) != 1 || seen[0].Client != old.client || seen[0].States != [2]flows.State{flows.Established, flows.Established} {
		t.Errorf("saw %+v, want the older flow alone", seen)
	}
	calls := 0
	table.Quiet(0, func(flows.View) bool { calls++; return false })
	if calls != 1 {
		t.Errorf("called %d times after false, want once", calls)
	}
}

// TestAdoptedTooEarly: a connection that opened between its first packets and
// the reading of them was taken in as open; its packets tell how it opened.
func TestAdoptedTooEarly(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	s := newScript(table, 1)
	table.Adopt(s.standing(10, flows.Server, flows.Established, 0))
	s.at(9.9).open()
	s.at(11).close()
	table.Finish()
	want := []string{
		"10s server UNKNOWN -> ESTABLISHED kernel", "9s server LISTEN -> SYN_RECEIVED sent",
		"9s server SYN_RECEIVED -> ESTABLISHED delivered", "11s server ESTABLISHED -> CLOSE_WAIT sent",
		"11s server CLOSE_WAIT -> LAST_ACK sent", "11s server LAST_ACK -> CLOSED delivered",
	}
	if diff := cmp.Diff(want, r.movesOf(flows.Server, 0)); diff != "" {
		t.Errorf("the server's moves (-want +got):\n%s", diff)
	}
	if len(r.records) != 1 || r.records[0].Outcome != flows.ClosedFlow {
		t.Errorf("records %+v, want one that is closed", r.records)
	}
}

// TestAdoptedAttempt: the SYN that comes again is that of the attempt which the
// kernel has told of, and no next connection.
func TestAdoptedAttempt(t *testing.T) {
	for end, state := range map[flows.Side]flows.State{flows.Client: flows.SynSent, flows.Server: flows.SynReceived} {
		r := &recorder{}
		table := flows.NewTable(flows.Limits{}, r)
		s := newScript(table, 1)
		table.Adopt(s.standing(10, end, state, 3))
		s.at(11).open()
		s.at(12).close()
		table.Finish()
		if len(r.records) != 1 || r.records[0].Outcome != flows.ClosedFlow {
			t.Errorf("%v in %v: records %+v, want one that is closed", end, state, r.records)
		}
	}
}

// TestAdoptMidway: of a connection that was picked up midway the kernel knows
// the state and the roles; not if it began to close since the kernel was asked.
func TestAdoptMidway(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	s := newScript(table, 1)
	s.client, s.server = s.server, s.client // the port of the server is the higher one: the guess is wrong
	s.at(10)
	s.send(flows.Server, flows.PSH|flows.ACK, 100)
	s.send(flows.Client, flows.ACK, 0)
	if table.Adopt(s.standing(11, flows.Server, flows.CloseWait, 5)) {
		t.Error("the end is told to be new")
	}
	if r.last.Client != s.client || !r.last.Swapped || r.last.GuessedClient || r.last.States[flows.Server] != flows.CloseWait {
		t.Errorf("client %v, swapped %v, guessed %v, states %v; want %v, true, false, the server in CLOSE_WAIT",
			r.last.Client, r.last.Swapped, r.last.GuessedClient, r.last.States, s.client)
	}
	if m := r.last.Transitions; len(m) != 1 || m[0].Was == flows.Kernel {
		t.Errorf("transitions %+v, want one out of what packets implied", m)
	}

	later := newScript(table, 2)
	later.at(20)
	later.data()
	later.send(flows.Server, flows.ACK, 0)
	asked := later.standing(20.5, flows.Server, flows.Established, 1)
	later.at(21).close()
	before := len(r.moves)
	table.Adopt(asked)
	if len(r.moves) != before {
		t.Errorf("moves %v, want none: it closed since", r.moves[before:])
	}
}
