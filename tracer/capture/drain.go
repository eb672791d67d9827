package capture

import (
	"math"
	"time"

	"tcptrace/flows"
)

const (
	// lateStamp is how far the packets of different processors may be out of
	// order in the kernel's buffer; it is microseconds.
	lateStamp = flows.Time(time.Millisecond)
	// quietWaits is how many waits of Next without a packet mean that the
	// kernel has none. Four waits are 150 ms. It hands over an unfinished block
	// after one to two time-outs of 10 ms; the rest is for machines that are
	// busy.
	quietWaits = 4
)

// drain finds out when everything was handed over that the kernel had captured
// when Stop was called. libpcap cannot tell: the last packets lie in a block
// that is not finished, where neither libpcap nor poll sees them until the
// block's time-out, and the reader blocks on.
//
// Whichever is the case first ends it:
//
//   - As many packets came as the kernel had counted by then. This is the rule
//     where traffic is slow. On the loopback device the kernel counts each
//     packet twice, and libpcap filters some itself before the kernel's filter
//     is in place, so the count may be too high, but never too low.
//   - A packet came that was captured after that moment, and so all those
//     before it. This is the rule where traffic goes on.
//   - No packet came for a while, although the reader waited for one.
type drain struct {
	on    bool
	seen  uint64     // packets handed over, from the start of the capture
	last  flows.Time // of the last one
	want  uint64     // packets captured when Stop was called
	until flows.Time // when it was called
	quiet int        // waits since the last packet
}

// saw counts a packet.
func (d *drain) saw(t flows.Time) {
	d.seen++
	d.last = t
	d.quiet = 0
}

// begin sets the goal: captured is the kernel's count.
func (d *drain) begin(captured uint64, known bool) {
	if !known {
		captured = math.MaxUint64
	}
	*d = drain{on: true, seen: d.seen, want: captured, until: flows.TimeOf(time.Now())}
}

func (d *drain) done() bool {
	return d.on && (d.seen >= d.want || d.last > d.until+lateStamp || d.quiet >= quietWaits)
}
