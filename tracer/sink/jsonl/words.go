package jsonl

import (
	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/sink/digits"
)

// How many states and bases there are words for: masks keep to it.
const (
	numStates   = 16
	numBases    = 8
	numOutcomes = 16
	numGrades   = 4 // severities, and confidences
	numParties  = 8
)

// words are those parts of a line that consist of our own words and keys. They
// are put together once, since there are few and a trace is full of them.
type words struct {
	transition digits.Piece                      // how the line of one begins, up to its time
	left       [2][numStates]digits.Piece        // by end and state: `,"end":"server","from":"LISTEN","to":"`
	right      [numStates][numBases]digits.Piece // by state and basis: `SYN_RECEIVED","basis":"sent","cause":"`

	flow    digits.Piece              // how the line of one begins, up to its number
	outcome [numOutcomes]digits.Piece // `,"outcome":"closed"`
	history [numStates][16]byte       // `"LISTEN",`
	lengths [numStates]int            // of those
	ends    [2]endKeys
	plain   digits.Piece // how the line of a flow ends that has nothing peculiar

	finding    digits.Piece                       // how the line of one begins, up to its time
	grades     [numGrades][numGrades]digits.Piece // by severity and confidence: `,"severity":"info","confidence":"certain"`
	fault      [numParties]digits.Piece           // `,"end":"client"`, nothing for nobody
	conditions [1 << 8]condition                  // by ID, as they are found
}

// condition is what is the same in all findings of one.
type condition struct {
	id     string // behind the quote of the time: `","id":"syn-no-answer"`
	advice string // `,"advice":"..."`
}

// endKeys are the keys of what a flow has twice, `,"client_state":`.
type endKeys struct {
	state                                 [numStates]digits.Piece // with the state
	since, history, cut                   digits.Piece
	packets, bytes, retransmissions, syns digits.Piece
	fins, rsts                            digits.Piece
}

func newWords() *words {
	w := new(words)
	w.transition = digits.NewPiece(`{"v":1,"event":"transition","time":"`)
	w.flow = digits.NewPiece(`{"v":1,"event":"flow","flow":`)
	w.plain = digits.NewPiece(`,"guessed_client":false,"gaps":false,"evicted":false}` + "\n")
	for i := range numStates {
		name := flows.State(i).String()
		w.lengths[i] = copy(w.history[i][:], `"`+name+`",`)
		for end := range w.left {
			w.left[end][i] = digits.NewPiece(`,"end":"` + flows.Side(end).String() + `","from":"` + name + `","to":"`)
		}
		for basis := range w.right[i] {
			w.right[i][basis] = digits.NewPiece(name + `","basis":"` + flows.Basis(basis).String() + `","cause":"`)
		}
		w.outcome[i] = digits.NewPiece(`,"outcome":"` + flows.Outcome(i).String() + `"`)
	}
	for end := range w.ends {
		w.ends[end] = newEndKeys(flows.Side(end))
	}
	w.findings()
	return w
}

// findings puts together what stands in the lines of findings.
func (w *words) findings() {
	w.finding = digits.NewPiece(`{"v":1,"event":"finding","time":"`)
	for i := range w.grades {
		for j := range w.grades[i] {
			w.grades[i][j] = digits.NewPiece(`,"severity":"` + diagnose.Severity(i).String() + `","confidence":"` + diagnose.Confidence(j).String() + `"`)
		}
	}
	for i := range w.fault {
		if at := diagnose.Party(i); at != diagnose.Nobody {
			w.fault[i] = digits.NewPiece(`,"end":"` + at.String() + `"`)
		}
	}
}

// condition is what stands in all findings of one condition.
func (w *words) condition(id diagnose.ID) *condition {
	c := &w.conditions[id]
	if c.id == "" {
		c.id = `","id":"` + id.String() + `"`
		c.advice = string(appendString([]byte(`,"advice":`), id.Rule().Advice))
	}
	return c
}

func newEndKeys(side flows.Side) (k endKeys) {
	key := func(name string) digits.Piece { return digits.NewPiece(`,"` + side.String() + `_` + name + `":`) }
	for i := range k.state {
		k.state[i] = digits.NewPiece(`,"` + side.String() + `_state":"` + flows.State(i).String() + `"`)
	}
	k.since, k.history, k.cut = key("since"), key("history"), key("history_cut")
	k.packets, k.bytes, k.retransmissions = key("packets"), key("bytes"), key("retransmissions")
	k.syns, k.fins, k.rsts = key("syns"), key("fins"), key("rsts")
	return k
}

// appendStates appends a list of states.
func (w *words) appendStates(b []byte, states []flows.State) []byte {
	b = append(b, '[')
	for _, s := range states {
		b = append(b, w.history[s%numStates][:]...)
		b = b[:len(b)-len(w.history[0])+w.lengths[s%numStates]]
	}
	if len(states) > 0 {
		b = b[:len(b)-1]
	}
	return append(b, ']')
}
