package bench

import "tcptrace/flows"

// line is one segment of a script.
type line struct {
	from   flows.Side
	flags  flows.Flags
	length int  // of the payload; what a connection asks and is answered differs
	blind  bool // it does not acknowledge the newest one of its peer, which it has not got yet
}

// script is what the ends of a short connection say, and how that ends.
type script struct {
	lines   []line
	outcome flows.Outcome
	percent int // of the connections follow it
}

const (
	asked    = -1 // as much as the connection asks
	answered = -2 // as much as it is answered
)

// opening is how all scripts begin: the handshake, a request, its response.
var opening = []line{
	{from: flows.Client, flags: flows.SYN},
	{from: flows.Server, flags: flows.SYN | flows.ACK},
	{from: flows.Client, flags: flows.ACK},
	{from: flows.Client, flags: flows.PSH | flows.ACK, length: asked},
	{from: flows.Server, flags: flows.ACK},
	{from: flows.Server, flags: flows.PSH | flows.ACK, length: answered},
	{from: flows.Client, flags: flows.ACK},
}

const (
	fin = flows.FIN | flows.ACK
	rst = flows.RST | flows.ACK
)

// endings are how they end.
var endings = [...]script{
	{percent: 60, outcome: flows.ClosedFlow, lines: []line{
		{from: flows.Client, flags: fin}, {from: flows.Server, flags: fin}, {from: flows.Client, flags: flows.ACK},
	}},
	{percent: 25, outcome: flows.ClosedFlow, lines: []line{
		{from: flows.Server, flags: fin}, {from: flows.Client, flags: fin}, {from: flows.Server, flags: flows.ACK},
	}},
	// The one that hears of the close takes its time.
	{percent: 10, outcome: flows.ClosedFlow, lines: []line{
		{from: flows.Client, flags: fin}, {from: flows.Server, flags: flows.ACK},
		{from: flows.Server, flags: fin}, {from: flows.Client, flags: flows.ACK},
	}},
	// The FINs cross (RFC 9293 §3.6, case 3).
	{percent: 2, outcome: flows.ClosedFlow, lines: []line{
		{from: flows.Client, flags: fin}, {from: flows.Server, flags: fin, blind: true},
		{from: flows.Client, flags: flows.ACK}, {from: flows.Server, flags: flows.ACK},
	}},
	{percent: 3, outcome: flows.ResetFlow, lines: []line{{from: flows.Client, flags: rst}}},
}

// short is a short connection under way.
type short struct {
	conn
	ending          *script
	at              int // the next line
	asked, answered int // bytes
}

// newShort is the n-th one.
func newShort(r *recorder, n int) short {
	s := short{conn: newConn(&r.random, n), asked: r.between(80, 900), answered: r.between(150, 1400)}
	dice := r.below(100)
	for i := range endings {
		s.ending = &endings[i]
		if dice -= s.ending.percent; dice < 0 {
			break
		}
	}
	return s
}

// step sends the next line, and reports whether it was the last.
func (s *short) step(r *recorder) (over bool) {
	lines, at := opening, s.at
	if at >= len(opening) {
		lines, at = s.ending.lines, at-len(opening)
	}
	s.at++
	out := s.segment(&lines[at])
	s.send(r, &out)
	over = at == len(lines)-1 && s.at > len(opening)
	if over {
		r.counts.ends(s.ending.outcome)
	}
	return over
}

// segment is what a line of its script is on the wire.
func (s *short) segment(l *line) segment {
	me, peer := &s.ends[l.from], &s.ends[l.from.Peer()]
	out := segment{from: l.from, flags: l.flags, seq: me.next, ack: peer.next, length: l.length}
	switch l.length {
	case asked:
		out.length = s.asked
	case answered:
		out.length = s.answered
	}
	if l.blind {
		out.ack-- // the FIN
	}
	return out
}

// atOnce is how many short connections are open at a time.
const atOnce = 10_000

// handshakes writes short connections, so many at a time that the table which
// follows them does not fit into a processor's caches.
func handshakes(r *recorder, packets int) {
	total := max(1, packets/10)
	open := make([]short, 0, min(atOnce, total))
	for n := 0; n < total || len(open) > 0; {
		if n < total && len(open) < cap(open) {
			open = append(open, newShort(r, n))
			n++
			continue
		}
		i := r.below(len(open))
		if open[i].step(r) {
			open[i] = open[len(open)-1]
			open = open[:len(open)-1]
		}
	}
}
