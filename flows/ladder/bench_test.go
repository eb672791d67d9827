package ladder_test

import (
	"strings"
	"testing"

	"tcptrace/flows"
	"tcptrace/flows/flowtest"
	"tcptrace/flows/ladder"
)

// kept keeps the steps of a table.
type kept struct{ steps []*flows.Step }

func (k *kept) Step(st *flows.Step) { k.steps = append(k.steps, st.Clone()) }

func (*kept) End(*flows.Record) {}

func steps(b *testing.B, text string) []*flows.Step {
	b.Helper()
	s, err := flowtest.Parse(strings.NewReader("# a test\n" + text))
	if err != nil {
		b.Fatal(err)
	}
	var k kept
	table := flows.NewTable(flows.Limits{}, &k)
	s.Feed(asWritten(), table)
	return k.steps
}

// BenchmarkConnection: a whole connection of ten segments.
func BenchmarkConnection(b *testing.B) {
	all := steps(b, transfer(2, silent))
	b.ReportAllocs()
	for b.Loop() {
		built := ladder.New(ladder.Options{})
		for _, st := range all {
			built.Step(st)
		}
		_ = built.Ladder()
	}
}

// BenchmarkTransfer: one segment of a long transfer.
func BenchmarkTransfer(b *testing.B) {
	all := steps(b, transfer(1000, silent))
	all = all[:len(all)-3] // without the close
	built := ladder.New(ladder.Options{})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		built.Step(all[i%len(all)])
	}
}
