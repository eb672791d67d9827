package diagnose

import (
	"testing"

	"tcptrace/flows"
)

// TestReuses: 0 is for a flow that follows none in TIME_WAIT, 1 for the first
// second after it.
func TestReuses(t *testing.T) {
	for _, tt := range []struct {
		unused int
		want   string
	}{
		{1, "the client's port is used again less than 1 s after its last connection, as 7 others of this client: its ports come round too soon"},
		{2, "the client's port is used again 1 s after its last connection, as 7 others of this client: its ports come round too soon"},
		{maxUnused, "the client's port is used again 60 s after its last connection, as 7 others of this client: its ports come round too soon"},
	} {
		if got := reuses[tt.unused].soon; got != tt.want {
			t.Errorf("reuses[%d].soon is %q, want %q", tt.unused, got, tt.want)
		}
	}
}

// TestNoTimeWaitIsTooLong: whatever time the SYN comes, there is a text for it.
func TestNoTimeWaitIsTooLong(t *testing.T) {
	for _, quiet := range []flows.Time{0, 1, flows.Time(timeWait) - 1, flows.Time(timeWait), 1 << 62} {
		e := New(Options{}, nobodyHears{})
		m := e.look(1)
		m.st = &flows.Step{Prior: flows.Prior{Flow: 1, States: [2]flows.State{flows.TimeWait, flows.Closed}, Quiet: quiet.Sub(0)}}
		m.follows()
		if n := int(m.track.unused); n < 1 || n > maxUnused {
			t.Errorf("%v after TIME_WAIT began: unused is %d, want 1 to %d", quiet.Sub(0), n, maxUnused)
		}
	}
}
