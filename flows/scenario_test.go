package flows_test

import (
	"slices"
	"testing"

	"tcptrace/flows"
	"tcptrace/flows/flowtest"
)

// scenarios reads all scenarios, by name.
func scenarios(t testing.TB) map[string]*flowtest.Scenario {
	t.Helper()
	all, err := flowtest.ReadFolder("../testdata/scenario")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestScenarios plays every scenario in every cast: mirrored ends, shifted
// sequence numbers and shifted times change nothing.
func TestScenarios(t *testing.T) {
	for name, scenario := range scenarios(t) {
		t.Run(name, func(t *testing.T) {
			for who, cast := range flowtest.Casts() {
				for _, complaint := range scenario.Play(cast) {
					t.Errorf("%s, %s: %s", name, who, complaint)
				}
			}
		})
	}
}

// TestScenariosHold holds what every scenario makes the table say against what
// must always hold.
func TestScenariosHold(t *testing.T) {
	for name, scenario := range scenarios(t) {
		t.Run(name, func(t *testing.T) {
			a := newAudit(t, nil)
			table := flows.NewTable(flows.Limits{}, a)
			scenario.Feed(flowtest.Casts()["as written"], table)
			table.Finish()
			a.totals(table, table.Totals().Segments)
			if len(a.flows) != 0 {
				t.Errorf("%d flows have not ended", len(a.flows))
			}
		})
	}
}

// explorer is a Handler that remembers which moves and notes occurred.
type explorer struct {
	states map[flows.FlowID][2]flows.State
	moves  map[flows.Cell]bool
	notes  map[string]bool
}

// Step remembers the moves and notes of a step.
func (x *explorer) Step(s *flows.Step) {
	held := x.states[s.Flow]
	for _, m := range s.Transitions {
		x.moves[flows.Cell{From: held[m.End], To: m.To, Correction: m.Correction}] = true
		held[m.End] = m.To
	}
	x.states[s.Flow] = held
	s.Notes.Each(func(name string) { x.notes[name] = true })
}

// End does nothing.
func (x *explorer) End(*flows.Record) {}

// explore feeds all scenarios to x.
func explore(t *testing.T) *explorer {
	x := &explorer{moves: map[flows.Cell]bool{}, notes: map[string]bool{}}
	for _, scenario := range scenarios(t) {
		x.states = map[flows.FlowID][2]flows.State{}
		table := flows.NewTable(flows.Limits{}, x)
		scenario.Feed(flowtest.Casts()["as written"], table)
		table.Finish()
	}
	return x
}

// unshown are moves that no scenario shows, because no packet does.
var unshown = []flows.Cell{
	// LISTEN is never claimed from a packet.
	{From: flows.Listen, To: flows.SynSent},
	{From: flows.Listen, To: flows.SynReceived},
	{From: flows.Listen, To: flows.Closed},
	// Only a RST that was no RST of its sender's stands in front of these.
	{From: flows.Closed, To: flows.SynSent},
	{From: flows.Closed, To: flows.Established},
	// The ACK of the FIN acknowledges the SYN too: ESTABLISHED comes first.
	{From: flows.SynReceived, To: flows.CloseWait},
}

// TestScenariosShowEveryMove: a move that no scenario shows is one that nobody
// has thought through.
func TestScenariosShowEveryMove(t *testing.T) {
	x := explore(t)
	for _, c := range flows.Cells() {
		if c.To == flows.Unknown {
			continue // back to the state before: which, depends
		}
		c.Event = 0
		if !x.moves[c] && !slices.Contains(unshown, c) {
			t.Errorf("no scenario moves an end from %v to %v (correction %v)", c.From, c.To, c.Correction)
		}
	}
}

// TestScenariosShowEveryNote: the same for notes.
func TestScenariosShowEveryNote(t *testing.T) {
	x := explore(t)
	for _, name := range flows.NoteNames() {
		if !x.notes[name] {
			t.Errorf("no scenario shows the note %q", name)
		}
	}
}
