package lab

import (
	"slices"

	"tcptrace/flows"
)

// Two FINs that cross pass a capture in another order than they reach the ends,
// and a copy of one may be lost before it. Then the capture shows a history that
// is as consistent as the true one, and nobody there can tell which is true.

// firstPassed is when the first packet that fits passed the view; never, if none
// did.
func (s *showing) firstPassed(fits func(*sighting) bool) flows.Time {
	for i := range s.passed {
		if fits(&s.passed[i]) {
			return s.passed[i].Time
		}
	}
	return never
}

const never = flows.Time(1<<63 - 1)

// crossings are the histories that the capture shows in place of the true one,
// when an end closed at about the same time as its peer.
func (s *showing) crossings(states []flows.State) (others [][]flows.State) {
	at := slices.Index(states, flows.FinWait1)
	if at < 0 || at+1 == len(states) {
		return nil
	}
	local, remote := s.c.at[s.side], s.c.at[s.side.Peer()]
	fin := s.firstPassed(func(p *sighting) bool { return p.Src == local && p.Flags.Has(flows.FIN) })
	acked := s.firstPassed(func(p *sighting) bool { return p.Src == remote && s.coversFIN(p, s.sent) })
	acks := s.firstPassed(func(p *sighting) bool { return p.Src == local && s.coversFIN(p, s.received) })
	switch next := states[at+1]; {
	case next == flows.Closing && acks < fin:
		// The first copy of its FIN was lost before: it seems to close second.
		others = append(others, replace(states, at, map[flows.State]flows.State{
			flows.FinWait1: flows.CloseWait, flows.Closing: flows.LastAck, flows.TimeWait: flows.Closed,
		}))
	case next == flows.Closing && acked < acks:
		other := replace(states, at, map[flows.State]flows.State{flows.Closing: flows.FinWait2})
		others = append(others, other)
		if acks == never {
			others = append(others, other[:at+2]) // nothing shows that it got the peer's FIN
		}
	case next == flows.FinWait2 && acks < acked:
		others = append(others, replace(states, at, map[flows.State]flows.State{flows.FinWait2: flows.Closing}))
	}
	return others
}

// replace is a list with other states from a place on.
func replace(states []flows.State, from int, by map[flows.State]flows.State) []flows.State {
	list := slices.Clone(states)
	for i := from; i < len(list); i++ {
		if to, ok := by[list[i]]; ok {
			list[i] = to
		}
	}
	return list
}
