package jsonl

import "tcptrace/flows"

// How many states and bases there are words for: masks keep to it.
const (
	numStates = 16
	numBases  = 8
)

// words are those parts of a line that consist of our own words and keys. They
// are put together once, since there are few and a trace is full of them.
type words struct {
	left  [2][numStates]string        // by end and state: `,"end":"server","from":"LISTEN","to":"`
	right [numStates][numBases]string // by state and basis: `SYN_RECEIVED","basis":"sent"`
	state [numStates]string           // `"LISTEN",`
	ends  [2]endKeys
}

// endKeys are the keys of what a flow has twice, `,"client_state":`.
type endKeys struct {
	state, since, history, cut                        string
	packets, bytes, retransmissions, syns, fins, rsts string
}

func newWords() *words {
	w := new(words)
	for i := range numStates {
		name := flows.State(i).String()
		w.state[i] = `"` + name + `",`
		for end := range w.left {
			w.left[end][i] = `,"end":"` + flows.Side(end).String() + `","from":"` + name + `","to":"`
		}
		for basis := range w.right[i] {
			w.right[i][basis] = name + `","basis":"` + flows.Basis(basis).String() + `"`
		}
	}
	for end := range w.ends {
		key := func(name string) string { return `,"` + flows.Side(end).String() + `_` + name + `":` }
		w.ends[end] = endKeys{
			state: key("state"), since: key("since"), history: key("history"), cut: key("history_cut"),
			packets: key("packets"), bytes: key("bytes"), retransmissions: key("retransmissions"),
			syns: key("syns"), fins: key("fins"), rsts: key("rsts"),
		}
	}
	return w
}

// appendStates appends a list of states.
func (w *words) appendStates(b []byte, key string, states []flows.State) []byte {
	b = append(append(b, key...), '[')
	for _, s := range states {
		b = append(b, w.state[s%numStates]...)
	}
	if len(states) > 0 {
		b = b[:len(b)-1]
	}
	return append(b, ']')
}
