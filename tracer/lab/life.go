package lab

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"tcptrace/flows"
)

// watched is everything that a run showed.
type watched struct {
	events  []event
	samples []sample
	wires   [2]*wire // what passed either end; one and the same on the loopback device
	at      [2]addresses
	end     flows.Time    // when the last look was taken
	gap     time.Duration // the longest time between two samples
}

// addresses are those of one end.
type addresses struct{ v4, v6 netip.Addr }

// sideOf is the end that has an address.
func (w *watched) sideOf(a netip.Addr) flows.Side {
	if a == w.at[flows.Server].v4 || a == w.at[flows.Server].v6 {
		return flows.Server
	}
	return flows.Client
}

// near are the segments of a connection that passed its end local.
func (w *watched) near(local, remote netip.AddrPort) []sighting {
	return w.wires[w.sideOf(local.Addr())].between(local, remote)
}

// origin says how a move is known.
type origin string

// The origins.
const (
	byTracepoint origin = "tracepoint"
	byDump       origin = "sock_diag"
	byPacket     origin = "sock_diag, dated by a packet"
	byModel      origin = "what the kernel does with the packets it got"
)

// move is one change of state of one end.
type move struct {
	at       flows.Time
	from, to flows.State
	origin   origin
}

// life is one life of one end: from the first state after CLOSED or LISTEN on.
type life struct {
	local, remote netip.AddrPort
	active        bool // it opened; else it answered
	moves         []move
	resets        []flows.Time // when it accepted a RST
}

func (l *life) start() flows.Time { return l.moves[0].at }

func (l *life) state() flows.State { return l.moves[len(l.moves)-1].to }

// over reports whether the life has ended.
func (l *life) over() bool { return l.state() == flows.Closed }

// lastMove is when the state changed last.
func (l *life) lastMove() flows.Time { return l.moves[len(l.moves)-1].at }

// enter adds a move to the life; one to the state that it is in already is none.
func (l *life) enter(to flows.State, at flows.Time, o origin) {
	from := flows.Listen
	if l.active {
		from = flows.Closed
	}
	if len(l.moves) > 0 {
		from = l.state()
	}
	if from != to {
		l.moves = append(l.moves, move{at, from, to, o})
	}
}

// tracedLives cuts the log of the kernel into lives. Listening sockets are none.
func tracedLives(events []event) []*life {
	var lives []*life
	living := make(map[uint64]*life)
	for _, e := range events {
		l := living[e.socket]
		switch {
		case e.reset:
			if l != nil {
				l.resets = append(l.resets, e.at)
			}
		case e.from == flows.Closed && e.to == flows.SynSent, e.from == flows.Listen && e.to == flows.SynReceived:
			l = &life{local: e.local, remote: e.remote, active: e.to == flows.SynSent}
			l.enter(e.to, e.at, byTracepoint)
			living[e.socket] = l
			lives = append(lives, l)
		case e.from == flows.Listen || e.to == flows.Listen || l == nil:
		default:
			l.enter(e.to, e.at, byTracepoint)
			if e.to == flows.Closed {
				delete(living, e.socket)
			}
		}
	}
	return lives
}

// presence is the life of something in the dumps: a request or a minisock, or
// a socket.
type presence struct {
	entry
	seen []sample // its states, at least one
	gone flows.Time
	used bool // it is part of a traced life
}

func (p *presence) first() sample { return p.seen[0] }

// presences puts the samples of each thing together.
func presences(samples []sample) []*presence {
	var list []*presence
	here := make(map[sampleKey]*presence)
	for _, s := range samples {
		k := sampleKey{s.space, s.entry}
		p := here[k]
		switch {
		case s.gone && p != nil:
			p.gone = s.at
			delete(here, k)
		case s.gone || s.state == flows.Closed:
		case p == nil:
			p = &presence{entry: s.entry, seen: []sample{s}}
			here[k] = p
			list = append(list, p)
		default:
			p.seen = append(p.seen, s)
		}
	}
	return list
}

type sampleKey struct {
	space int
	entry entry
}

// ends are the two addresses of an end, its own first.
type ends struct{ local, remote netip.AddrPort }

// lives are all lives that a run showed, those that the tracepoint does not show
// included, in the order of their beginning.
func (w *watched) lives() []*life {
	traced := tracedLives(w.events)
	found := make(map[ends][]*presence)
	all := presences(w.samples)
	for _, p := range all {
		k := ends{p.local, p.remote}
		found[k] = append(found[k], p)
	}
	by := make(map[ends][]*life)
	for _, l := range traced {
		by[ends{l.local, l.remote}] = append(by[ends{l.local, l.remote}], l)
	}
	for k, list := range by {
		slices.SortStableFunc(list, func(a, b *life) int { return cmp.Compare(a.start(), b.start()) })
		for i, l := range list {
			next := w.end + 1
			if i+1 < len(list) {
				next = list[i+1].start()
			}
			w.beginWithRequest(l, found[k])
			w.endWithMinisock(l, found[k], next)
		}
	}
	for _, p := range all {
		if l := w.requestOnly(p, by[ends{p.local, p.remote}]); l != nil {
			traced = append(traced, l)
		}
	}
	slices.SortStableFunc(traced, func(a, b *life) int { return cmp.Compare(a.start(), b.start()) })
	return traced
}
