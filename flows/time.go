package flows

import "time"

// Time is a moment of capture in nanoseconds since the Unix epoch, UTC. It
// covers the years 1678 to 2262.
type Time int64

// TimeOf converts t to a Time.
func TimeOf(t time.Time) Time { return Time(t.UnixNano()) }

// Sub is the time that passed from u to t; negative when u is the later one.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t - u) }

// Add is the moment d after t.
func (t Time) Add(d time.Duration) Time { return t + Time(d) }

// UTC is t as a time.Time in UTC.
func (t Time) UTC() time.Time { return time.Unix(0, int64(t)).UTC() }
