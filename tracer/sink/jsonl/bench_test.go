package jsonl

import (
	"bytes"
	"io"
	"testing"

	"tcptrace/flows/flowtest"
)

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

var benches = []struct {
	name string
	o    Options
	v6   bool
}{
	{"moves/IPv4", Options{}, false},
	{"moves/IPv6", Options{}, true},
	{"all/IPv4", Options{Detail: All}, false},
	{"closing/IPv4", Options{Detail: Closing}, false},
}

// BenchmarkConnection prints the steps of whole connections.
func BenchmarkConnection(b *testing.B) {
	for _, bench := range benches {
		b.Run(bench.name, func(b *testing.B) {
			s, r := New(io.Discard, bench.o), flowtest.NewReplay(start, bench.v6)
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
	for _, bench := range benches {
		b.Run(bench.name, func(b *testing.B) {
			s, r := New(io.Discard, bench.o), flowtest.NewReplay(start, bench.v6)
			b.ReportAllocs()
			for b.Loop() {
				s.End(r.NextRecord())
			}
		})
	}
}
