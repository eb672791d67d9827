package truth_test

import (
	"flag"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tcptrace/flows"
	"tcptrace/tracer/capture"
	"tcptrace/tracer/truth"
)

// pairs is where the pairs of captures and truth are.
const pairs = "../../testdata/kernel"

var update = flag.Bool("update", false, "record what is reached now in "+pairs)

// replayed is one capture with what the tracer said of it.
type replayed struct {
	*truth.Capture
	*truth.Replay
	results []truth.Result
	extra   []*truth.Life
}

// replayAll replays all captures, once for all tests.
var replayAll = sync.OnceValues(func() ([]replayed, error) {
	captures, err := truth.ReadDir(pairs)
	if err != nil {
		return nil, err
	}
	all := make([]replayed, len(captures))
	for i := range captures {
		c := &captures[i]
		r, err := replay(c.Name)
		if err != nil {
			return nil, err
		}
		all[i] = replayed{Capture: c, Replay: r}
		all[i].results, all[i].extra = truth.Score(c, r)
	}
	return all, nil
})

func replay(name string) (*truth.Replay, error) {
	f, err := capture.OpenFile([]string{filepath.Join(pairs, name+".pcap")}, capture.FileOptions{})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return truth.Trace(f)
}

func replays(t *testing.T) []replayed {
	t.Helper()
	all, err := replayAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatalf("no pairs in %s", pairs)
	}
	return all
}

func results(t *testing.T) []truth.Result {
	t.Helper()
	var list []truth.Result
	for _, r := range replays(t) {
		list = append(list, r.results...)
	}
	return list
}

// TestTruth is the measure: `make truth` prints its table. In no scenario may
// fewer ends come out right than are recorded.
func TestTruth(t *testing.T) {
	table := truth.NewTable(results(t))
	var b strings.Builder
	table.Print(&b)
	t.Logf("the states that the tracer infers, against those of the kernels\n%s", &b)
	if *update {
		writeExpected(t, table)
	}
	worse, better := compare(readExpected(t), table)
	for _, w := range worse {
		t.Error(w)
	}
	for _, w := range better {
		t.Logf("%s: record it with `go test ./tracer/truth -run Truth -update`", w)
	}
}

// TestTruthThreeWays: transitions, records and the summary say the same.
func TestTruthThreeWays(t *testing.T) {
	for _, r := range replays(t) {
		for _, d := range r.Disagreements() {
			t.Errorf("%s: %s", r.Name, d)
		}
	}
}

// TestTruthNothingInvented: where kernels were at both ends, the tracer sees no
// connection that they did not have.
func TestTruthNothingInvented(t *testing.T) {
	for _, r := range replays(t) {
		for _, l := range r.extra {
			for _, c := range r.Connections {
				same := c.Client == l.Ends[0] && c.Server == l.Ends[1] || c.Client == l.Ends[1] && c.Server == l.Ends[0]
				if same && c.ClientEnd != nil && c.ServerEnd != nil {
					t.Errorf("%s: flow %d between %v is none that the kernels had", r.Name, l.Flow, l.Ends)
				}
			}
		}
	}
}

// TestTruthRoles: only where both ends opened, or the opening was not captured,
// may the tracer take the server for the client.
func TestTruthRoles(t *testing.T) {
	for _, r := range replays(t) {
		for _, l := range r.Lives {
			for _, c := range r.Connections {
				exchanged := c.Client == l.Ends[1] && c.Server == l.Ends[0] && c.ClientEnd != nil && c.ServerEnd != nil
				if exchanged && !l.Guessed && !c.Simultaneous && !c.Self() {
					t.Errorf("%s: %v is the client, not %v", r.Name, c.Client, l.Ends[0])
				}
			}
		}
	}
}

// TestTruthNotBeforeTheKernel: a state that is claimed for what its end sent is
// never claimed before the kernel was in it.
func TestTruthNotBeforeTheKernel(t *testing.T) {
	var lags []time.Duration
	for _, r := range results(t) {
		for i, lag := range r.Lags() {
			if r.Got[i].Basis != flows.Sent {
				continue
			}
			lags = append(lags, lag)
			if state := r.Got[i].State; lag < -tolerance(state) {
				t.Errorf("%v: %v is claimed %v before the kernel was in it", r.Name(), state, -lag)
			}
		}
	}
	slices.Sort(lags)
	n := len(lags)
	if n < 1000 {
		t.Fatalf("only %d claims were checked", n)
	}
	t.Logf("%d claims come %v after the kernel's transition (median), 95 %% within %v", n, lags[n/2], lags[n*95/100])
}

// tolerance is how much later than it happened the kernel may have been seen to
// enter a state. It sends and changes its state within microseconds, now in
// this order, now in that, and tracing takes some more. The end of a request or
// of TIME_WAIT is not traced at all: it is what a sampler missed that looks
// every few milliseconds.
func tolerance(s flows.State) time.Duration {
	if s == flows.Closed {
		return 20 * time.Millisecond
	}
	return time.Millisecond
}
