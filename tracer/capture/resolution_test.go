package capture

import (
	"math"
	"math/big"
	"testing"

	"tcptrace/flows"
)

// exact is what time computes, by arithmetic that does not round or overflow.
func exact(units uint64, unit byte, offset int64) flows.Time {
	base := big.NewInt(10)
	if unit&0x80 != 0 {
		base = big.NewInt(2)
	}
	ns := new(big.Int).Mul(new(big.Int).SetUint64(units), big.NewInt(second))
	ns.Div(ns, base.Exp(base, big.NewInt(int64(unit&0x7f)), nil))
	if limit := big.NewInt(math.MaxInt64); ns.Cmp(limit) > 0 {
		ns = limit
	}
	ns.Add(ns, new(big.Int).Mul(big.NewInt(offset), big.NewInt(second)))
	if limit := big.NewInt(math.MaxInt64); ns.Cmp(limit) > 0 {
		ns = limit
	}
	return flows.Time(ns.Int64())
}

func TestResolution(t *testing.T) {
	for unit := range 256 {
		for _, units := range []uint64{0, 1, 999, 1 << 20, 1<<40 + 12345, 1700000000_123456, 1700000000_123456789, math.MaxInt64, math.MaxUint64} {
			for _, offset := range []int64{0, 1, -1, 1 << 33, -1 << 30} {
				r := microseconds()
				r.setUnit(byte(unit))
				r.offset = offset
				if got, want := r.time(units), exact(units, byte(unit), offset); got != want {
					t.Errorf("if_tsresol %#x, %d units, offset %d: got %d, want %d", unit, units, offset, got, want)
				}
			}
		}
	}
}

func TestResolutionExtremes(t *testing.T) {
	r := microseconds()
	if got, want := r.time(1700000000_000001), flows.Time(1700000000*second+1000); got != want {
		t.Errorf("microseconds: got %d, want %d", got, want)
	}
	for _, offset := range []int64{math.MaxInt64, math.MinInt64} {
		r.offset = offset
		r.time(math.MaxUint64) // must not panic
		r.time(0)
	}
}
