package tracer

import (
	"time"

	"tcptrace/flows"
)

// Clock tells the time while capturing live. A replay has none: the packets'
// own times are all the time there is in it.
type Clock func() flows.Time

// WallClock is the time of day.
func WallClock() flows.Time { return flows.TimeOf(time.Now()) }

// lag is how far behind the clock an idle table is kept: packets of that long
// ago may still be on their way through the kernel's buffer, and what they say
// must come before what time alone does.
const lag = 250 * time.Millisecond
