package flows

import "strings"

// State is a state of RFC 9293 §3.3.2, or Unknown.
type State uint8

// The states. Unknown is what an end is in until something proves otherwise.
const (
	Unknown State = iota
	Closed
	Listen
	SynSent
	SynReceived
	Established
	FinWait1
	FinWait2
	CloseWait
	Closing
	LastAck
	TimeWait
	numStates
)

var stateNames = [numStates]string{
	"UNKNOWN", "CLOSED", "LISTEN", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED",
	"FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT",
}

func (s State) String() string {
	if s < numStates {
		return stateNames[s]
	}
	return "INVALID"
}

// spellings maps a name without case and punctuation to its state, where it
// is not the RFC's own: what the kernel, ss, netstat and widely read articles
// say.
var spellings = map[string]State{
	"CLOSE": Closed, "LISTENING": Listen, "SYNSEND": SynSent,
	"SYNRECV": SynReceived, "SYNRCVD": SynReceived, "NEWSYNRECV": SynReceived,
	"ESTAB": Established, "LASKACK": LastAck,
}

// ParseState reads a state in any spelling that people use: CLOSE_WAIT,
// close-wait, CloseWait, SYN_RECV, FIN-WAIT-1, FIN_WAIT1, ESTAB.
func ParseState(name string) (State, bool) {
	plain := strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.TrimPrefix(strings.ToUpper(name), "TCP_"))
	for s := range numStates {
		if strings.ReplaceAll(stateNames[s], "_", "") == plain {
			return s, true
		}
	}
	s, ok := spellings[plain]
	return s, ok
}

// Class groups states by what a person thinks of them; colours follow it.
type Class uint8

// The classes.
const (
	ClassUnknown Class = iota
	ClassOpening       // SYN_SENT, SYN_RECEIVED
	ClassOpen          // ESTABLISHED
	ClassClosing       // FIN_WAIT_1, CLOSING, LAST_ACK: a FIN waits for its ACK
	ClassWaiting       // FIN_WAIT_2, CLOSE_WAIT, TIME_WAIT: something else must happen
	ClassClosed        // CLOSED, LISTEN
)

var stateClasses = [numStates]Class{
	Closed: ClassClosed, Listen: ClassClosed, SynSent: ClassOpening, SynReceived: ClassOpening,
	Established: ClassOpen, FinWait1: ClassClosing, Closing: ClassClosing, LastAck: ClassClosing,
	FinWait2: ClassWaiting, CloseWait: ClassWaiting, TimeWait: ClassWaiting,
}

// Class is the class of s.
func (s State) Class() Class {
	if s < numStates {
		return stateClasses[s]
	}
	return ClassUnknown
}

// StateSet is a set of states.
type StateSet uint16

// With is the set with s in it too.
func (set StateSet) With(s State) StateSet { return set | 1<<s }

// Has reports whether s is in the set.
func (set StateSet) Has(s State) bool { return set>>s&1 == 1 }
