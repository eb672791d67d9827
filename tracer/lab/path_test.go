package lab

import (
	"math/rand/v2"
	"testing"
	"time"

	"tcptrace/flows"
)

// TestSeed checks that a seed decides what becomes of every packet.
func TestSeed(t *testing.T) {
	p := path{delay: [2]time.Duration{time.Millisecond, 2 * time.Millisecond}, jitter: time.Millisecond, loss: 0.3, double: 0.3, reorder: 0.3}
	a, b := rand.New(rand.NewPCG(7, 8)), rand.New(rand.NewPCG(7, 8))
	lost := 0
	for i := range 1000 {
		one, other := p.throw(a, i%2), p.throw(b, i%2)
		if one != other {
			t.Fatalf("packet %d: %v, and %v for the same seed", i, one, other)
		}
		if one.lost != notLost {
			lost++
		}
	}
	if lost < 250 || lost > 350 {
		t.Errorf("of 1000 packets %d are lost, want some 300", lost)
	}
}

func TestRule(t *testing.T) {
	r := rule{from: flows.Client, match: hasFIN, skip: 1, times: 1}
	fin, ack := &flows.Segment{Flags: flows.FIN | flows.ACK}, &flows.Segment{Flags: flows.ACK}
	for i, c := range []struct {
		from flows.Side
		s    *flows.Segment
		want bool
	}{
		{flows.Client, ack, false},
		{flows.Server, fin, false},
		{flows.Client, fin, false}, // skipped
		{flows.Client, fin, true},
		{flows.Client, fin, false}, // tired
	} {
		if got := r.acts(c.from, c.s); got != c.want {
			t.Errorf("segment %d: got %v, want %v", i, got, c.want)
		}
	}
}
