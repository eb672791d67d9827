// Package svg draws ladders as SVG, for a page or a file of its own.
//
// It knows where things stand and how they look, in light and in dark; what is
// shown, and in which words, the ladder says. Whatever it writes stands for
// itself: it refers to nothing, and text is escaped.
//
// Read first: svg.go (the picture as a whole), row.go (one row of it).
package svg

import (
	"time"
	"unicode"
	"unicode/utf8"

	"tcptrace/flows"
	"tcptrace/flows/ladder"
)

// Options say how a ladder is drawn. Their zero value will do.
type Options struct {
	// NoStyle leaves the style sheet out, for a page that has [Style] once for
	// all of its ladders.
	NoStyle bool
	// Raw puts the raw sequence and acknowledgement numbers beside the letters.
	Raw  bool
	Zone *time.Location // of the time of day; nil is UTC
}

// Where things stand, in pixels.
const (
	width      = 760
	leftAxis   = 190
	rightAxis  = 570
	middle     = (leftAxis + rightAxis) / 2
	labelWidth = 50 // characters of a label between the axes
	smallWidth = 54 // of the small text there
	wideWidth  = 94 // of the text that takes the whole width
)

// Append appends an svg element with the ladder in it.
func Append(b []byte, l *ladder.Ladder, o Options) []byte {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	d := &drawing{l: l, o: o}
	d.head()
	for i := range l.Rows {
		d.row(&l.Rows[i])
	}
	d.foot()
	b = append(b, `<svg xmlns="http://www.w3.org/2000/svg" class="lad" role="img" width="`...)
	b = number(b, width)
	b = append(b, `" height="`...)
	b = number(b, d.y)
	b = append(b, `" viewBox="0 0 `...)
	b = number(b, width)
	b = append(b, ' ')
	b = number(b, d.y)
	b = append(b, "\">\n<title>"...)
	b = escape(b, l.Title())
	b = append(b, "</title>\n<desc>"...)
	b = escape(b, d.description())
	b = append(b, "</desc>\n"...)
	if !o.NoStyle {
		b = append(b, "<style>"...)
		b = append(b, Style()...)
		b = append(b, "</style>\n"...)
	}
	b = append(b, `<rect class="lad-paper" width="100%" height="100%"/>`+"\n"...)
	b = append(b, d.lines...)
	b = append(b, d.body...)
	return append(b, "</svg>\n"...)
}

// drawing is a picture that grows downwards.
type drawing struct {
	l     *ladder.Ladder
	o     Options
	lines []byte // the axes, which lie below everything else
	body  []byte
	y     int    // where the next row begins
	since [2]int // where the part of each axis began that is not drawn yet
	state [2]flows.State
}

// head draws who the ends are.
func (d *drawing) head() {
	const line = 18
	d.y = 24
	d.text(span{20, d.y, "lad-head", d.l.Title()})
	for _, text := range d.l.Head(d.o.Zone) {
		for _, row := range ladder.Wrap(text, wideWidth) {
			d.y += line
			d.text(span{20, d.y, "lad-small", row})
		}
	}
	d.y += line + 10
	client := "client"
	server := "server"
	if d.l.GuessedClient {
		client, server = client+" (guessed)", server+" (guessed)"
	}
	d.text(span{leftAxis, d.y, "lad-mid lad-head", client})
	d.text(span{rightAxis, d.y, "lad-mid lad-head", server})
	d.y += line
	d.text(span{leftAxis, d.y, "lad-mid", d.l.Client.String()})
	d.text(span{rightAxis, d.y, "lad-mid", d.l.Server.String()})
	d.y += line + 2
	d.state = d.l.Begun
	d.since = [2]int{d.y - 10, d.y - 10}
	for side, s := range d.l.Begun {
		d.stateName(flows.Side(side), d.y, s, "")
	}
	d.y += 8
}

// foot ends the axes.
func (d *drawing) foot() {
	d.y += 10
	for side := range d.since {
		d.axis(flows.Side(side), d.y)
	}
	d.y += 14
}

// enter draws that an end is in another state from y on.
func (d *drawing) enter(side flows.Side, y int, s flows.State) {
	d.axis(side, y)
	d.state[side] = s
}

// axis draws the part of an end's axis that ends at y, in the colour of its
// state.
func (d *drawing) axis(side flows.Side, y int) {
	b := append(d.lines, `<path class="lad-axis lad-`...)
	b = append(b, class(d.state[side])...)
	b = append(b, `" d="M`...)
	b = number(b, axes(side))
	b = append(b, ' ')
	b = number(b, d.since[side])
	b = append(b, 'V')
	b = number(b, y)
	d.lines = append(b, "\"/>\n"...)
	d.since[side] = y
}

// axes are the columns of the two ends.
func axes(side flows.Side) int {
	if side == flows.Client {
		return leftAxis
	}
	return rightAxis
}

// class names the colour of a state.
func class(s flows.State) string {
	switch s.Class() {
	case flows.ClassOpening:
		return "opening"
	case flows.ClassOpen:
		return "open"
	case flows.ClassClosing:
		return "closing"
	case flows.ClassWaiting:
		return "waiting"
	case flows.ClassClosed:
		return "closed"
	default:
		return "unknown"
	}
}

// span is a text at a place.
type span struct {
	x, y  int
	class string
	text  string
}

func (d *drawing) text(s span) {
	b := append(d.body, `<text x="`...)
	b = number(b, s.x)
	b = append(b, `" y="`...)
	b = number(b, s.y)
	if s.class != "" {
		b = append(b, `" class="`...)
		b = append(b, s.class...)
	}
	b = append(b, `">`...)
	b = escape(b, s.text)
	d.body = append(b, "</text>\n"...)
}

// escape appends text without what XML would obey, or would not take.
func escape(b []byte, text string) []byte {
	for _, r := range text {
		switch {
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '"':
			b = append(b, "&quot;"...)
		case r == '\'':
			b = append(b, "&#39;"...)
		case r != '\n' && !unicode.IsPrint(r):
			b = utf8.AppendRune(b, utf8.RuneError)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}
