package explain

import (
	"strings"

	"tcptrace/flows"
)

// diagramWidth is how wide the diagram gets at most.
const diagramWidth = 80

// canvas draws ladders line by line.
type canvas struct {
	strings.Builder
	axes  [2]int // the columns of the two ends
	wide  bool   // there is room for two segments side by side, and for notes
	paint Painter
}

// span is text at a column.
type span struct {
	column int
	tone   Tone
	text   string
}

func newCanvas(columns int, paint Painter) *canvas {
	columns = min(columns, diagramWidth)
	const half = 7 // room for half the name of a state beside its axis, and for a time
	return &canvas{axes: [2]int{half, max(columns-half, half+22)}, wide: columns >= narrow, paint: paint}
}

// line writes spans from left to right.
func (c *canvas) line(spans ...span) {
	column := 0
	for _, s := range spans {
		if gap := s.column - column; gap > 0 {
			c.WriteString(strings.Repeat(" ", gap))
			column += gap
		}
		c.WriteString(c.paint(s.tone, s.text))
		column += runes(s.text)
	}
	c.WriteByte('\n')
}

// ladder draws one of them.
func (c *canvas) ladder(l *ladder) {
	now := l.begin
	c.states(now, now, [2]string{})
	for i := range l.rungs {
		r := &l.rungs[i]
		if r.cross == "" {
			c.arrow(r.from, r.segment)
		} else {
			c.crossing(r.segment, r.cross)
		}
		now = c.enter(now, r.after, r.notes)
		if r.got != (states{}) {
			c.line(span{c.axes[0], Plain, "│"}, span{c.axes[0] + 2, Plain, "they arrive"}, span{c.axes[1], Plain, "│"})
			now = c.enter(now, r.got, [2]string{})
		}
	}
	c.wait(now)
}

// wait draws what time alone does at the end.
func (c *canvas) wait(now states) {
	var times, closed []span
	for side, s := range now {
		if s == flows.TimeWait {
			times = append(times, span{c.axes[side], Plain, "│ " + timeWait})
			closed = append(closed, c.name(side, flows.Closed))
		}
	}
	if len(times) > 0 {
		c.line(times...)
		c.line(closed...)
	}
}

// enter draws the states that are new, and says in which the ends are then.
func (c *canvas) enter(now, after states, notes [2]string) states {
	for side, s := range after {
		if s != flows.Unknown {
			now[side] = s
		}
	}
	c.states(now, after, notes)
	return now
}

// states draws a line of states: the name of one that is new, the axis of one
// that lasts, and nothing of an end that is done.
func (c *canvas) states(now, shown states, notes [2]string) {
	var spans []span
	for side := range now {
		switch {
		case shown[side] == flows.Unknown && now[side] == flows.Closed:
			continue
		case shown[side] == flows.Unknown:
			spans = append(spans, span{c.axes[side], Plain, "│"})
			continue
		}
		name := c.name(side, shown[side])
		note := span{name.column + runes(name.text) + 1, Plain, notes[side]}
		switch {
		case !c.wide || note.text == "":
			spans = append(spans, name)
		case side == 0:
			spans = append(spans, name, note)
		default:
			note.column = name.column - 1 - runes(note.text)
			spans = append(spans, note, name)
		}
	}
	c.line(spans...)
}

// name is a state's name on the axis of an end.
func (c *canvas) name(side int, s flows.State) span {
	name := s.String()
	return span{c.axes[side] - runes(name)/2, toneOf(s), name}
}

// arrow draws a segment from one end to the other.
func (c *canvas) arrow(from flows.Side, segment string) {
	room := c.axes[1] - c.axes[0] - 1
	left, right := "├", "▶"
	if from == flows.Server {
		left, right = "◀", "┤"
	}
	label := " " + segment + " "
	before := (room - runes(label)) / 2
	shaft := strings.Repeat("─", before) + label + strings.Repeat("─", room-before-runes(label))
	c.line(span{c.axes[0], Plain, left + shaft + right})
}

// crossing draws two segments that are under way at the same moment.
func (c *canvas) crossing(a, b string) {
	if !c.wide {
		c.arrow(flows.Client, a)
		c.arrow(flows.Server, b)
		return
	}
	room := c.axes[1] - c.axes[0] - 1
	half := (room - 3) / 2
	left, right := "─ "+a+" ", " "+b+" ─"
	c.line(span{c.axes[0], Plain, "├" + left + strings.Repeat("─", half-runes(left)) + "╲ ╱" +
		strings.Repeat("─", room-3-half-runes(right)) + right + "┤"})
	c.line(span{c.axes[0], Plain, "◀" + strings.Repeat("─", half) + "╱ ╲" + strings.Repeat("─", room-3-half) + "▶"})
}
