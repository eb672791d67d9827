package flows_test

import (
	"testing"
	"time"

	"tcptrace/flows"
)

func TestTime(t *testing.T) {
	day := time.Date(2026, 3, 1, 12, 30, 0, 123456789, time.FixedZone("far away", 3*3600))
	at := flows.TimeOf(day)
	if got := at.UTC(); !got.Equal(day) || got.Location() != time.UTC {
		t.Errorf("%v comes back as %v", day, got)
	}
	later := at.Add(90 * time.Second)
	if got := later.Sub(at); got != 90*time.Second {
		t.Errorf("90 s on is %v on", got)
	}
	if got := at.Sub(later); got != -90*time.Second {
		t.Errorf("90 s back is %v", got)
	}
}
