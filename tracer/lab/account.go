package lab

import (
	"slices"
	"strings"
	"time"

	"tcptrace/flows"
	"tcptrace/tracer/decode"
	"tcptrace/tracer/truth"
)

// view is one capture: what came by one place.
type view struct {
	place  string // "client", "server", "middle" or "lo"
	frames []decode.Frame
	// late is when it began if that was in the middle of something, else 0.
	late flows.Time
	// derived is a word of truth.Capture.Derived.
	derived string
}

// account writes the truth for a view.
type account struct {
	w    *watched
	view *view
	wire *wire
}

// truthFor is what the kernels did, for one capture of it, and why each of its
// connections cannot be known, "" where it can.
func (w *watched) truthFor(name string, begin flows.Time, v *view, all []*connection) (truth.Capture, []string) {
	a := account{w, v, newWire(v.frames)}
	c := truth.Capture{
		Name: name + "/" + v.place, From: max(begin, v.late).UTC(), To: w.end.UTC(),
		Late: v.late != 0, Derived: v.derived,
	}
	var open []string
	for i, conn := range all {
		if t, ok := a.connection(conn, w.nextOf(all[i+1:], conn)); ok {
			t.Life = livesOf(all[:i], conn)
			c.Connections = append(c.Connections, t)
			open = append(open, a.unknowable(conn))
		}
	}
	return c, open
}

// nextOf is when the next connection on the same addresses begins, or the end
// of the truth.
func (w *watched) nextOf(later []*connection, c *connection) flows.Time {
	for _, other := range later {
		if other.addressPair() == c.addressPair() {
			return other.start
		}
	}
	return w.end + 1
}

// livesOf counts the connections on the same addresses.
func livesOf(earlier []*connection, c *connection) (n int) {
	for _, other := range earlier {
		if other.addressPair() == c.addressPair() {
			n++
		}
	}
	return n
}

// connection is the truth of one connection; false if the view has no packet of
// it. next is when the next one on the same addresses begins.
func (a *account) connection(c *connection, next flows.Time) (truth.Connection, bool) {
	from := max(c.start.Add(-2*time.Millisecond), a.view.late)
	packets := during(a.wire.between(c.at[0], c.at[1]), from, next-1)
	if len(packets) == 0 {
		return truth.Connection{}, false
	}
	t := truth.Connection{
		Client: c.at[flows.Client], Server: c.at[flows.Server],
		Start: c.start.UTC(), Packets: len(packets), Simultaneous: c.crossed,
	}
	t.LostBefore, t.LostAfter = a.losses(c, from, next-1)
	t.ClientEnd = a.end(c, flows.Client, c.moves(flows.Client), next)
	moves, others := a.w.alternatives(c)
	t.ServerEnd = a.end(c, flows.Server, moves, next)
	for _, o := range others {
		t.ServerEnd.Also = append(t.ServerEnd.Also, o)
	}
	return t, true
}

// losses are the flags of the packets that did not come by here, and of those
// that came by and never arrived.
func (a *account) losses(c *connection, from, to flows.Time) (before, behind string) {
	var missing, wasted []string
	for side := range flows.Side(2) {
		arrived := a.w.wires[side.Peer()]
		for _, s := range during(a.w.wires[side].between(c.at[0], c.at[1]), from, to) {
			if s.Src != c.at[side] {
				continue
			}
			switch here := a.wire.prints[s.print]; {
			case !here:
				missing = append(missing, s.Flags.String())
			case !arrived.prints[s.print]:
				wasted = append(wasted, s.Flags.String())
			}
		}
	}
	return strings.Join(missing, " "), strings.Join(wasted, " ")
}

// end is the truth of one end, until the next connection on its addresses.
func (a *account) end(c *connection, side flows.Side, moves []move, next flows.Time) *truth.End {
	e := &truth.End{Source: sourceOf(c, side, moves)}
	for len(moves) > 0 && moves[0].at < a.view.late {
		// What it was in when the capture began counts, not how it got there.
		if len(moves) == 1 || moves[1].at >= a.view.late {
			e.Held = true
			break
		}
		moves = moves[1:]
	}
	seen := a.showing(c, side, next)
	shown := make([]bool, len(moves))
	for i, m := range moves {
		e.States = append(e.States, m.to)
		shown[i] = e.Held && i == 0 || seen.shows(m)
		if !e.Held || i > 0 {
			e.At = append(e.At, m.at.Sub(c.start).Seconds())
		}
	}
	visible, between := sublists(e.States, shown)
	if !slices.Equal(visible, e.States) {
		e.Visible = &visible
	}
	e.Also = between
	if more := seen.supposed(e.States); len(more) > 0 {
		e.Also = append(e.Also, append(slices.Clone(e.States), more...), append(slices.Clone(visible), more...))
	}
	for _, other := range seen.crossings(e.States) {
		e.Also = append(e.Also, other)
	}
	return e
}

// sourceOf says where the truth of an end comes from if not from the log.
func sourceOf(c *connection, side flows.Side, moves []move) string {
	switch {
	case len(c.lives[side]) > 0:
		return ""
	case len(moves) > 0:
		return "inferred"
	}
	return "no socket"
}

// maxHidden bounds how many states of an end may be said or left out as one
// likes: with more, the capture shows too little to tell right from wrong.
const maxHidden = 4

// sublists are the states that showed, and the lists that also name some of
// those that did not: a tracer may conclude them, and need not.
func sublists(states truth.States, shown []bool) (visible truth.States, between []truth.States) {
	var hidden []int
	for i := range states {
		if shown[i] {
			visible = append(visible, states[i])
		} else {
			hidden = append(hidden, i)
		}
	}
	if len(hidden) > maxHidden {
		return visible, nil
	}
	for choice := 1; choice < 1<<len(hidden)-1; choice++ {
		var list truth.States
		for i, s := range states {
			if k := slices.Index(hidden, i); k < 0 || choice>>k&1 == 1 {
				list = append(list, s)
			}
		}
		between = append(between, list)
	}
	return visible, between
}

// here reports whether a packet came by here as well.
func (a *account) here(s sighting) bool { return a.wire.prints[s.print] }
