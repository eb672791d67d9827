package capture

import (
	"math"
	"math/bits"

	"tcptrace/flows"
)

// resolution is how an interface of a pcapng file counts time: in units of
// 10^-n or 2^-n seconds since an offset from the epoch.
type resolution struct {
	scale  uint64 // nanoseconds in a unit where that is a whole number, else 0
	binary bool
	digits uint  // n
	offset int64 // seconds
}

// microseconds is what counts when an interface does not say (if_tsresol).
func microseconds() resolution { return resolution{scale: 1000, digits: 6} }

// setUnit reads the value of an if_tsresol option.
func (r *resolution) setUnit(v byte) {
	r.binary, r.digits, r.scale = v&0x80 != 0, uint(v&0x7f), 0
	if !r.binary && r.digits <= 9 {
		r.scale = pow10(9 - r.digits)
	}
}

// time converts a count of units. What does not fit a Time becomes the last
// one that does: only a broken file dates a packet after the year 2262.
func (r *resolution) time(units uint64) flows.Time {
	if r.scale == 1000 && r.offset == 0 && units < math.MaxInt64/1000 { // as nearly always
		return flows.Time(units * 1000)
	}
	return r.timeAny(units)
}

func (r *resolution) timeAny(units uint64) flows.Time {
	ns := uint64(math.MaxInt64)
	if hi, lo := bits.Mul64(units, r.scale); r.scale == 0 {
		ns = r.divide(units)
	} else if hi == 0 {
		ns = lo
	}
	t := flows.Time(min(ns, math.MaxInt64))
	if r.offset == 0 {
		return t
	}
	return shift(t, r.offset)
}

// divide converts units that are not a whole number of nanoseconds long.
func (r *resolution) divide(units uint64) uint64 {
	if !r.binary {
		if r.digits-9 > 19 { // 10^20 is more than any count
			return 0
		}
		return units / pow10(r.digits-9)
	}
	hi, lo := bits.Mul64(units, 1e9)
	switch {
	case r.digits >= 64:
		return hi >> (r.digits - 64)
	case hi>>r.digits != 0:
		return math.MaxUint64
	}
	return hi<<(64-r.digits) | lo>>r.digits
}

// shift moves t by whole seconds (if_tsoffset), within what a Time can hold.
func shift(t flows.Time, seconds int64) flows.Time {
	const most = math.MaxInt64 / 1_000_000_000
	seconds = max(min(seconds, most), -most)
	moved := t + flows.Time(seconds*1_000_000_000)
	if seconds > 0 && moved < t {
		return math.MaxInt64
	}
	return moved
}

func pow10(n uint) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
