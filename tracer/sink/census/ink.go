package census

import "tcptrace/tracer/sink/palette"

// hue is what a colour stands for, as in a trace.
type hue = palette.Hue

const (
	none    = palette.None
	heading = palette.Heading
	opening = palette.Opening
	closed  = palette.Closed
	alarm   = palette.Alarm
)

// ink paints words rather than lines.
type ink struct{ palette.Ink }

func newInk(d palette.Depth) ink { return ink{palette.New(d)} }

func (k *ink) paint(h hue, text string) string {
	if text == "" {
		return text
	}
	return string(k.Paint(nil, h, text))
}
