package census

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/sink/palette"
)

// Growth writes what changed from one census to the next, as a few lines.
func Growth(w io.Writer, before, now *Census, o *Options) error {
	a, b := count(before, o), count(now, o)
	p := &page{ink: newInk(o.Depth), width: o.Width}
	zone := o.Zone
	if zone == nil {
		zone = time.UTC
	}
	line := cell{{now.Time.UTC().In(zone).Format("15:04:05"), heading},
		{plural(b.states.total(), "socket", "sockets") + change(a.states.total(), b.states.total()), none}}
	for _, s := range order() {
		if a.states[s] > 0 || b.states[s] > 0 {
			line = append(line, word{" " + s.String() + " " + strconv.Itoa(b.states[s]) + change(a.states[s], b.states[s]), palette.OfState(s)})
		}
	}
	p.say(line, "", 4)
	p.growing(a, b)
	for i := range now.Findings {
		if f := &now.Findings[i]; fresh(f, before.Findings) {
			p.finding(f, false)
		}
	}
	_, err := io.WriteString(w, p.String())
	return err
}

// change is by how much a number grew or shrank: " (+2)".
func change(before, now int) string {
	if before == now {
		return ""
	}
	return fmt.Sprintf(" (%+d)", now-before)
}

// grown is an owner with more sockets in a state than before.
type grown struct {
	owner     *owner
	state     flows.State
	now, more int
}

// mostGrown bounds how many owners are named a round.
const mostGrown = 5

// growing names the owners with more sockets than before, the fastest first.
func (p *page) growing(a, b *counts) {
	before := make(map[ownerKey]*states)
	for _, w := range a.owners {
		before[w.key()] = &w.states
	}
	var list []grown
	for _, w := range b.owners {
		old := before[w.key()]
		if old == nil {
			old = &states{}
		}
		for _, s := range order() {
			if more := w.states[s] - old[s]; more > 0 {
				list = append(list, grown{w, s, w.states[s], more})
			}
		}
	}
	slices.SortStableFunc(list, func(x, y grown) int { return cmp.Compare(y.more, x.more) })
	for _, g := range list[:min(len(list), mostGrown)] {
		name := Process(&g.owner.Owner)
		if name == "" {
			name = hiddenOwner(g.owner.uid)
		}
		p.WriteString("    ")
		p.flow(cell{{"grows:", none}, {name, none}, {fmt.Sprintf("%v %d (+%d)", g.state, g.now, g.more), palette.OfState(g.state)}}, 4, 6)
		p.WriteByte('\n')
	}
}

func (w *owner) key() ownerKey {
	if w.PID != 0 {
		return ownerKey{pid: w.PID}
	}
	return ownerKey{uid: w.uid}
}

// fresh reports whether a finding was not there before, or was not as bad.
func fresh(f *diagnose.Finding, before []diagnose.Finding) bool {
	return !slices.ContainsFunc(before, func(g diagnose.Finding) bool {
		return g.ID == f.ID && g.Owner.PID == f.Owner.PID && g.Severity() >= f.Severity()
	})
}
