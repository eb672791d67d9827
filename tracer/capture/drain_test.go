package capture

import (
	"testing"
	"time"

	"tcptrace/flows"
)

func TestDrain(t *testing.T) {
	now := flows.TimeOf(time.Now())
	later := now.Add(time.Minute)
	saw := func(times ...flows.Time) func(*drain) {
		return func(d *drain) {
			for _, at := range times {
				d.saw(at)
			}
		}
	}
	quiet := func(waits int) func(*drain) { return func(d *drain) { d.quiet += waits } }
	tests := []struct {
		name     string
		captured uint64
		known    bool
		then     []func(*drain)
		want     bool
	}{
		{"nothing captured", 0, true, nil, true},
		{"one is missing", 2, true, []func(*drain){saw(now)}, false},
		{"as many as captured", 2, true, []func(*drain){saw(now, now)}, true},
		{"one captured after Stop", 9, true, []func(*drain){saw(now, later)}, true},
		{"quiet, not for long", 9, true, []func(*drain){quiet(quietWaits - 1)}, false},
		{"quiet, and then not", 9, true, []func(*drain){quiet(quietWaits - 1), saw(now), quiet(1)}, false},
		{"quiet", 9, true, []func(*drain){saw(now), quiet(quietWaits)}, true},
		{"the kernel does not say", 0, false, []func(*drain){saw(now)}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var d drain
			if d.done() {
				t.Error("done before Stop")
			}
			d.begin(tt.captured, tt.known)
			for _, step := range tt.then {
				step(&d)
			}
			if got := d.done(); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
