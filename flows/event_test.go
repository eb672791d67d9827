package flows_test

import (
	"testing"

	"tcptrace/flows"
)

// TestOutcomeNames: they stand in the output, and are never changed.
func TestOutcomeNames(t *testing.T) {
	want := map[flows.Outcome]string{
		flows.Open: "open", flows.ClosedFlow: "closed", flows.ResetFlow: "reset", flows.Refused: "refused",
		flows.Unanswered: "unanswered", flows.Filtered: "filtered", flows.HalfOpen: "half-open", flows.Stuck: "stuck",
		flows.Partial: "partial", flows.Reused: "reused",
	}
	if len(want) != int(flows.NumOutcomes) {
		t.Errorf("%d outcomes are known here, there are %d", len(want), flows.NumOutcomes)
	}
	for o, name := range want {
		if o.String() != name {
			t.Errorf("outcome %d is %v, want %s", o, o, name)
		}
	}
	if got := flows.NumOutcomes.String(); got != "invalid" {
		t.Errorf("an outcome that is none is %q", got)
	}
}
