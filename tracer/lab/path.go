package lab

import (
	"math/rand/v2"
	"time"
)

// path is how the way between the two ends is.
type path struct {
	delay   [2]time.Duration // of what the client and the server send, one way
	jitter  time.Duration    // at most so much more
	loss    float64          // share of the packets that are lost
	double  float64          // that arrive twice
	reorder float64          // that others overtake
}

// fate is what becomes of one packet.
type fate struct {
	lost   lostWhere
	delay  time.Duration
	double time.Duration // a second copy arrives so much later; 0: none
}

// lostWhere says on which side of the middle, where a third capture is made, a
// packet is lost.
type lostWhere uint8

const (
	notLost lostWhere = iota
	lostBeforeMiddle
	lostBehindMiddle
)

// throw throws the dice for one packet. It always throws the same number of
// them, so what a packet meets does not depend on what others met.
func (p *path) throw(dice *rand.Rand, sender int) fate {
	jitter, loss, where, double, reorder, late := dice.Float64(), dice.Float64(), dice.Float64(), dice.Float64(), dice.Float64(), dice.Float64()
	f := fate{delay: p.delay[sender] + time.Duration(jitter*float64(p.jitter))}
	if loss < p.loss {
		f.lost = anywhere(where)
	}
	if double < p.double {
		f.double = time.Duration(late * float64(20*time.Millisecond))
	}
	if reorder < p.reorder {
		f.delay += time.Duration(late * float64(30*time.Millisecond))
	}
	return f
}

// anywhere is a place where to lose a packet.
func anywhere(dice float64) lostWhere {
	if dice < 0.5 {
		return lostBeforeMiddle
	}
	return lostBehindMiddle
}
