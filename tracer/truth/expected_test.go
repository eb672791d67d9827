package truth_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tcptrace/tracer/truth"
)

// expectedFile holds what was reached: a line a scenario, with its ends and how
// many of them came out fair.
var expectedFile = filepath.Join(pairs, "expected.tsv")

type expected struct{ ends, fair int }

// compare finds where a table is worse than expected, and where it is better.
func compare(want map[string]expected, table *truth.Table) (worse, better []string) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		w, got := want[name], table.Scenarios[name]
		switch {
		case got == nil:
			worse = append(worse, fmt.Sprintf("%s: no pair is left", name))
		case got.Ends != w.ends:
			worse = append(worse, fmt.Sprintf("%s: %d ends, want %d", name, got.Ends, w.ends))
		case got.Fair < w.fair:
			worse = append(worse, fmt.Sprintf("%s: %d of %d ends are fair, want %d", name, got.Fair, got.Ends, w.fair))
		case got.Fair > w.fair:
			better = append(better, fmt.Sprintf("%s: %d of %d ends are fair, more than the %d recorded", name, got.Fair, got.Ends, w.fair))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(table.Scenarios)) {
		if _, ok := want[name]; !ok {
			worse = append(worse, fmt.Sprintf("%s: is not in %s", name, expectedFile))
		}
	}
	return worse, better
}

func TestCompare(t *testing.T) {
	want := map[string]expected{"close": {10, 9}, "reset": {4, 4}}
	for _, test := range []struct {
		name          string
		got           map[string]*truth.Tally
		worse, better int
	}{
		{"as recorded", map[string]*truth.Tally{"close": {Ends: 10, Fair: 9}, "reset": {Ends: 4, Fair: 4}}, 0, 0},
		{"one end less", map[string]*truth.Tally{"close": {Ends: 10, Fair: 8}, "reset": {Ends: 4, Fair: 4}}, 1, 0},
		{"one end more", map[string]*truth.Tally{"close": {Ends: 10, Fair: 10}, "reset": {Ends: 4, Fair: 4}}, 0, 1},
		{"better here does not make up for worse there", map[string]*truth.Tally{"close": {Ends: 10, Fair: 10}, "reset": {Ends: 4, Fair: 3}}, 1, 1},
		{"a pair is gone", map[string]*truth.Tally{"close": {Ends: 9, Fair: 9}, "reset": {Ends: 4, Fair: 4}}, 1, 0},
		{"a scenario is gone", map[string]*truth.Tally{"close": {Ends: 10, Fair: 9}}, 1, 0},
		{"a scenario is new", map[string]*truth.Tally{"close": {Ends: 10, Fair: 9}, "reset": {Ends: 4, Fair: 4}, "open": {Ends: 1, Fair: 1}}, 1, 0},
	} {
		worse, better := compare(want, &truth.Table{Scenarios: test.got})
		if len(worse) != test.worse || len(better) != test.better {
			t.Errorf("%s: worse %q, better %q; want %d and %d", test.name, worse, better, test.worse, test.better)
		}
	}
}

func readExpected(t *testing.T) map[string]expected {
	t.Helper()
	want := make(map[string]expected)
	for _, line := range readRows(t, expectedFile) {
		var name string
		var e expected
		if _, err := fmt.Sscanf(line, "%s\t%d\t%d", &name, &e.ends, &e.fair); err != nil {
			t.Fatalf("%s: line %q: %v", expectedFile, line, err)
		}
		want[name] = e
	}
	return want
}

// readRows are the lines of a file without those that begin with #.
func readRows(t *testing.T, path string) (rows []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			rows = append(rows, strings.TrimSuffix(line, "\n"))
		}
	}
	return rows
}

func writeExpected(t *testing.T, table *truth.Table) {
	t.Helper()
	var b strings.Builder
	b.WriteString("# scenario\tends\tfair; written by: go test ./tracer/truth -run Truth -update\n")
	for _, name := range slices.Sorted(maps.Keys(table.Scenarios)) {
		fmt.Fprintf(&b, "%s\t%d\t%d\n", name, table.Scenarios[name].Ends, table.Scenarios[name].Fair)
	}
	if err := os.WriteFile(expectedFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
