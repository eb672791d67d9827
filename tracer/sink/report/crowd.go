package report

import (
	"time"

	"tcptrace/flows"
)

// crowd is how many ends were in each state, over the time of the trace. Of
// each interval it holds the mean, so that halving the number of intervals
// loses nothing but detail.
type crowd struct {
	start, now flows.Time
	width      time.Duration // of an interval; 0: nothing happened yet
	bins       []bin
	level      bin
}

// numStates is how many states there are.
const numStates = int(flows.TimeWait) + 1

// bin holds, by end and state, connections times nanoseconds.
type bin [2][numStates]float64

const (
	maxBins  = 200
	firstBin = time.Millisecond
)

// move lets an end go from one state to the next, or into and out of the crowd.
func (c *crowd) move(at flows.Time, from, to [2]flows.State) {
	if from == to {
		return
	}
	c.pass(at)
	for side := range from {
		if counted(from[side]) {
			c.level[side][from[side]]--
		}
		if counted(to[side]) {
			c.level[side][to[side]]++
		}
	}
}

// counted reports whether a state is one of a connection that exists.
func counted(s flows.State) bool { return s >= flows.SynSent && int(s) < numStates }

// pass lets time pass until at. Time that goes back is taken for standing
// still.
func (c *crowd) pass(at flows.Time) {
	if c.width == 0 {
		c.start, c.now, c.width = at, at, firstBin
	}
	for at.Sub(c.start) >= maxBins*c.width {
		c.widen()
	}
	for c.now < at {
		i := int(c.now.Sub(c.start) / c.width)
		until := min(at, c.start.Add(time.Duration(i+1)*c.width))
		for len(c.bins) <= i {
			c.bins = append(c.bins, bin{})
		}
		c.bins[i].add(&c.level, float64(until.Sub(c.now)))
		c.now = until
	}
}

// widen makes one interval of two.
func (c *crowd) widen() {
	c.width *= 2
	half := c.bins[:(len(c.bins)+1)/2]
	for i := range half {
		b := c.bins[2*i]
		if 2*i+1 < len(c.bins) {
			b.add(&c.bins[2*i+1], 1)
		}
		half[i] = b
	}
	c.bins = half
}

func (b *bin) add(more *bin, times float64) {
	for side := range b {
		for s := range b[side] {
			b[side][s] += more[side][s] * times
		}
	}
}

// mean is how many ends of a side were in a state during an interval.
func (c *crowd) mean(i int, side flows.Side, s flows.State) float64 {
	lasted := min(c.width, c.now.Sub(c.start)-time.Duration(i)*c.width)
	if lasted <= 0 {
		return 0
	}
	return c.bins[i][side][s] / float64(lasted)
}

// seen reports whether an end of a side was ever in a state for any time.
func (c *crowd) seen(side flows.Side, s flows.State) bool {
	for i := range c.bins {
		if c.bins[i][side][s] > 0 {
			return true
		}
	}
	return false
}
