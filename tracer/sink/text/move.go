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

// move writes one transition: "server SYN_RECEIVED → ESTABLISHED".
func (s *Sink) move(st *flows.Step, t *flows.Transition) {
	l := &s.line
	end, from, to := t.End.String(), t.From.String(), t.To.String()
	mark := " "
	if st.GuessedClient {
		mark = "? "
	}
	left, entered := palette.OfState(t.From), palette.OfState(t.To)
	if reset(st) {
		entered = alarm
	}
	n := len(end) + len(mark) + len(from) + arrowWidth + len(to)
	l.place(n)
	b := append(append(l.buf, end...), mark...)
	b = l.ink.Paint(b, left, from)
	b = append(b, arrow...)
	l.buf = l.ink.Paint(b, entered, to)
	l.col += n
	l.fresh = false
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
		l.word = append(l.word, "after "...)
		l.word = appendDuration(l.word, t.After)
		l.field(none)
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
