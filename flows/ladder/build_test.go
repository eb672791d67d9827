package ladder_test

import (
	"fmt"
	"strings"
	"testing"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/flows/flowtest"
	"tcptrace/flows/ladder"
)

// builders make the ladders of all flows.
type builders struct {
	o ladder.Options
	m map[flows.FlowID]*ladder.Builder
}

func (b *builders) of(id flows.FlowID) *ladder.Builder {
	if b.m == nil {
		b.m = make(map[flows.FlowID]*ladder.Builder)
	}
	if b.m[id] == nil {
		b.m[id] = ladder.New(b.o)
	}
	return b.m[id]
}

func (b *builders) Step(st *flows.Step) { b.of(st.Flow).Step(st) }

func (b *builders) End(r *flows.Record) { b.of(r.Flow).End(r) }

func (b *builders) Finding(f *diagnose.Finding) {
	if f.Flow != 0 {
		b.of(f.Flow).Finding(f)
	}
}

// table is a flow table whose flows are judged and built.
func (b *builders) table() *flows.Table {
	return flows.NewTable(flows.Limits{}, diagnose.New(diagnose.Options{}, b))
}

func asWritten() flowtest.Cast { return flowtest.Casts()["as written"] }

// build is the ladder of the first flow of a scenario.
func build(t *testing.T, text string) *ladder.Ladder {
	t.Helper()
	s, err := flowtest.Parse(strings.NewReader("# a test\n" + text))
	if err != nil {
		t.Fatal(err)
	}
	var b builders
	table := b.table()
	s.Feed(asWritten(), table)
	table.Finish()
	return b.of(1).Ladder()
}

// lines are the rows in short: what it is, what became of it, and the moves.
func lines(l *ladder.Ladder) []string {
	var all []string
	for i := range l.Rows {
		r := &l.Rows[i]
		var words []string
		switch r.Kind {
		case ladder.Segment:
			fate := [...]string{"", " unheard", " refused", " refuted"}[r.Fate]
			words = append(words, [...]string{"> ", "< "}[r.From]+r.Name()+fate)
		case ladder.Finding:
			words = append(words, r.Said.ID.String())
		default:
			words = append(words, r.Text())
		}
		for _, m := range r.Moves {
			word := fmt.Sprintf("%v %v", m.End, m.To)
			if m.Withdrawn {
				word += " withdrawn"
			}
			if m.Back {
				word += " back"
			}
			words = append(words, word)
		}
		all = append(all, strings.Join(words, ", "))
	}
	return all
}
