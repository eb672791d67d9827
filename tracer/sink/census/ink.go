package census

import (
	"strings"

	"github.com/fatih/color"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// Depth is how many colours the reader's terminal has.
type Depth uint8

// The depths, those of a trace.
const (
	Plain     Depth = iota // no escape sequences at all
	Colour16               // the terminal's own palette
	Colour256              // colours of known brightness
)

// hue is what a colour stands for, as in a trace. It never carries meaning
// alone: the words say the same.
type hue uint8

const (
	none hue = iota
	heading
	opening
	open
	closing
	waiting
	closed
	alarm
	numHues
)

// attributes are the colours, those of a trace: the 256 ones have a contrast of
// at least 3 to 1 to black and to white.
func attributes(d Depth) [numHues][]color.Attribute {
	if d == Colour16 {
		return [numHues][]color.Attribute{
			heading: {color.Bold}, opening: {color.FgYellow}, open: {color.FgGreen}, closing: {color.FgBlue},
			waiting: {color.FgMagenta}, closed: {color.FgHiBlack}, alarm: {color.FgRed},
		}
	}
	return [numHues][]color.Attribute{
		heading: {color.Bold}, opening: {38, 5, 136}, open: {38, 5, 28}, closing: {38, 5, 33},
		waiting: {38, 5, 164}, closed: {38, 5, 244}, alarm: {38, 5, 196},
	}
}

// ink holds what switches each colour on.
type ink [numHues]string

func newInk(d Depth) (k ink) {
	if d == Plain {
		return k
	}
	for h, list := range attributes(d) {
		if h != int(none) {
			c := color.New(list...)
			c.EnableColor()
			k[h], _, _ = strings.Cut(c.Sprint("|"), "|")
		}
	}
	return k
}

func (k *ink) paint(h hue, text string) string {
	if k[h] == "" || text == "" {
		return text
	}
	return k[h] + text + "\x1b[0m"
}

func stateHue(s flows.State) hue {
	switch s.Class() {
	case flows.ClassOpening:
		return opening
	case flows.ClassOpen:
		return open
	case flows.ClassClosing:
		return closing
	case flows.ClassWaiting:
		return waiting
	case flows.ClassClosed:
		return closed
	}
	return none
}

func severityHue(v diagnose.Severity) hue {
	switch v {
	case diagnose.Critical:
		return alarm
	case diagnose.Warning:
		return opening
	}
	return closed
}
