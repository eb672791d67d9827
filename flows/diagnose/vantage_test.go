package diagnose_test

import (
	"fmt"
	"strings"
	"testing"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/flows/flowtest"
)

// play feeds a scenario to an engine, and lets do have the engine at the end.
func play(t *testing.T, text string, do func(*diagnose.Engine)) []diagnose.Finding {
	t.Helper()
	scenario, err := flowtest.Parse(strings.NewReader("# from a test\n" + text))
	if err != nil {
		t.Fatal(err)
	}
	heard := &ear{}
	engine := diagnose.New(diagnose.Options{}, heard)
	table := flows.NewTable(flows.Limits{}, engine)
	scenario.Feed(flowtest.Casts()["as written"], table)
	table.Finish()
	do(engine)
	return heard.found
}

// TestConclude: what is wrong with the capture as a whole is told when it shows,
// and once more with all numbers, but only if there is more.
func TestConclude(t *testing.T) {
	var text strings.Builder
	for client := range 3 {
		fmt.Fprintf(&text, "%d > ACK J+1 K+1 len=100 client=%[1]d\n%[1]d.1 < ACK K+1 J+101 client=%[1]d\n", client)
	}
	found := play(t, text.String(), func(e *diagnose.Engine) {
		e.Conclude()
		e.Conclude()
	})
	want := []string{"1 connection without a SYN", "3 connections without a SYN"}
	if len(found) != len(want) {
		t.Fatalf("got %d findings, want %d: %v", len(found), len(want), found)
	}
	for i, f := range found {
		if f.ID != diagnose.MidstreamPickup || f.Flow != 0 || f.At != diagnose.Capture || f.Update != (i > 0) || !strings.HasPrefix(f.Summary, want[i]) {
			t.Errorf("finding %d: got %v of flow %d, update %v, %q; want %q", i, f.ID, f.Flow, f.Update, f.Summary, want[i])
		}
	}
}

// TestDropped: a drop counter above 0 is loss, whatever the packets say.
func TestDropped(t *testing.T) {
	for _, c := range []struct {
		name string
		n    uint64
		want int
	}{{"none", 0, 0}, {"some", 7, 1}} {
		t.Run(c.name, func(t *testing.T) {
			found := play(t, "0.0 > SYN J\n0.1 < SYN,ACK K J+1\n0.2 > ACK J+1 K+1\n", func(e *diagnose.Engine) {
				e.Dropped(c.n)
				e.Conclude()
				e.Conclude()
			})
			if len(found) != c.want {
				t.Fatalf("got %d findings, want %d: %v", len(found), c.want, found)
			}
			for _, f := range found {
				if f.ID != diagnose.CaptureLoss || f.Confidence != diagnose.Certain || !strings.HasPrefix(f.Summary, "7 packets") {
					t.Errorf("got %v %v %q", f.ID, f.Confidence, f.Summary)
				}
			}
		})
	}
}
