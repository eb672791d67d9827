package flows

import "strings"

// Move is one cell of the transition table, for printing. It is written as if
// the end closes first unless it is in a state that says otherwise: its own
// FIN is N in CLOSE_WAIT and LAST_ACK, and M in all other states.
type Move struct {
	From, To   State // To is Unknown where the move leads back to the state before From
	Event      string
	Way        Way
	Segment    string // in terms of J, K, M and N: "SYN(K) ACK(J+1)", "FIN(M)"; a time where Way is Waits
	Correction bool   // the move takes back a claim
	Source     string // the section of the RFC, or the file and function of Linux, that it follows
	Why        string
}

// Way is how an end and what moves it come together.
type Way uint8

// The ways.
const (
	Sends Way = iota // it sends Segment
	Gets             // Segment reaches it, as later segments prove
	Sees             // Segment belongs to another connection on the same addresses
	Waits            // time alone moves it
)

func (w Way) String() string {
	return [...]string{"sends", "gets", "sees", "waits"}[min(w, Waits)]
}

// moved is how an event is printed: a name that stays, and the segment that it
// stands for. In that, {i} is the end's own ISN, {j} its peer's, {f} its own
// FIN and {g} its peer's.
type moved struct {
	name    string
	way     Way
	segment string
}

var movedBy = [numEvents]moved{
	sentSYN:        {"sent-syn", Sends, "SYN(J)"},
	sentSYNACK:     {"sent-syn-ack", Sends, "SYN({i}) ACK({j}+1)"},
	sentAckOfSYN:   {"sent-ack-of-syn", Sends, "ACK(K+1)"},
	gotAckOfSYN:    {"got-ack-of-syn", Gets, "ACK({i}+1)"},
	sentProof:      {"sent-proof", Sends, "DATA"},
	sentFIN:        {"sent-fin", Sends, "FIN({f})"},
	sentAckOfFIN:   {"sent-ack-of-fin", Sends, "ACK({g}+1)"},
	gotFIN:         {"got-fin", Gets, "FIN({g})"},
	gotAckOfFIN:    {"got-ack-of-fin", Gets, "ACK({f}+1)"},
	sentRST:        {"sent-rst", Sends, "RST"},
	gotRST:         {"got-rst", Gets, "RST"},
	timeWaitOver:   {"time-wait-over", Waits, "60 s"},
	requestExpired: {"request-expired", Sends, "SYN(another K) ACK(J+1)"},
	replaced:       {"replaced", Sees, "SYN of the next connection"},
	repeatedSYN:    {"repeated-syn", Sends, "SYN(J) again"},
	repeatedSYNACK: {"repeated-syn-ack", Sends, "SYN({i}) ACK({j}+1) again"},
	repeatedFIN:    {"repeated-fin", Sends, "FIN({f}) again"},
	misread:        {"misread", Sends, "ACK(N+1)"}, // its own FIN, the first, did not come by
	denied:         {"denied", Sends, "RST for the ACK"},
	resumed:        {"resumed", Sends, "segments as before"},
}

// spelling is the letters that an end in a state has for the ISNs and FINs: its
// own ISN, its peer's, its own FIN, its peer's. Where no FIN was sent yet the
// next is the first, whoever sends it.
func spelling(s State) *strings.Replacer {
	i, j, f, g := "K", "J", "M", "M"
	switch s {
	case SynSent:
		i, j = "J", "K"
	case FinWait1, FinWait2, Closing, TimeWait:
		g = "N"
	case CloseWait, LastAck, Closed:
		f = "N"
	}
	return strings.NewReplacer("{i}", i, "{j}", j, "{f}", f, "{g}", g)
}

// Moves lists the transition table: by the state that is left, then in the
// order of the events.
func Moves() []Move {
	var list []Move
	for from := range numStates {
		names := spelling(from)
		for e := range numEvents {
			c := &transitions[from][e]
			if c.empty() {
				continue
			}
			by := &movedBy[e]
			list = append(list, Move{
				From: from, To: c.to, Event: by.name, Way: by.way, Segment: names.Replace(by.segment),
				Correction: c.correction, Source: c.source, Why: c.why,
			})
		}
	}
	return list
}

// States lists the states of RFC 9293 in the order of a connection's life.
func States() []State {
	return []State{
		Closed, Listen, SynSent, SynReceived, Established,
		FinWait1, FinWait2, CloseWait, Closing, LastAck, TimeWait,
	}
}
