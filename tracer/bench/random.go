package bench

// random is a sequence of numbers that look random and are the same everywhere:
// xorshift64* (Vigna 2016), which is enough for traffic.
type random uint64

// newRandom starts a sequence; seeds that differ little give sequences that
// differ much.
func newRandom(seed uint64) random { return random(scramble(seed) | 1) } // 0 would stay 0

// next is the next number.
func (r *random) next() uint64 {
	x := *r
	x ^= x >> 12
	x ^= x << 25
	x ^= x >> 27
	*r = x
	return uint64(x) * 0x2545f4914f6cdd1d
}

// below is a number from 0 to n-1.
func (r *random) below(n int) int { return int((r.next() >> 32) * uint64(n) >> 32) }

// between is a number from low to high.
func (r *random) between(low, high int) int { return low + r.below(high-low+1) }

// oneIn is true once in n times.
func (r *random) oneIn(n int) bool { return r.below(n) == 0 }

// scramble gives every number another one, which looks unlike it.
func scramble(x uint64) uint64 {
	x += 0x632be59bd9b4e019
	x = (x ^ x>>32) * 0xd6e8feb86659fd93
	x = (x ^ x>>32) * 0xd6e8feb86659fd93
	return x ^ x>>32
}
