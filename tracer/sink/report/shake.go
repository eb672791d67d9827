package report

import (
	"math"
	"time"
)

// shakes is the distribution of handshake times, in buckets of equal ratio.
type shakes struct {
	n       uint64
	max     time.Duration
	buckets [decades * perDecade]uint64
}

const (
	perDecade = 20 // a bucket is 12 % wide, so a percentile is that exact
	decades   = 9  // from 1 µs to 1000 s
	barsOf    = 4  // buckets that one bar of the chart shows
)

func (s *shakes) add(d time.Duration) {
	s.n++
	s.max = max(s.max, d)
	s.buckets[bucketOf(d)]++
}

func bucketOf(d time.Duration) int {
	i := int(math.Floor(math.Log10(float64(d)/float64(time.Microsecond))*perDecade + 1e-9))
	return min(max(i, 0), decades*perDecade-1)
}

// lower is where a bucket begins.
func lower(i int) time.Duration {
	return time.Duration(math.Round(math.Pow(10, float64(i)/perDecade) * float64(time.Microsecond)))
}

// percentile is the time within which so many of a hundred handshakes were
// done, to the width of a bucket.
func (s *shakes) percentile(p float64) time.Duration {
	want, n := uint64(math.Ceil(float64(s.n)*p/100)), uint64(0)
	for i, c := range s.buckets {
		if n += c; n >= want && n > 0 {
			return min(lower(i+1), s.max)
		}
	}
	return s.max
}

// bar is one bar of the chart.
type bar struct {
	From, To time.Duration
	N        uint64
}

// bars are the bars from the first one that is not empty to the last.
func (s *shakes) bars() []bar {
	var all []bar
	for i := 0; i < len(s.buckets); i += barsOf {
		b := bar{From: lower(i), To: lower(i + barsOf)}
		for _, n := range s.buckets[i : i+barsOf] {
			b.N += n
		}
		if b.N > 0 || len(all) > 0 {
			all = append(all, b)
		}
	}
	for len(all) > 0 && all[len(all)-1].N == 0 {
		all = all[:len(all)-1]
	}
	return all
}
