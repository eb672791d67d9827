package diagnose_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/flows/flowtest"
)

// ear hears the findings.
type ear struct {
	found []diagnose.Finding
}

func (*ear) Step(*flows.Step) {}

func (*ear) End(*flows.Record) {}

func (e *ear) Finding(f *diagnose.Finding) { e.found = append(e.found, *f) }

// lines are the findings as scenarios write them. A condition that is told
// again stands there once, as it was told last; what was replaced does not.
func (e *ear) lines() (lines []string) {
	for _, f := range e.found {
		for _, id := range f.Replaces {
			lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, fmt.Sprintf("#%d %v ", f.Flow, id)) })
		}
		head := fmt.Sprintf("#%d %v ", f.Flow, f.ID)
		line := fmt.Sprintf("%s%v %v", head, f.At, f.Confidence)
		again := func(l string) bool { return strings.HasPrefix(l, head) }
		if i := slices.IndexFunc(lines, again); i >= 0 {
			lines[i] = line
			continue
		}
		lines = append(lines, line)
	}
	return lines
}

func scenarios(t testing.TB) map[string]*flowtest.Scenario {
	t.Helper()
	all, err := flowtest.ReadFolder("../../testdata/finding")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestScenarios plays every scenario in every cast and demands exactly its
// findings.
func TestScenarios(t *testing.T) {
	for name, scenario := range scenarios(t) {
		t.Run(name, func(t *testing.T) {
			for who, cast := range flowtest.Casts() {
				heard := &ear{}
				engine := diagnose.New(diagnose.Options{}, heard)
				table := flows.NewTable(flows.Limits{}, engine)
				scenario.Feed(cast, table)
				table.Finish()
				if got, want := heard.lines(), scenario.Findings(); !slices.Equal(got, want) {
					t.Errorf("%s: got\n\t%s\nwant\n\t%s", who, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
				}
			}
		})
	}
}

// TestEveryConditionHasItsPair: a scenario in which it is found, named for it,
// and a near neighbour in which it is not.
func TestEveryConditionHasItsPair(t *testing.T) {
	all := scenarios(t)
	for _, id := range diagnose.All() {
		if id.Host() {
			continue
		}
		fires, quiet := false, false
		for name, s := range all {
			found := slices.ContainsFunc(s.Findings(), func(line string) bool { return strings.Fields(line)[1] == id.String() })
			fires = fires || found && (name == id.String() || strings.HasPrefix(name, id.String()+"-"))
			if strings.HasPrefix(name, id.String()+"-not-") {
				quiet = true
				if found {
					t.Errorf("%s: finds what it must not", name)
				}
			}
		}
		if !fires {
			t.Errorf("no scenario %s.txt that finds it", id)
		}
		if !quiet {
			t.Errorf("no scenario %s-not-….txt beside it", id)
		}
	}
}
