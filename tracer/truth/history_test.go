package truth

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"tcptrace/flows"
)

// play lets a replay hear steps of one flow, each of them one transition of the
// client: "FROM TO", or "FROM TO!" for a correction. The states that a step
// tells are those that its transition leads to.
func play(t *testing.T, steps ...string) *Replay {
	t.Helper()
	r := &Replay{current: make(map[flows.FlowID]*history)}
	for i, text := range steps {
		moved := strings.Fields(strings.TrimSuffix(text, "!"))
		states := list(t, strings.Join(moved, " "))
		(*ear)(r).Step(&flows.Step{
			Flow: 1, Client: clientAddr, Server: serverAddr, Time: flows.TimeOf(after(float64(i))),
			Segment:     &flows.Segment{Packet: uint64(i + 1), Flags: flows.ACK},
			Transitions: []flows.Transition{{From: states[0], To: states[1], Correction: strings.HasSuffix(text, "!")}},
			States:      [2]flows.State{states[1]},
		})
	}
	return r
}

func TestHistory(t *testing.T) {
	for _, test := range []struct {
		name  string
		steps []string
		want  []string // the client's states, life by life
		wrong string   // what must be complained about; empty: nothing
	}{
		{"straight on", []string{"CLOSED SYN_SENT", "SYN_SENT ESTAB"}, []string{"SYN_SENT ESTABLISHED"}, ""},
		{"from midway", []string{"UNKNOWN ESTAB"}, []string{"ESTABLISHED"}, ""},
		{"one claim is withdrawn", []string{"LISTEN SYN_RECV", "SYN_RECV ESTAB", "ESTAB SYN_RECV!", "SYN_RECV ESTAB"},
			[]string{"SYN_RECEIVED ESTABLISHED"}, ""},
		{"two claims are withdrawn", []string{"UNKNOWN ESTAB", "ESTAB CLOSE_WAIT", "CLOSE_WAIT CLOSED", "CLOSED ESTAB!"},
			[]string{"ESTABLISHED"}, ""},
		{"another opening is another life", []string{"CLOSED SYN_SENT", "SYN_SENT CLOSED", "CLOSED SYN_SENT"},
			[]string{"SYN_SENT CLOSED", "SYN_SENT"}, ""},
		{"going back to SYN_SENT is not", []string{"CLOSED SYN_SENT", "SYN_SENT CLOSED", "CLOSED SYN_SENT!"},
			[]string{"SYN_SENT"}, ""},
		{"it leaves a state that it was not in", []string{"CLOSED SYN_SENT", "ESTAB CLOSE_WAIT"},
			[]string{"SYN_SENT CLOSE_WAIT"}, "leaves ESTABLISHED, but it was in SYN_SENT"},
		{"it goes back to a state that it was never in", []string{"CLOSED SYN_SENT", "SYN_SENT ESTAB!"},
			[]string{""}, "goes back to ESTABLISHED"},
	} {
		r := play(t, test.steps...)
		var got []string
		for _, l := range r.Lives {
			got = append(got, l.States(flows.Client).String())
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		wrong := strings.Join(r.current[1].wrong, "; ")
		if test.wrong == "" && wrong != "" || !strings.Contains(wrong, test.wrong) {
			t.Errorf("%s: complaints %q, want %q", test.name, wrong, test.wrong)
		}
	}
}

func TestHistoryChecksToldStates(t *testing.T) {
	r := play(t, "CLOSED SYN_SENT")
	(*ear)(r).Step(&flows.Step{Flow: 1, Client: clientAddr, Server: serverAddr, States: [2]flows.State{flows.Established}})
	if wrong := r.current[1].wrong; len(wrong) != 1 || !strings.Contains(wrong[0], "told to be in ESTABLISHED") {
		t.Errorf("got %q", wrong)
	}
}

// When a late SYN-ACK shows that the roles were guessed wrong, what was said of
// the ends stays with their addresses.
func TestHistoryFollowsRoles(t *testing.T) {
	r := play(t, "UNKNOWN ESTAB")
	(*ear)(r).Step(&flows.Step{Flow: 1, Client: serverAddr, Server: clientAddr, States: [2]flows.State{1: flows.Established}})
	l := r.Lives[0]
	if l.Ends != [2]netip.AddrPort{serverAddr, clientAddr} || len(l.Claims[flows.Client]) != 0 || len(l.Claims[flows.Server]) != 1 {
		t.Errorf("got %+v", l)
	}
	if wrong := r.current[1].wrong; wrong != nil {
		t.Errorf("complaints %q", wrong)
	}
}

// What was heard before the first claim belongs to the first life, what came
// before another opening not to the next one.
func TestHistoryWords(t *testing.T) {
	r := &Replay{current: make(map[flows.FlowID]*history)}
	(*ear)(r).Step(&flows.Step{Flow: 1, Segment: &flows.Segment{Flags: flows.ACK}})
	for _, move := range [][2]flows.State{{flows.Unknown, flows.Established}, {flows.Established, flows.Closed}, {flows.Closed, flows.SynSent}} {
		(*ear)(r).Step(&flows.Step{
			Flow: 1, Segment: &flows.Segment{Flags: flows.ACK},
			Transitions: []flows.Transition{{From: move[0], To: move[1]}}, States: [2]flows.State{move[1]},
		})
	}
	if len(r.Lives) != 2 || len(r.Lives[0].Words[flows.Client]) != 3 || len(r.Lives[1].Words[flows.Client]) != 1 {
		t.Errorf("got lives %+v", r.Lives)
	}
}
