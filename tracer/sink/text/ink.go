package text

import "tcptrace/tracer/sink/palette"

// hue is what a colour stands for.
type hue = palette.Hue

const (
	none    = palette.None
	opening = palette.Opening
	open    = palette.Open
	closing = palette.Closing
	waiting = palette.Waiting
	closed  = palette.Closed
	alarm   = palette.Alarm
)
