// Package ladder draws ladders on a terminal, and writes them as Mermaid
// sequence diagrams.
//
// It knows how a row looks in a given number of columns; what is shown, and in
// which words, the model in flows/ladder says. Whatever cannot be printed is
// replaced, so nothing can reach the terminal as an escape sequence.
//
// Read first: ladder.go (the picture as a whole), row.go (one row of it),
// mermaid.go.
package ladder

import (
	"time"
	"unicode/utf8"

	"tcptrace/flows"
	"tcptrace/flows/ladder"
	"tcptrace/tracer/sink/palette"
)

// Options say how a ladder is drawn. Their zero value is plain Unicode in 80
// columns.
type Options struct {
	Depth palette.Depth // of the colours
	ASCII bool          // nothing but ASCII
	Width int           // of the terminal; 0 is 80, and less than 40 is 40
	// Raw puts the raw sequence and acknowledgement numbers beside the letters.
	Raw  bool
	Zone *time.Location // of the time of day; nil is UTC
}

const (
	usualWidth = 80
	leastWidth = 40
	mostWidth  = 110 // in longer rows the eye gets lost
	// roomy is from which width on the states have columns of their own.
	roomy = 64
	// stateWidth is "(ESTABLISHED)", or a name and a gap.
	stateWidth = 13
	timeWidth  = 8
)

// Append appends the picture of a ladder.
func Append(b []byte, l *ladder.Ladder, o Options) []byte {
	switch {
	case o.Width == 0:
		o.Width = usualWidth
	default:
		o.Width = min(max(o.Width, leastWidth), mostWidth)
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	d := &drawing{l: l, o: o, signs: unicodeSigns, line: line{buf: b, ink: palette.New(o.Depth)}, states: l.Begun}
	if o.ASCII {
		d.signs = asciiSigns
	}
	if o.Width >= roomy {
		d.axes = [2]int{stateWidth, o.Width - stateWidth - 1}
	} else {
		d.axes = [2]int{0, o.Width - 1}
	}
	d.head()
	for i := range l.Rows {
		d.row(&l.Rows[i])
	}
	return d.line.buf
}

// signs are the characters of the picture that are no text.
type signs struct {
	axis, quiet      string
	shaft            [3]string // of an arrow: plain, sent again, not acceptable
	tail             [2]string // where arrows begin, by side
	tip              [2]string // where they end, by the side that they come from
	cross            string
	back, open, shut string // a state that was never left; around one that was only believed in
}

var unicodeSigns = signs{
	axis: "│", quiet: "┊", shaft: [3]string{"─", "═", "╌"}, tail: [2]string{"├", "┤"}, tip: [2]string{"▶", "◀"},
	cross: "✗", back: "↩", open: "(", shut: ")",
}

var asciiSigns = signs{
	axis: "|", quiet: ":", shaft: [3]string{"-", "=", "."}, tail: [2]string{"|", "|"}, tip: [2]string{">", "<"},
	cross: "x", back: "<", open: "(", shut: ")",
}

// drawing is a picture that grows downwards.
type drawing struct {
	l      *ladder.Ladder
	o      Options
	signs  signs
	axes   [2]int // columns of the two ends
	states [2]flows.State
	line   line
}

// wide reports whether the states stand beside the axes.
func (d *drawing) wide() bool { return d.axes[0] > 0 }

// room is how many columns there are between the axes.
func (d *drawing) room() int { return d.axes[1] - d.axes[0] - 1 }

// head draws who the ends are, and in which states they begin.
func (d *drawing) head() {
	l := &d.line
	for _, text := range ladder.Wrap(d.words(d.l.Title()), d.o.Width) {
		l.put(palette.Heading, text)
		l.end()
	}
	for _, text := range d.l.Head(d.o.Zone) {
		for _, row := range ladder.Wrap(d.words(text), d.o.Width) {
			l.put(palette.None, row)
			l.end()
		}
	}
	l.end()
	guess := ""
	if d.l.GuessedClient {
		guess = "?"
	}
	left, right := "client"+guess+" "+d.l.Client.String(), "server"+guess+" "+d.l.Server.String()
	left, right = d.words(left), d.words(right)
	if len(left)+len(right)+2 > d.o.Width {
		left, right = "client"+guess, "server"+guess
	}
	l.put(palette.Heading, left)
	l.pad(d.o.Width - len(right))
	l.put(palette.Heading, right)
	l.end()
	d.between("", [2]named{{state: d.l.Begun[0], shown: true}, {state: d.l.Begun[1], shown: true}})
}

// named is a state that stands beside an axis.
type named struct {
	state flows.State
	shown bool
	move  *ladder.Move // nil: it has just not changed
}

// label is how a state's name is written: in parentheses when the end was only
// believed to be in it.
func (d *drawing) label(n named) string {
	name := n.state.String()
	switch {
	case n.move == nil:
	case n.move.Withdrawn:
		name = d.signs.open + name + d.signs.shut
	case n.move.Back:
		name = d.signs.back + name
	}
	return name
}

func (n named) hue() palette.Hue {
	if n.move != nil && n.move.Withdrawn {
		return palette.Closed
	}
	return palette.OfState(n.state)
}

// left writes the state of the client, if it is new, up to its axis.
func (d *drawing) left(n named) {
	if !n.shown || !d.wide() {
		return
	}
	text := d.label(n)
	gap := 1 // in front of the axis
	if n.move != nil && (n.move.Withdrawn || n.move.Back) {
		gap = 0
	}
	d.line.pad(stateWidth - gap - utf8.RuneCountInString(text))
	d.line.put(n.hue(), text)
}

// right writes the state of the server behind its axis, and ends the row.
func (d *drawing) right(n named) {
	if n.shown && d.wide() {
		text := d.label(n)
		if utf8.RuneCountInString(text) < stateWidth {
			d.line.put(palette.None, " ")
		}
		d.line.put(n.hue(), text)
	}
	d.line.end()
}

// between draws a row with text between the axes, and states beside them.
func (d *drawing) between(text string, states [2]named) { d.inside(text, states, centred) }

// place says where text stands between the axes.
type place uint8

const (
	centred place = iota
	atClient
	atServer
)

func (d *drawing) inside(text string, states [2]named, at place) {
	l := &d.line
	if !d.wide() {
		d.narrowStates(states)
		if text == "" {
			return
		}
	}
	d.left(states[flows.Client])
	d.axis(flows.Client, d.signs.axis)
	n, room := utf8.RuneCountInString(text), d.room()
	switch at {
	case atClient:
		l.pad(d.axes[0] + 3)
	case atServer:
		l.pad(d.axes[1] - 2 - n)
	default:
		l.pad(d.axes[0] + 1 + (room-n)/2)
	}
	l.put(palette.None, text)
	d.axis(flows.Server, d.signs.axis)
	d.right(states[flows.Server])
}

// narrowStates draws states on a row of their own, where there is no room
// beside the axes.
func (d *drawing) narrowStates(states [2]named) {
	if states[0].shown || states[1].shown {
		d.narrowRow("", states)
	}
}

// narrowTime draws the time of an arrow, and states beside it.
func (d *drawing) narrowTime(r *ladder.Row, states [2]named) { d.narrowRow(d.l.Offset(r.Time), states) }

func (d *drawing) narrowRow(text string, states [2]named) {
	l := &d.line
	if n := states[flows.Client]; n.shown {
		l.put(n.hue(), d.label(n))
	} else {
		d.axis(flows.Client, d.signs.axis)
	}
	l.pad((d.o.Width - len(text)) / 2)
	l.put(palette.None, text)
	if n := states[flows.Server]; n.shown {
		text := d.label(n)
		l.pad(d.o.Width - utf8.RuneCountInString(text))
		l.put(n.hue(), text)
	} else {
		d.axis(flows.Server, d.signs.axis)
	}
	l.end()
}

// axis writes a piece of an end's axis, in the colour of its state.
func (d *drawing) axis(side flows.Side, sign string) {
	d.line.pad(d.axes[side])
	d.line.put(palette.OfState(d.states[side]), sign)
}
