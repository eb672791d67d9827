package diagnose

import (
	"testing"
	"time"
)

func TestRoughly(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		d    time.Duration
		want string
	}{
		{-time.Second, "0 s"},
		{0, "0 µs"},
		{999*time.Microsecond + 999, "999 µs"},
		{time.Millisecond, "1 ms"},
		{99*time.Millisecond + 999*time.Microsecond, "99 ms"},
		{100 * time.Millisecond, "0.1 s"},
		{1240 * time.Millisecond, "1.2 s"},
		{1260 * time.Millisecond, "1.3 s"},
		{9960 * time.Millisecond, "10.0 s"},
		{10 * time.Second, "10 s"},
		{2*time.Minute - 1, "119 s"},
		{2*time.Minute + 11*time.Second, "2 min 11 s"},
		{time.Hour - 1, "59 min 59 s"},
		{time.Hour, "1 h 0 min"},
		{47*time.Hour + 59*time.Minute + 59*time.Second, "47 h 59 min"},
		{2 * day, "2 days"},
		{100*day - 1, "99 days"},
	} {
		if got := roughly(tt.d); got != tt.want {
			t.Errorf("%v is %q, want %q", tt.d, got, tt.want)
		}
	}
}
