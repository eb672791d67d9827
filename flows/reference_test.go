package flows_test

import (
	"regexp"
	"slices"
	"testing"

	"tcptrace/flows"
)

// TestMovesAreTheTable: each cell of the table is a move, and nothing else is.
func TestMovesAreTheTable(t *testing.T) {
	cells, moves := flows.Cells(), flows.Moves()
	if len(moves) != len(cells) {
		t.Fatalf("%d moves, the table has %d cells", len(moves), len(cells))
	}
	for i, m := range moves {
		c := cells[i]
		if m.From != c.From || m.To != c.To || m.Correction != c.Correction {
			t.Errorf("move %d is %v → %v, correction %v; the cell is %+v", i, m.From, m.To, m.Correction, c)
		}
		if m.Why == "" || m.Source == "" {
			t.Errorf("%v → %v by %s says neither why nor whence", m.From, m.To, m.Event)
		}
	}
}

var (
	kebab  = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
	braces = regexp.MustCompile(`[{}]`)
)

// TestMovesSayEverything: an event has one name and no other has it, and a
// segment is spelt out.
func TestMovesSayEverything(t *testing.T) {
	events := make(map[string]int)
	for i, m := range flows.Moves() {
		cell := flows.Cells()[i]
		if known, ok := events[m.Event]; ok && known != cell.Event {
			t.Errorf("two events are named %q", m.Event)
		}
		events[m.Event] = cell.Event
		if !kebab.MatchString(m.Event) {
			t.Errorf("the event %q of %v is no kebab-case name", m.Event, m.From)
		}
		if m.Segment == "" || braces.MatchString(m.Segment) {
			t.Errorf("%v → %v by %s has the segment %q", m.From, m.To, m.Event, m.Segment)
		}
	}
}

// TestMovesOfAnOpeningAndAClosing: the letters are those that every text on
// TCP has for the three-way handshake and the four-way close.
func TestMovesOfAnOpeningAndAClosing(t *testing.T) {
	tests := []struct {
		from    flows.State
		way     flows.Way
		segment string
		to      flows.State
	}{
		{flows.Closed, flows.Sends, "SYN(J)", flows.SynSent},
		{flows.Listen, flows.Sends, "SYN(K) ACK(J+1)", flows.SynReceived},
		{flows.SynSent, flows.Sends, "ACK(K+1)", flows.Established},
		{flows.SynSent, flows.Sends, "SYN(J) ACK(K+1)", flows.SynReceived}, // crossed
		{flows.SynReceived, flows.Gets, "ACK(K+1)", flows.Established},
		{flows.Established, flows.Sends, "FIN(M)", flows.FinWait1},
		{flows.Established, flows.Sends, "ACK(M+1)", flows.CloseWait},
		{flows.Established, flows.Gets, "FIN(M)", flows.CloseWait},
		{flows.FinWait1, flows.Gets, "ACK(M+1)", flows.FinWait2},
		{flows.FinWait1, flows.Sends, "ACK(N+1)", flows.Closing}, // crossed
		{flows.Closing, flows.Gets, "ACK(M+1)", flows.TimeWait},
		{flows.FinWait2, flows.Gets, "FIN(N)", flows.TimeWait},
		{flows.FinWait2, flows.Sends, "ACK(N+1)", flows.TimeWait},
		{flows.CloseWait, flows.Sends, "FIN(N)", flows.LastAck},
		{flows.LastAck, flows.Gets, "ACK(N+1)", flows.Closed},
		{flows.TimeWait, flows.Waits, "60 s", flows.Closed},
	}
	for _, tt := range tests {
		if !slices.ContainsFunc(flows.Moves(), func(m flows.Move) bool {
			return m.From == tt.from && m.Way == tt.way && m.Segment == tt.segment && m.To == tt.to && !m.Correction
		}) {
			t.Errorf("no move: %v %v %s → %v", tt.from, tt.way, tt.segment, tt.to)
		}
	}
}

func TestStatesAreThoseOfTheRFC(t *testing.T) {
	list := flows.States()
	if len(list) != 11 {
		t.Errorf("%d states, RFC 9293 has 11", len(list))
	}
	for _, s := range allStates {
		if got, want := slices.Contains(list, s), s != flows.Unknown; got != want {
			t.Errorf("%v is listed: %v, want %v", s, got, want)
		}
	}
}
