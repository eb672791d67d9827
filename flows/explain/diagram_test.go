package explain

import (
	"strings"
	"testing"

	"tcptrace/flows"
)

// mirrored is a segment as the other end would be told of it: where both do the
// same at the same moment, the table has the letters of one of them.
func mirrored(segment string) string {
	return strings.NewReplacer("J", "K", "K", "J", "M", "N", "N", "M", "SYN", "SYN", "FIN", "FIN", "ACK", "ACK").Replace(segment)
}

// inTable reports whether the transition table has a move by the last words of
// a segment: of a SYN-ACK, it is the ACK that moves who gets it.
func inTable(from, to flows.State, way flows.Way, segment string) bool {
	for _, m := range flows.Moves() {
		if m.From == from && m.To == to && m.Way == way && !m.Correction && strings.HasSuffix(segment, m.Segment) {
			return true
		}
	}
	return false
}

// TestDiagramIsTheTable: each arrow that moves an end is a move of the table,
// by the segment that is written on it.
func TestDiagramIsTheTable(t *testing.T) {
	moves := 0
	for _, l := range ladders() {
		now := l.begin
		for _, r := range l.rungs {
			sent, got := [2]string{r.segment, mirrored(r.cross)}, [2]string{r.cross, mirrored(r.segment)}
			for side, to := range r.after {
				if to == flows.Unknown {
					continue
				}
				way, segment := flows.Gets, r.segment
				if r.cross != "" || int(r.from) == side {
					way = flows.Sends
				}
				if r.cross != "" {
					segment = sent[side]
				}
				if moves++; !inTable(now[side], to, way, segment) {
					t.Errorf("%s: no move %v → %v that %v %s", l.title, now[side], to, way, segment)
				}
				now[side] = to
			}
			for side, to := range r.got {
				if to == flows.Unknown {
					continue
				}
				if now[side] == flows.SynReceived {
					got[side] = mirrored(got[side]) // the table tells it of a server
				}
				if moves++; !inTable(now[side], to, flows.Gets, got[side]) {
					t.Errorf("%s: no move %v → %v that gets %s", l.title, now[side], to, got[side])
				}
				now[side] = to
			}
		}
		for _, s := range now {
			if s == flows.TimeWait && !inTable(s, flows.Closed, flows.Waits, timeWait) {
				t.Errorf("%s: TIME_WAIT does not end after %s", l.title, timeWait)
			}
		}
	}
	if moves < 20 {
		t.Errorf("%d moves, that is not the whole diagram", moves)
	}
}

// TestDiagramTestSees: the test above refuses what is wrong.
func TestDiagramTestSees(t *testing.T) {
	for name, wrong := range map[string]bool{
		"no such move":  inTable(flows.CloseWait, flows.TimeWait, flows.Sends, "FIN(N)"),
		"wrong segment": inTable(flows.Established, flows.FinWait1, flows.Sends, "ACK(M+1)"),
		"wrong way":     inTable(flows.SynReceived, flows.Established, flows.Sends, "ACK(K+1)"),
	} {
		if wrong {
			t.Errorf("%s: found in the table", name)
		}
	}
}

// TestDiagramHoldsEveryState: nothing is left out that an end can be in, nor
// anything that moves it from one state to another.
func TestDiagramHoldsEveryState(t *testing.T) {
	text := Diagram(80, NoPaint)
	for _, s := range flows.States() {
		if !strings.Contains(text, s.String()) {
			t.Errorf("%v is not drawn", s)
		}
	}
	drawn := make(map[[2]flows.State]bool)
	for _, pair := range append(drawnMoves(), [2]flows.State{flows.TimeWait, flows.Closed}) {
		drawn[pair] = true
	}
	for _, m := range rare() {
		drawn[[2]flows.State{m.From, m.To}] = true
	}
	for _, m := range flows.Moves() {
		reset := m.To == flows.Closed // RST, a forgotten request, the next connection: told in words
		if !m.Correction && m.From != flows.Unknown && !reset && !drawn[[2]flows.State{m.From, m.To}] {
			t.Errorf("%v → %v is not drawn", m.From, m.To)
		}
	}
}

// TestDiagramSaysWhatPeopleLookFor: the letters and the one time that people look for.
func TestDiagramSaysWhatPeopleLookFor(t *testing.T) {
	for _, columns := range []int{40, 80, 200} {
		text := Diagram(columns, NoPaint)
		for _, want := range []string{"SYN(J)", "SYN(K) ACK(J+1)", "ACK(K+1)", "FIN(M)", "ACK(M+1)", "FIN(N)", "ACK(N+1)", "60 s", "RST"} {
			if !strings.Contains(text, want) {
				t.Errorf("%d columns: %s is missing", columns, want)
			}
		}
		for line := range strings.Lines(text) {
			if line = strings.TrimSuffix(line, "\n"); runes(line) > min(columns, diagramWidth) && columns <= diagramWidth {
				t.Errorf("%d columns: %d are needed by %q", columns, runes(line), line)
			}
		}
	}
}
