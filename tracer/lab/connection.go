package lab

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"tcptrace/flows"
)

// connection is what the kernel knows of one connection: the lives of its two
// ends. A server may have more than one under the same SYN: its request expires
// and the next copy of the SYN makes another.
type connection struct {
	start   flows.Time
	at      [2]netip.AddrPort
	lives   [2][]*life
	crossed bool // both ends opened
}

// addressPair are the addresses of the connection, whichever way round.
func (c *connection) addressPair() pair { return pairOf(c.at[0], c.at[1]) }

// moves are those of all lives of an end, in order.
func (c *connection) moves(side flows.Side) (all []move) {
	for _, l := range c.lives[side] {
		all = append(all, l.moves...)
	}
	return all
}

// connections puts the lives of two ends together, in the order in which they
// began. An end that answers belongs to the latest opener before it; two openers
// whose SYNs cross are one connection.
func connections(lives []*life) []*connection {
	groups := make(map[pair][]*life)
	var order []pair
	for _, l := range lives {
		p := pairOf(l.local, l.remote)
		if groups[p] == nil {
			order = append(order, p)
		}
		groups[p] = append(groups[p], l)
	}
	var all []*connection
	for _, p := range order {
		all = append(all, pairUp(groups[p])...)
	}
	slices.SortStableFunc(all, func(a, b *connection) int { return cmp.Compare(a.start, b.start) })
	return all
}

// pairUp makes connections of the lives between two addresses, which are in the
// order of their beginning.
func pairUp(lives []*life) (all []*connection) {
	for _, l := range lives {
		if !l.active {
			continue
		}
		if i := slices.IndexFunc(all, func(c *connection) bool { return c.crosses(l) }); i >= 0 {
			all[i].lives[flows.Server] = append(all[i].lives[flows.Server], l)
			all[i].crossed = true
			continue
		}
		c := &connection{start: l.start(), at: [2]netip.AddrPort{l.local, l.remote}}
		c.lives[flows.Client] = []*life{l}
		if l.local == l.remote {
			c.lives[flows.Server] = []*life{l} // a socket connected to itself is both ends
		}
		all = append(all, c)
	}
	for _, l := range lives {
		if l.active {
			continue
		}
		if c := openerOf(all, l); c != nil {
			c.lives[flows.Server] = append(c.lives[flows.Server], l)
			continue
		}
		// Nobody opened it: a forged SYN.
		c := &connection{start: l.start(), at: [2]netip.AddrPort{l.remote, l.local}}
		c.lives[flows.Server] = []*life{l}
		all = append(all, c)
	}
	return all
}

// crosses reports whether l opened the same connection from the other end: both
// were in SYN_SENT at the same time.
func (c *connection) crosses(l *life) bool {
	if c.at[flows.Client] != l.remote || c.at[flows.Server] != l.local || len(c.lives[flows.Server]) > 0 || l.local == l.remote {
		return false
	}
	first := c.lives[flows.Client][0]
	return first.start() <= opened(l) && l.start() <= opened(first)
}

// opened is when an opener left SYN_SENT.
func opened(l *life) flows.Time {
	if len(l.moves) > 1 {
		return l.moves[1].at
	}
	return 1<<63 - 1
}

// openerOf is the connection that the answering end l belongs to.
func openerOf(all []*connection, l *life) (found *connection) {
	for _, c := range all {
		if !c.crossed && c.at[flows.Client] == l.remote && c.start <= l.start().Add(clockSkew) {
			found = c
		}
	}
	return found
}

// alternatives are histories of the server that are just as right as what the
// kernel says, because the kernel keeps nothing, or looks away, while the
// packets go by as ever.
func (w *watched) alternatives(c *connection) (moves []move, others [][]flows.State) {
	client, server := c.at[flows.Client], c.at[flows.Server]
	moves = c.moves(flows.Server)
	if c.crossed || client == server {
		return moves, nil
	}
	list := during(w.near(server, client), c.start.Add(-time.Millisecond), w.end)
	first := slices.IndexFunc(list, func(s sighting) bool { return s.isSYNACK(server) })
	if first < 0 {
		return moves, nil
	}
	list = list[first:]
	switch {
	case len(moves) == 0:
		return withoutRequest(list, client, w.gap)
	case moves[len(moves)-1].to == flows.SynReceived && acknowledgesSYN(list, client, server):
		// Accept queue full, or TCP_DEFER_ACCEPT: the ACK was there, and ignored.
		return moves, [][]flows.State{append(statesOf(moves), flows.Established)}
	}
	return moves, nil
}

// withoutRequest is for a server that answered the SYN, at the beginning of
// list, and of whom no dump knows a request: it had a cookie in its place (RFC
// 4987 §3.6), or it came and went between two dumps.
func withoutRequest(list []sighting, client netip.AddrPort, gap time.Duration) (moves []move, others [][]flows.State) {
	answer := list[0].Time
	for _, s := range during(list, answer, answer.Add(20*time.Millisecond+gap)) {
		if s.Src == client && s.Flags.Has(flows.RST) {
			return []move{
				{answer, flows.Listen, flows.SynReceived, byModel},
				{s.Time, flows.SynReceived, flows.Closed, byModel},
			}, [][]flows.State{{}}
		}
	}
	return nil, [][]flows.State{{flows.SynReceived}, {flows.SynReceived, flows.Established}}
}

// acknowledgesSYN reports whether the client acknowledged the last SYN-ACK.
func acknowledgesSYN(list []sighting, client, server netip.AddrPort) bool {
	var iss flows.Seq
	for _, s := range list {
		if s.isSYNACK(server) {
			iss = s.Seq
		}
	}
	return slices.ContainsFunc(list, func(s sighting) bool {
		return s.Src == client && s.Flags&(flows.SYN|flows.RST|flows.ACK) == flows.ACK && s.Ack == iss.Add(1)
	})
}

// statesOf are the states entered, in order.
func statesOf(moves []move) []flows.State {
	states := make([]flows.State, len(moves))
	for i, m := range moves {
		states[i] = m.to
	}
	return states
}
