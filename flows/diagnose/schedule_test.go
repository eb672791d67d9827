package diagnose

import (
	"testing"
	"time"
)

// TestSynSchedule: the times are those that Linux was measured with.
func TestSynSchedule(t *testing.T) {
	tests := []struct {
		name   string
		kernel Kernel
		spans  []int // seconds from the first SYN to each
		lasts  int
	}{
		{"Linux 6.5", Kernel{SynRetries: 6, SynLinearTimeouts: 4}, []int{0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67}, 131},
		{"Linux 6.4", Kernel{SynRetries: 6}, []int{0, 1, 3, 7, 15, 31, 63}, 127},
		{"two retries", Kernel{SynRetries: 2}, []int{0, 1, 3}, 7},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, want := tt.kernel.synSends(), len(tt.spans); got != want {
				t.Errorf("got %d SYNs, want %d", got, want)
			}
			for i, want := range tt.spans {
				if got := tt.kernel.synSpan(i + 1); got != time.Duration(want)*time.Second {
					t.Errorf("SYN %d after %v, want %d s", i+1, got, want)
				}
			}
			if got := tt.kernel.synLasts(); got != time.Duration(tt.lasts)*time.Second {
				t.Errorf("it lasts %v, want %d s", got, tt.lasts)
			}
		})
	}
}

// TestSynWords: the SYNs that were seen say which schedule it is, unless the
// host's sysctls do.
func TestSynWords(t *testing.T) {
	own := Kernel{SynRetries: 2, Own: true}
	tests := []struct {
		name   string
		kernel Kernel
		n      int
		span   time.Duration
		want   string
	}{
		{"linear", LinuxDefaults(), 5, 4100 * time.Millisecond, "retry 4 of 10, Linux gives up in 2 min 6 s (by Linux's defaults)"},
		{"doubling", LinuxDefaults(), 4, 7020 * time.Millisecond, "retry 3 of 6, Linux gives up in 119 s (by Linux's defaults)"},
		{"late timers", LinuxDefaults(), 11, 70 * time.Second, "retry 10, the last that Linux makes (by Linux's defaults)"},
		{"every 3 s", LinuxDefaults(), 4, 9 * time.Second, "not on the schedule of Linux"},
		{"own", own, 2, time.Second, "retry 1 of 2, Linux gives up in 6.0 s (by this host's sysctls)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.kernel.synWords(tt.n, tt.span); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestSynOverdue: an old stack that doubles from 3 s on has not stopped when
// one of Linux would have.
func TestSynOverdue(t *testing.T) {
	tests := []struct {
		name string
		n    int
		span time.Duration
		want time.Duration
	}{
		{"linear", 2, time.Second, 3 * time.Second},
		{"doubling", 3, 3 * time.Second, 9 * time.Second},
		{"from 3 s", 2, 3 * time.Second, 13 * time.Second},
		{"from 3 s, twice", 3, 9 * time.Second, 25 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := LinuxDefaults().synOverdue(tt.n, tt.span); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
