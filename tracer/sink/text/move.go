package text

import (
	"time"

	"tcptrace/flows"
	"tcptrace/tracer/sink/palette"
)

// arrow stands between the state that was left and the one that was entered.
const (
	arrow      = " → "
	arrowWidth = 3
)

// numStates is how many states there are names for; a mask keeps to it.
const (
	numStates = 16
	stateMask = numStates - 1
)

// words are the two halves of a move, in colour: made once, since there are few
// and a trace is full of them.
type words struct {
	left    [2][2][numStates]half // by end, whether the roles are a guess, and state: "server SYN_RECEIVED → "
	entered [2][numStates]half    // by whether a RST did it, and state: "ESTABLISHED"
	blanks  [64]byte
}

// pad appends so many blanks.
func (w *words) pad(b []byte, n int) []byte {
	at := len(b)
	if uint(n) <= uint(len(w.blanks)) && cap(b)-at >= len(w.blanks) {
		*(*[len(w.blanks)]byte)(b[at : at+len(w.blanks)]) = w.blanks
		return b[:at+n]
	}
	for ; n > 0; n-- {
		b = append(b, ' ')
	}
	return b
}

// half is text that takes so many columns.
type half struct {
	text    string
	columns int
}

func newWords(k *palette.Ink) *words {
	w := new(words)
	copy(w.blanks[:], many)
	var b []byte
	for i := range numStates {
		state := flows.State(i)
		name, hue := state.String(), palette.OfState(state)
		for end := flows.Client; end <= flows.Server; end++ {
			for guessed, mark := range [2]string{" ", "? "} {
				b = append(append(b[:0], end.String()...), mark...)
				n := len(b) + len(name) + arrowWidth
				b = append(k.Paint(b, hue, name), arrow...)
				w.left[end][guessed][i] = half{string(b), n}
			}
		}
		w.entered[0][i] = half{string(k.Paint(nil, hue, name)), len(name)}
		w.entered[1][i] = half{string(k.Paint(nil, alarm, name)), len(name)}
	}
	return w
}

// halves are the two of a move.
func (s *Sink) halves(st *flows.Step, t *flows.Transition) (left, entered *half) {
	guessed, byReset := 0, 0
	if st.GuessedClient {
		guessed = 1
	}
	if reset(st) {
		byReset = 1
	}
	return &s.words.left[t.End&1][guessed][t.From&stateMask], &s.words.entered[byReset][t.To&stateMask]
}

// move writes one transition: "server SYN_RECEIVED → ESTABLISHED".
func (s *Sink) move(st *flows.Step, t *flows.Transition) {
	left, entered := s.halves(st, t)
	l := &s.line
	l.begin()
	l.buf = append(append(l.buf, left.text...), entered.text...)
	l.done(left.columns + entered.columns)
}

// reasons writes what a transition needs said: that it takes a claim back,
// what it stands on, how long the state before it lasted.
func (s *Sink) reasons(st *flows.Step, t *flows.Transition) {
	if t.Correction {
		s.line.phrase(correction(t))
		return
	}
	if b := basis(st, t); b != "" {
		s.line.phrase(b)
	}
	if notable(st, t) {
		l := &s.line
		l.begin()
		l.buf = append(l.buf, "after "...)
		l.buf = appendDuration(l.buf, t.After)
		l.doneRunes()
	}
}

// correction says why a claim does not hold.
func correction(t *flows.Transition) string {
	switch t.To {
	case flows.SynReceived:
		return "correction: it did not take the handshake's ACK"
	case flows.FinWait1, flows.Closing, flows.LastAck:
		return "correction: it did not get the ACK of its FIN"
	}
	if t.From == flows.Closed {
		return "correction: it did not take the RST"
	}
	return "correction"
}

// basis names what a claim stands on where that is not what the line shows: a
// segment that was sent, or that the end is taken to have received.
func basis(st *flows.Step, t *flows.Transition) string {
	switch {
	case t.Basis == flows.Implied:
		return "(implied)"
	case t.Basis == flows.Kernel && !st.Label.Kernel:
		return "(kernel)"
	case t.Basis == flows.Timer && !st.Label.Timer:
		return "(timer)"
	}
	return ""
}

// notable reports whether the time that an end spent in a state is worth a
// word. The time for which a connection was simply open is not.
func notable(st *flows.Step, t *flows.Transition) bool {
	if t.After <= 0 {
		return false
	}
	switch t.From.Class() {
	case flows.ClassOpening, flows.ClassClosing, flows.ClassWaiting:
		return st.Label.Timer || t.After >= time.Second
	}
	return false
}
