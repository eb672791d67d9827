package flows

import (
	"regexp"
	"testing"
)

var eventNames = [numEvents]string{
	sentSYN: "sentSYN", sentSYNACK: "sentSYNACK", sentAckOfSYN: "sentAckOfSYN", gotAckOfSYN: "gotAckOfSYN",
	sentProof: "sentProof", sentFIN: "sentFIN", sentAckOfFIN: "sentAckOfFIN", gotFIN: "gotFIN",
	gotAckOfFIN: "gotAckOfFIN", sentRST: "sentRST", gotRST: "gotRST", timeWaitOver: "timeWaitOver",
	requestExpired: "requestExpired", replaced: "replaced", repeatedSYN: "repeatedSYN",
	repeatedSYNACK: "repeatedSYNACK", repeatedFIN: "repeatedFIN", denied: "denied", resumed: "resumed",
}

// eachCell calls f with every move of the table.
func eachCell(t *testing.T, f func(t *testing.T, from State, e event, c *cell)) {
	for from := range numStates {
		for e := range numEvents {
			c := &transitions[from][e]
			if *c == (cell{}) {
				continue
			}
			t.Run(from.String()+"/"+eventNames[e], func(t *testing.T) { f(t, from, e, c) })
		}
	}
}

var citation = regexp.MustCompile(`^(RFC [0-9]{3,4} §[0-9]|(net/ipv4|include/net)/[a-z_0-9]+\.[ch], [A-Za-z_]+)`)

// TestEveryCellSaysWhy: a move cites what it obeys, gives a reason, and leads
// to another state that exists.
func TestEveryCellSaysWhy(t *testing.T) {
	eachCell(t, func(t *testing.T, from State, e event, c *cell) {
		if !citation.MatchString(c.source) {
			t.Errorf("it cites %q, want an RFC with a section, or a file and a function of Linux", c.source)
		}
		if c.why == "" {
			t.Error("it gives no reason")
		}
		if c.to >= numStates {
			t.Errorf("it leads to state %d, which does not exist", c.to)
		}
		if c.to == from {
			t.Error("it leads to where it begins")
		}
		if c.to == Unknown && e != resumed {
			t.Error("it leads into UNKNOWN: what was known stays known")
		}
	})
}

// reachable are the states that an end in a state can get into without taking
// anything back.
func reachable(from State, seen *[numStates]bool) {
	for e := range numEvents {
		if c := &transitions[from][e]; !c.empty() && !c.correction && !seen[c.to] {
			seen[c.to] = true
			reachable(c.to, seen)
		}
	}
}

func TestEveryStateIsReachable(t *testing.T) {
	var seen [numStates]bool
	reachable(Unknown, &seen)
	for s := range numStates {
		switch s {
		case Unknown, Listen: // never entered: UNKNOWN is the beginning, LISTEN leaves no trace
			if seen[s] {
				t.Errorf("%v can be entered", s)
			}
		default:
			if !seen[s] {
				t.Errorf("%v cannot be reached", s)
			}
		}
	}
}

// TestCorrectionsLeadBack: what is taken back was a way from the state that
// holds after all.
func TestCorrectionsLeadBack(t *testing.T) {
	eachCell(t, func(t *testing.T, from State, e event, c *cell) {
		if (e == resumed) != (c.to == Unknown) {
			t.Errorf("resumed, and only that, leads back to the state before; this leads to %v", c.to)
		}
		if !c.correction || e == resumed {
			return
		}
		var seen [numStates]bool
		if reachable(c.to, &seen); !seen[from] {
			t.Errorf("there is no way from %v to %v that could be taken back", c.to, from)
		}
	})
}

func TestEveryEventMovesSomething(t *testing.T) {
	for e := range numEvents {
		moves := 0
		for from := range numStates {
			if !transitions[from][e].empty() {
				moves++
			}
		}
		if moves == 0 {
			t.Errorf("%s moves nothing in any state", eventNames[e])
		}
	}
}

// TestFigure5 demands the edges of RFC 9293 figure 5 that a segment shows. Not
// among them: passive OPEN, CLOSE in LISTEN and in SYN-SENT.
func TestFigure5(t *testing.T) {
	edges := []struct {
		from  State
		event event
		to    State
		note  string
	}{
		{Closed, sentSYN, SynSent, "active OPEN"},
		{Unknown, sentSYN, SynSent, "active OPEN, from a state that was not seen"},
		{Listen, sentSYN, SynSent, "SEND"},
		{Listen, sentSYNACK, SynReceived, "rcv SYN, snd SYN,ACK"},
		{Unknown, sentSYNACK, SynReceived, "rcv SYN, snd SYN,ACK, from a state that was not seen"},
		{SynSent, sentSYNACK, SynReceived, "rcv SYN, snd SYN,ACK"},
		{SynSent, sentAckOfSYN, Established, "rcv SYN,ACK, snd ACK"},
		{SynReceived, gotAckOfSYN, Established, "rcv ACK of SYN"},
		{SynReceived, sentFIN, FinWait1, "CLOSE, snd FIN"},
		{SynReceived, gotRST, Closed, "rcv RST (note 1; reported as CLOSED)"},
		{Established, sentFIN, FinWait1, "CLOSE, snd FIN"},
		{Established, sentAckOfFIN, CloseWait, "rcv FIN, snd ACK"},
		{FinWait1, gotAckOfFIN, FinWait2, "rcv ACK of FIN"},
		{FinWait1, sentAckOfFIN, Closing, "rcv FIN, snd ACK"},
		{FinWait2, sentAckOfFIN, TimeWait, "rcv FIN, snd ACK"},
		{CloseWait, sentFIN, LastAck, "CLOSE, snd FIN"},
		{Closing, gotAckOfFIN, TimeWait, "rcv ACK of FIN"},
		{LastAck, gotAckOfFIN, Closed, "rcv ACK of FIN"},
		{TimeWait, timeWaitOver, Closed, "Timeout=2MSL"},
	}
	for _, edge := range edges {
		c := &transitions[edge.from][edge.event]
		if c.empty() || c.to != edge.to || c.correction {
			t.Errorf("%v and %s (%s) leads to %v, want %v", edge.from, eventNames[edge.event], edge.note, c.to, edge.to)
		}
	}
}

// TestRSTEndsEveryState: RFC 9293 §3.10.7.3 and §3.10.7.4 (second, RST), and
// §3.10.5 (ABORT) for the one who sends it.
func TestRSTEndsEveryState(t *testing.T) {
	for s := SynSent; s < numStates; s++ {
		for _, e := range []event{sentRST, gotRST} {
			if c := &transitions[s][e]; c.empty() || c.to != Closed || c.correction {
				t.Errorf("%s does not end %v", eventNames[e], s)
			}
		}
	}
}

// TestFirstEvidence: what an unknown end is first seen to do tells a state,
// and where that is the beginning of a connection also the state before.
func TestFirstEvidence(t *testing.T) {
	for e := range numEvents {
		from := origin(e)
		want := Unknown
		switch e {
		case sentSYN:
			want = Closed
		case sentSYNACK:
			want = Listen
		}
		if from != want {
			t.Errorf("%s comes out of %v, want %v", eventNames[e], from, want)
		}
	}
}
