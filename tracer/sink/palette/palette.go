// Package palette holds the colours that all output for people shares: what a
// colour stands for, and the escape sequences that switch it on and off.
package palette

import (
	"strings"

	"github.com/fatih/color"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// Depth is how many colours the reader's terminal has.
type Depth uint8

// The depths.
const (
	Plain     Depth = iota // no escape sequences at all
	Colour16               // the terminal's own palette
	Colour256              // colours of known brightness
)

// Hue is what a colour stands for. It never carries meaning alone: the words
// say the same.
type Hue uint8

// The hues.
const (
	None    Hue = iota
	Heading     // bold
	Opening     // yellow
	Open        // green
	Closing     // blue
	Waiting     // magenta
	Closed      // grey
	Alarm       // red: a reset, a stuck end, a wrong number
	NumHues
)

// attributes are the colours. The 256 ones were chosen by their brightness: each
// has a contrast of at least 3 to 1 to black and to white, which the palette's
// own yellow, blue and grey have on no common terminal.
func attributes(d Depth) [NumHues][]color.Attribute {
	if d == Colour16 {
		return [NumHues][]color.Attribute{
			Heading: {color.Bold}, Opening: {color.FgYellow}, Open: {color.FgGreen}, Closing: {color.FgBlue},
			Waiting: {color.FgMagenta}, Closed: {color.FgHiBlack}, Alarm: {color.FgRed},
		}
	}
	return [NumHues][]color.Attribute{
		Heading: {color.Bold}, Opening: {38, 5, 136}, Open: {38, 5, 28}, Closing: {38, 5, 33},
		Waiting: {38, 5, 164}, Closed: {38, 5, 244}, Alarm: {38, 5, 196},
	}
}

// Ink holds the escape sequences; its zero value has none. They are taken from
// the colour library once, since asking it for every word costs more than all
// the rest of a line.
type Ink struct {
	on  [NumHues]string
	off string
}

// New is the ink for a terminal.
func New(d Depth) Ink {
	var k Ink
	if d == Plain {
		return k
	}
	for h, attrs := range attributes(d) {
		if h == int(None) {
			continue
		}
		c := color.New(attrs...)
		c.EnableColor()
		k.on[h], _, _ = strings.Cut(c.Sprint("|"), "|")
	}
	k.off = "\x1b[0m" // the library's own repeats the 0 for each attribute
	return k
}

// Begin appends what switches a colour on.
func (k *Ink) Begin(b []byte, h Hue) []byte {
	if h == None {
		return b
	}
	return append(b, k.on[h]...)
}

// End appends what switches it off again.
func (k *Ink) End(b []byte, h Hue) []byte {
	if h == None || k.on[h] == "" {
		return b
	}
	return append(b, k.off...)
}

// Paint appends text in a colour.
func (k *Ink) Paint(b []byte, h Hue, text string) []byte {
	return k.End(append(k.Begin(b, h), text...), h)
}

// OfState is the colour of a state.
func OfState(s flows.State) Hue {
	switch s.Class() {
	case flows.ClassOpening:
		return Opening
	case flows.ClassOpen:
		return Open
	case flows.ClassClosing:
		return Closing
	case flows.ClassWaiting:
		return Waiting
	case flows.ClassClosed:
		return Closed
	default:
		return None
	}
}

// OfSeverity is the colour of a severity.
func OfSeverity(v diagnose.Severity) Hue {
	switch v {
	case diagnose.Critical:
		return Alarm
	case diagnose.Warning:
		return Opening
	}
	return Closed
}
