package lab

import (
	"slices"
	"time"

	"tcptrace/flows"
)

// showing tells which moves of an end leave a trace in a capture: a packet that
// the end sends in consequence or, where RFC 9293 gives it nothing to send, the
// packet that made the move.
type showing struct {
	view     *wire
	sent     []sighting // by the end, as it passed the end itself
	received []sighting // from its peer, likewise
	passed   []sighting // by the end and its peer, as they passed the view
	arrived  map[uint64]bool
	c        *connection
	side     flows.Side
}

// causes are how long before a move the packet may have come that made it.
const causes = 3 * time.Millisecond

// showing is that of one end of a connection.
func (a *account) showing(c *connection, side flows.Side, next flows.Time) *showing {
	s := &showing{view: a.wire, c: c, side: side, arrived: a.w.wires[side].prints}
	from := c.start.Add(-2 * time.Millisecond)
	local, remote := c.at[side], c.at[side.Peer()]
	for _, p := range during(a.w.near(local, remote), from, next-1) {
		if p.Src == local {
			s.sent = append(s.sent, p)
		}
		if p.Dst == local {
			s.received = append(s.received, p)
		}
	}
	s.passed = during(a.wire.between(local, remote), max(from, a.view.late), next-1)
	return s
}

// here reports whether one of the packets that fit came by the view.
func (s *showing) here(list []sighting, fits func(*sighting) bool) bool {
	return slices.ContainsFunc(list, func(p sighting) bool { return s.view.prints[p.print] && fits(&p) })
}

// shows reports whether a move shows.
func (s *showing) shows(m move) bool {
	since := m.at.Add(-time.Millisecond)
	switch m.to {
	case flows.SynSent:
		return s.here(s.sent, func(p *sighting) bool { return p.Flags&(flows.SYN|flows.ACK) == flows.SYN })
	case flows.SynReceived:
		return s.here(s.sent, func(p *sighting) bool { return p.isSYNACK(p.Src) })
	case flows.FinWait1, flows.LastAck:
		// close() makes the move; the FIN may come much later, or never.
		return s.here(s.sent, func(p *sighting) bool { return p.Time >= since && p.Flags.Has(flows.FIN) })
	case flows.CloseWait, flows.Closing, flows.TimeWait:
		if m.from == flows.Closing {
			return s.made(m)
		}
		return s.here(s.sent, func(p *sighting) bool { return p.Time >= since && s.coversFIN(p, s.received) })
	case flows.FinWait2:
		return s.made(m)
	case flows.Established:
		answer := func(p *sighting) bool {
			return p.Time >= since && p.Flags.Has(flows.ACK) && !p.Flags.Any(flows.SYN|flows.RST)
		}
		return s.here(s.sent, answer) || m.from == flows.SynReceived && s.made(m)
	}
	return s.made(m) || s.here(s.sent, func(p *sighting) bool {
		return p.Flags.Has(flows.RST) && p.Time >= since && p.Time <= m.at.Add(causes)
	})
}

// made reports whether the packet that made the move came by.
func (s *showing) made(m move) bool {
	return s.here(s.received, func(p *sighting) bool {
		if m.from == flows.FinWait1 || m.to == flows.TimeWait || m.from == flows.LastAck {
			if p.Time <= m.at.Add(causes) && s.coversFIN(p, s.sent) {
				return true // or one that said the same before it
			}
		}
		return p.Time >= m.at.Add(-causes) && p.Time <= m.at.Add(clockSkew) && s.makes(p, m)
	})
}

// makes reports whether a packet can have made the move.
func (s *showing) makes(p *sighting, m move) bool {
	switch m.to {
	case flows.Closed:
		return p.Flags.Any(flows.RST|flows.SYN) || m.from == flows.LastAck && s.coversFIN(p, s.sent)
	case flows.FinWait2, flows.TimeWait:
		return s.coversFIN(p, s.sent)
	}
	return p.Flags.Has(flows.ACK) && !p.Flags.Any(flows.SYN|flows.RST)
}

// coversFIN reports whether a packet acknowledges the FIN that is among others.
func (s *showing) coversFIN(p *sighting, others []sighting) bool {
	if !p.Flags.Has(flows.ACK) || p.Flags.Has(flows.SYN) {
		return false
	}
	return slices.ContainsFunc(others, func(o sighting) bool {
		return o.Flags.Has(flows.FIN) && p.Ack.AtOrAfter(o.End())
	})
}

// supposed are the states that the end would have entered had the packets that
// passed the view, and were lost behind it, arrived: if nothing of the end came
// by afterwards, nobody here can tell.
func (s *showing) supposed(states []flows.State) (more []flows.State) {
	if len(states) == 0 {
		return nil
	}
	state := states[len(states)-1]
	local := s.c.at[s.side]
	last := flows.Time(0)
	for _, p := range s.passed {
		if p.Src == local {
			last = p.Time
		}
	}
	for i := range s.passed {
		p := &s.passed[i]
		if p.Src == local || p.Time < last || s.arrived[p.print] {
			continue
		}
		if next := s.suppose(state, p); next != state {
			more = append(more, next)
			state = next
		}
	}
	return more
}

// suppose is the state behind a packet that needs no answer.
func (s *showing) suppose(state flows.State, p *sighting) flows.State {
	switch {
	case state == flows.Closed:
	case p.Flags.Has(flows.RST):
		return flows.Closed
	case state == flows.SynReceived && p.Flags.Has(flows.ACK) && !p.Flags.Has(flows.SYN):
		return flows.Established
	case !s.coversFIN(p, s.sent):
	case state == flows.FinWait1:
		return flows.FinWait2
	case state == flows.Closing:
		return flows.TimeWait
	case state == flows.LastAck:
		return flows.Closed
	}
	return state
}
