package explain

import (
	"slices"
	"strings"

	"tcptrace/flows"
)

// Overview draws the state diagram, lists the conditions, and says how to ask
// for a page.
func Overview(columns int, paint Painter) string {
	w := &writer{columns: columns, paint: paint}
	w.WriteString(Diagram(columns, paint))
	w.line("")
	w.heading("What can be wrong")
	for _, f := range families() {
		w.line("\n  " + f.title)
		w.conditions(f)
	}
	w.line("")
	w.heading("How to ask")
	for _, ask := range []struct{ topic, what string }{
		{"close_wait", "a state, in any spelling"},
		{"stuck-close-wait", "a condition of the list above"},
		{"tcp_fin_timeout", "a sysctl: its value here, what it does and what it does not"},
		{"rst", "or: " + strings.Join(names(Notes()), ", ")},
	} {
		w.term(Item{Head: "tcptrace explain " + ask.topic, Tone: Command, Text: ask.what}, w.besideAsk())
	}
	return w.String()
}

// conditions lists those of a family: how bad, the name, what is the matter.
func (w *writer) conditions(f family) {
	const severity, name = 8, 24
	for _, id := range f.ids {
		r := id.Rule()
		grade := w.paint(toneOfSeverity(r.Severity), r.Severity.String()) + strings.Repeat(" ", severity-len(r.Severity.String()))
		if w.columns < narrow {
			w.line("  " + grade + " " + r.Name)
			w.text("    ", "    ", r.Title)
			continue
		}
		first := "  " + grade + " " + r.Name + strings.Repeat(" ", name-len(r.Name)+1)
		w.text(first, strings.Repeat(" ", severity+name+4), r.Title)
	}
}

// besideAsk is where the texts behind the examples begin.
func (w *writer) besideAsk() int {
	if w.columns < narrow {
		return 0
	}
	return 38
}

// Diagram draws all states and how they follow each other.
func Diagram(columns int, paint Painter) string {
	w := &writer{columns: columns, paint: paint}
	for i, l := range ladders() {
		if i > 0 {
			w.line("")
		}
		w.heading(l.title)
		c := newCanvas(columns, paint)
		if i == 0 {
			c.line(span{c.axes[0] - 3, Plain, "client"}, span{c.axes[1] - 3, Plain, "server"})
		}
		c.ladder(&l)
		w.WriteString(c.String())
		if i == 0 {
			w.footnotes(c.wide)
		}
	}
	w.line("")
	w.heading("A reset")
	w.line("  any state but LISTEN ── RST ──▶ " + paint(Closed, flows.Closed.String()))
	w.text("  ", "  ", "Sent or received, at once, without TIME_WAIT. It is also the answer to a SYN where nobody listens.")
	w.line("")
	w.heading("Rare")
	for _, m := range rare() {
		w.text("  ", "    ", m.From.String()+" ── "+m.Way.String()+" "+m.Segment+" ──▶ "+m.To.String()+": "+m.Why)
	}
	return w.String()
}

func (w *writer) footnotes(notes bool) {
	if notes {
		w.text("  ", "  ", "The times are how long Linux stays in a state at most, by default; * where no program holds the socket any more.")
	}
	w.text("  ", "  ", "If the server closes first, the two change sides from FIN(M) on. ACK(M+1) and FIN(N) are often one segment.")
}

// rare are the moves that the ladders leave out, but for RST and for what ends
// a connection because there is another.
func rare() []flows.Move {
	drawn := drawnMoves()
	return slices.DeleteFunc(flows.Moves(), func(m flows.Move) bool {
		return m.Correction || m.From == flows.Unknown || m.Way == flows.Sees ||
			m.To == flows.Closed || slices.Contains(drawn, [2]flows.State{m.From, m.To})
	})
}

// drawnMoves are the pairs of states that follow each other in a ladder.
func drawnMoves() (drawn [][2]flows.State) {
	for _, l := range ladders() {
		now := l.begin
		for _, r := range l.rungs {
			for _, after := range []states{r.after, r.got} {
				for side, s := range after {
					if s != flows.Unknown {
						drawn = append(drawn, [2]flows.State{now[side], s})
						now[side] = s
					}
				}
			}
		}
	}
	return drawn
}

func names(topics []Topic) []string {
	var list []string
	for _, t := range topics {
		list = append(list, t.Name)
	}
	return list
}
