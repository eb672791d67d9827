package jsonl

import (
	"bytes"
	"io"
	"testing"

	"tcptrace/flows/diagnose"
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

// BenchmarkFinding writes the two findings of a flow whose client uses a port
// again.
func BenchmarkFinding(b *testing.B) {
	soon := diagnose.Finding{ID: diagnose.PortReuseFast, Confidence: diagnose.Likely, At: diagnose.Client, Packets: []uint64{1097910},
		Summary:   "the client's port is used again less than 1 s after its last connection, as 7 others of this client: its ports come round too soon",
		Otherwise: "a client that binds its port by intent; several clients behind one SNAT would look the same"}
	accepted := diagnose.Finding{ID: diagnose.TimeWaitReuseAccepted, Confidence: diagnose.Certain, Packets: []uint64{1097910, 1097912},
		Summary: "SYN(J) less than 1 s after the last connection found the server in TIME_WAIT, and was accepted"}
	for _, bench := range benches[:2] {
		b.Run(bench.name, func(b *testing.B) {
			s, r := New(io.Discard, Options{Detail: Closing}), flowtest.NewReplay(start, bench.v6).NextRecord()
			first, second := soon, accepted
			first.Client, first.Server, second.Client, second.Server = r.Client, r.Server, r.Client, r.Server
			b.ReportAllocs()
			for b.Loop() {
				first.Flow++
				second.Flow++
				s.Finding(&first)
				s.Finding(&second)
			}
		})
	}
}
