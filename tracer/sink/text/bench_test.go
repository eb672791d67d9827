package text

import (
	"bytes"
	"io"
	"testing"

	"tcptrace/flows"
	"tcptrace/flows/flowtest"
	"tcptrace/tracer/sink/palette"
)

// begun is when the connections of the benchmarks begin.
var begun = flows.TimeOf(start)

// counter counts lines and throws them away.
type counter struct{ lines, bytes int }

func (c *counter) Write(b []byte) (int, error) {
	c.lines += bytes.Count(b, []byte{'\n'})
	c.bytes += len(b)
	return len(b), nil
}

// linesOf is how many lines what feed does once makes, flushed.
func linesOf(s *Sink, feed func()) int {
	var c counter
	s.w = &c
	feed()
	s.w = io.Discard
	return max(c.lines, 1)
}

// TestEndAllocatesNothing: a million flows may end stuck.
func TestEndAllocatesNothing(t *testing.T) {
	s, rec := New(io.Discard, Options{}), stuckRecord()
	if n := testing.AllocsPerRun(100, func() { s.End(rec) }); n != 0 {
		t.Errorf("%v allocations for a flow, want 0", n)
	}
}

var benches = []struct {
	name string
	o    Options
	v6   bool
}{
	{"moves/IPv4", Options{}, false},
	{"moves/IPv4/16-colours", Options{Depth: palette.Colour16}, false},
	{"moves/IPv4/256-colours", Options{Depth: palette.Colour256}, false},
	{"moves/IPv4/16-colours/120-columns", Options{Depth: palette.Colour16, Width: columnsOf(120)}, false},
	{"moves/IPv6", Options{}, true},
	{"moves/IPv6/16-colours", Options{Depth: palette.Colour16}, true},
	{"all/IPv4", Options{Detail: All}, false},
	{"all/IPv4/16-colours", Options{Detail: All, Depth: palette.Colour16}, false},
	{"closing/IPv4", Options{Detail: Closing}, false},
}

// BenchmarkConnection prints the steps of whole connections.
func BenchmarkConnection(b *testing.B) {
	for _, bench := range benches {
		b.Run(bench.name, func(b *testing.B) {
			s, r := New(io.Discard, bench.o), flowtest.NewReplay(begun, bench.v6)
			feed := func() {
				if bench.o.Detail != Closing {
					r.Next()
				}
				for _, st := range r.Steps {
					s.Step(st)
				}
			}
			lines := linesOf(s, feed)
			if bench.o.Detail == Closing {
				lines = len(r.Steps)
			}
			b.ReportAllocs()
			for b.Loop() {
				feed()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*lines), "ns/line")
		})
	}
}

// BenchmarkEnd ends flows.
func BenchmarkEnd(b *testing.B) {
	for _, outcome := range []flows.Outcome{flows.ClosedFlow, flows.Stuck} {
		b.Run(outcome.String(), func(b *testing.B) {
			s, r := New(io.Discard, Options{}), flowtest.NewReplay(begun, false)
			rec := r.Records[0]
			rec.Outcome = outcome
			b.ReportAllocs()
			for b.Loop() {
				s.End(rec)
			}
		})
	}
}
