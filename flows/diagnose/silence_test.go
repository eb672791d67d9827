package diagnose

import "testing"

// TestSilenceIsOneWay: of two conditions at most one explains the other, also
// through others; else it would depend on the order which of them is told.
func TestSilenceIsOneWay(t *testing.T) {
	for id := ID(1); id < numIDs; id++ {
		reached := silencedBy[id]
		for range numIDs {
			for by := ID(1); by < numIDs; by++ {
				if reached>>by&1 == 1 {
					reached |= silencedBy[by]
				}
			}
		}
		if reached>>id&1 == 1 {
			t.Errorf("%v silences itself through others", id)
		}
	}
}

// TestConditionsFitIntoTheirSet: told and silencedBy hold a bit for each.
func TestConditionsFitIntoTheirSet(t *testing.T) {
	if numIDs > 64 {
		t.Errorf("%d conditions, 63 at most", numIDs)
	}
}
