package text

import (
	"strings"

	"github.com/fatih/color"

	"tcptrace/flows"
)

// Depth is how many colours the reader's terminal has.
type Depth uint8

// The depths.
const (
	Plain     Depth = iota // no escape sequences at all
	Colour16               // the terminal's own palette
	Colour256              // colours of known brightness
)

// hue is what a colour stands for. It never carries meaning alone: the words
// say the same.
type hue uint8

const (
	none    hue = iota
	opening     // yellow
	open        // green
	closing     // blue
	waiting     // magenta
	closed      // grey
	alarm       // red: a reset, a stuck end, a wrong number
	numHues
)

// The colours. The 256 ones were chosen by their brightness: each has a
// contrast of at least 3 to 1 to black and to white, which the palette's own
// yellow, blue and grey have on no common terminal.
func attributes(d Depth) [numHues][]color.Attribute {
	if d == Colour16 {
		return [numHues][]color.Attribute{
			opening: {color.FgYellow}, open: {color.FgGreen}, closing: {color.FgBlue},
			waiting: {color.FgMagenta}, closed: {color.FgHiBlack}, alarm: {color.FgRed},
		}
	}
	return [numHues][]color.Attribute{
		opening: {38, 5, 136}, open: {38, 5, 28}, closing: {38, 5, 33},
		waiting: {38, 5, 164}, closed: {38, 5, 244}, alarm: {38, 5, 196},
	}
}

// ink holds the escape sequences. They are taken from the colour library once,
// since asking it for every word costs more than all the rest of a line.
type ink struct {
	on  [numHues]string
	off string
}

func newInk(d Depth) ink {
	var k ink
	if d == Plain {
		return k
	}
	for h, attrs := range attributes(d) {
		if h == int(none) {
			continue
		}
		c := color.New(attrs...)
		c.EnableColor()
		k.on[h], _, _ = strings.Cut(c.Sprint("|"), "|")
	}
	k.off = "\x1b[0m" // the library's own repeats the 0 for each attribute
	return k
}

// hueOf is the colour of a state.
func hueOf(s flows.State) hue {
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
	default:
		return none
	}
}

// begin appends what switches a colour on.
func (k *ink) begin(b []byte, h hue) []byte { return append(b, k.on[h]...) }

// end appends what switches it off again.
func (k *ink) end(b []byte, h hue) []byte {
	if k.on[h] == "" {
		return b
	}
	return append(b, k.off...)
}

// paint appends text in a colour.
func (k *ink) paint(b []byte, h hue, text string) []byte {
	return k.end(append(k.begin(b, h), text...), h)
}
