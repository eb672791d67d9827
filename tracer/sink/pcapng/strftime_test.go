package pcapng

import (
	"testing"
	"time"
)

// TestStrftime: what GNU date says of the same times.
func TestStrftime(t *testing.T) {
	evening := time.Date(2026, 3, 2, 20, 5, 9, 0, time.FixedZone("CET", 3600)) // a Monday
	newYear := time.Date(2027, 1, 3, 0, 30, 0, 0, time.UTC)                    // a Sunday, in the last ISO week of 2026
	tests := []struct {
		format string
		at     time.Time
		want   string
	}{
		{"trace-%Y%m%d-%H%M%S.pcapng", evening, "trace-20260302-200509.pcapng"},
		{"%F_%T %R %D %y %C", evening, "2026-03-02_20:05:09 20:05 03/02/26 26 20"},
		{"%a %A %b %h %B %e", evening, "Mon Monday Mar Mar March  2"},
		{"%I %l %k %p %r", evening, "08  8 20 PM 08:05:09 PM"},
		{"%j %u %w %U %V %W %G %g", evening, "061 1 1 09 10 09 2026 26"},
		{"%s %z %Z", evening, "1772478309 +0100 CET"},
		{"%c|%x|%X", evening, "Mon Mar  2 20:05:09 2026|03/02/26|20:05:09"},
		{"%j %u %w %U %V %W %G %g %I %l", newYear, "003 7 0 01 53 00 2026 26 12 12"},
		{"100%% %n%t", newYear, "100% \n\t"},
		{"what %Q is none, and %", newYear, "what %Q is none, and %"},
		{"no conversion", newYear, "no conversion"},
	}
	for _, tt := range tests {
		if got := strftime(tt.format, tt.at); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.format, got, tt.want)
		}
	}
}
