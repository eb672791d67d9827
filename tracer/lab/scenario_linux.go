package lab

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"
)

// scenario is something that two ends do. Its function says what happens, in
// order; the rest says where.
type scenario struct {
	name  string // family.case, permanent
	shows string // what is to be seen
	joint joint
	v6    bool
	path  path // if joint is byRelay
	// offload leaves on what most machines have on: segments of up to 64 KiB, and
	// checksums that are filled in behind the capture.
	offload bool
	// rough says that packets are lost, doubled or overtaken on the way: what a
	// capture holds may never have arrived, or in another order, and not every
	// end can come out right.
	rough bool
	// drawn says that dice draw what the applications do: with enough throws
	// there comes an order of packets that no rule knows yet. Such an end is told,
	// so that the rule can be found, and nearly all of them are demanded.
	drawn bool
	// holes is the share of packets that are taken out of the captures.
	holes float64
	// open says why some ends cannot be known although nothing is lost, if they
	// cannot.
	open string
	// wrong says what package flows is known to get wrong here. Such ends are
	// told and not demanded, until all of them come out right: then the test
	// fails, so that the mark is taken away.
	wrong string
	long  bool // it waits for timers of the kernel, or has very many connections
	play  func(*stage)
}

// joint says how the two ends are joined.
type joint uint8

const (
	byVeth     joint = iota
	byLoopback       // both ends in one namespace
	byRelay
)

// The ways between the ends that most scenarios use.
var (
	fast = both(4 * time.Millisecond)
	slow = both(30 * time.Millisecond) // long enough for things to cross
)

// both is a path with the same delay either way.
func both(delay time.Duration) path { return path{delay: [2]time.Duration{delay, delay}} }

// all lists the scenarios, in the order of a connection's life.
func all() []scenario {
	return slices.Concat(
		opening(), refusing(), losingOpening(), overflowing(),
		closing(), crossing(), losingClosing(),
		aborting(), sticking(), probing(),
		reusing(), waiting(), wrapping(), fastOpening(),
		injecting(), fuzzing(), capturing(),
	)
}

// source is the dice of a scenario for a seed: other scenarios may be added
// without changing what a seed means here.
func (s *scenario) source(seed uint64) rand.Source {
	h := fnv.New64a()
	h.Write([]byte(s.name))
	return rand.NewPCG(seed, h.Sum64())
}
