package truth

import (
	"fmt"
	"net/netip"

	"tcptrace/flows"
)

// history follows one flow step by step, from nothing but its transitions.
type history struct {
	client netip.AddrPort
	all    [2]States // since the flow began
	words  [2][]Word // since this life began
	life   *Life     // the life that goes on; nil before the first claim
	wrong  []string  // what the steps say against each other
}

// follow lets the ends change places when it turns out that the roles had been
// guessed wrong.
func (h *history) follow(client netip.AddrPort) {
	if client == h.client {
		return
	}
	h.client = client
	h.all[0], h.all[1] = h.all[1], h.all[0]
	h.words[0], h.words[1] = h.words[1], h.words[0]
	if h.life != nil {
		h.life.Claims[0], h.life.Claims[1] = h.life.Claims[1], h.life.Claims[0]
	}
}

// begins reports whether a transition begins another life: the first one of the
// flow, or another opening by an end that had left SYN_SENT. Going back to
// SYN_SENT by a correction goes on with the same one.
func (h *history) begins(t flows.Transition) bool {
	if h.life == nil {
		return true
	}
	said := h.life.Claims[t.End]
	return t.To == flows.SynSent && !t.Correction && len(said) > 0
}

// next is the life that a step begins. What was heard before the first claim
// belongs to the first life.
func (h *history) next(s *flows.Step) *Life {
	if h.life != nil {
		h.words = [2][]Word{}
	}
	return &Life{Flow: s.Flow, First: s.Time}
}

// hear takes note of the segment of a step, and of who is who by now.
func (h *history) hear(s *flows.Step) {
	if g := s.Segment; g != nil {
		h.words[s.From] = append(h.words[s.From], Word{g.Time, g.Flags, g.Ack, g.End()})
	}
	if h.life != nil {
		h.life.Ends = [2]netip.AddrPort{s.Client, s.Server}
		h.life.Guessed = s.GuessedClient
		h.life.Words = h.words
	}
}

// move adds what a transition claims, or takes back what it withdraws.
func (h *history) move(t flows.Transition, s *flows.Step) {
	if before := h.state(t.End); t.From != before && !(before == flows.Unknown && idle(t.From)) {
		h.complain(s, "%v leaves %v, but it was in %v", t.End, t.From, before)
	}
	claims := &h.life.Claims[t.End]
	if t.Correction {
		h.all[t.End] = h.all[t.End][:since(h.all[t.End], t.To)]
		for len(*claims) > 0 && (*claims)[len(*claims)-1].State != t.To {
			*claims = (*claims)[:len(*claims)-1]
		}
		if h.state(t.End) != t.To {
			h.complain(s, "%v goes back to %v, in which it never was", t.End, t.To)
		}
		return
	}
	h.all[t.End] = append(h.all[t.End], t.To)
	c := Claim{State: t.To, Basis: t.Basis, Time: s.Time}
	if s.Segment != nil {
		c.Packet = s.Segment.Packet
	}
	*claims = append(*claims, c)
}

// since is how many states of a list remain when everything after the last
// time in a state is taken back; none if the end never was in it.
func since(list States, state flows.State) int {
	n := len(list)
	for n > 0 && list[n-1] != state {
		n--
	}
	return n
}

// state is the one in which an end is after what was said so far.
func (h *history) state(end flows.Side) flows.State {
	if n := len(h.all[end]); n > 0 {
		return h.all[end][n-1]
	}
	return flows.Unknown
}

// check compares the states that a step tells with those that the transitions
// lead to.
func (h *history) check(s *flows.Step) {
	for side := range flows.Side(2) {
		if got := h.state(side); s.States[side] != got {
			h.complain(s, "%v is told to be in %v, but its transitions lead to %v", side, s.States[side], got)
		}
	}
}

func (h *history) complain(s *flows.Step, format string, args ...any) {
	packet := uint64(0)
	if s.Segment != nil {
		packet = s.Segment.Packet
	}
	h.wrong = append(h.wrong, fmt.Sprintf("flow %d, packet %d: ", s.Flow, packet)+fmt.Sprintf(format, args...))
}
