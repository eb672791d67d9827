package truth

import (
	"fmt"
	"io"
	"maps"
	"slices"
)

// Tally counts ends, and how many of them came out right.
type Tally struct{ Ends, Exact, Fair, Final int }

// Add counts one end.
func (t *Tally) Add(v Verdict) {
	t.Ends++
	t.Exact += one(v.Exact)
	t.Fair += one(v.Fair)
	t.Final += one(v.Final)
}

func one(right bool) int {
	if right {
		return 1
	}
	return 0
}

// Table is the measure: a row for each scenario, and the rows for all.
type Table struct {
	Scenarios map[string]*Tally
	All       Tally
	// Lossless counts the ends of connections of which no packet was lost on the
	// way; Whole those of them in captures that lack nothing that came by.
	Lossless, Whole Tally
}

// NewTable counts results.
func NewTable(results []Result) *Table {
	t := &Table{Scenarios: make(map[string]*Tally)}
	for i := range results {
		t.add(&results[i])
	}
	return t
}

func (t *Table) add(r *Result) {
	scenario := r.Capture.Scenario()
	if t.Scenarios[scenario] == nil {
		t.Scenarios[scenario] = new(Tally)
	}
	t.Scenarios[scenario].Add(r.Verdict)
	t.All.Add(r.Verdict)
	if r.Connection.Lossless() {
		t.Lossless.Add(r.Verdict)
		if r.Capture.Whole() {
			t.Whole.Add(r.Verdict)
		}
	}
}

// Print writes the table. exact: the whole history is the kernel's; fair: it is
// all of it that the capture can show; final: so is the last state.
func (t *Table) Print(w io.Writer) {
	fmt.Fprintf(w, "%-26s %6s  %13s  %13s  %13s\n", "scenario", "ends", "exact", "fair", "final")
	for _, name := range slices.Sorted(maps.Keys(t.Scenarios)) {
		t.Scenarios[name].print(w, name)
	}
	fmt.Fprintln(w)
	t.All.print(w, "ALL")
	t.Lossless.print(w, "without any loss")
	t.Whole.print(w, "and captured whole")
}

func (t *Tally) print(w io.Writer, name string) {
	fmt.Fprintf(w, "%-26s %6d  %s  %s  %s\n", name, t.Ends, t.share(t.Exact), t.share(t.Fair), t.share(t.Final))
}

// share is a number with what part of the ends it is. It is rounded down:
// 100.0 % shall mean all.
func (t *Tally) share(n int) string {
	if t.Ends == 0 {
		return fmt.Sprintf("%5d       -", n)
	}
	tenths := 1000 * n / t.Ends
	return fmt.Sprintf("%5d %3d.%d %%", n, tenths/10, tenths%10)
}
