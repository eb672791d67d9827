package bench_test

import (
	"context"
	"fmt"
	"io"
	"testing"

	"tcptrace/flows"
	"tcptrace/tracer"
	"tcptrace/tracer/bench"
	"tcptrace/tracer/capture"
	"tcptrace/tracer/sink/jsonl"
	"tcptrace/tracer/sink/palette"
	"tcptrace/tracer/sink/text"
)

// sinks are what a trace may be made for: its end, or every step of it.
var sinks = []struct {
	name string
	make func() tracer.Sink
}{
	{"summary", func() tracer.Sink { return jsonl.New(io.Discard, jsonl.Options{Detail: jsonl.Closing}) }},
	{"text", func() tracer.Sink { return text.New(io.Discard, text.Options{Depth: palette.Colour16}) }},
	{"json", func() tracer.Sink { return jsonl.New(io.Discard, jsonl.Options{}) }},
}

// BenchmarkReplay is the whole way of a packet, from the file to a sink: what
// tcptrace -r does once it has started. An operation is a capture.
func BenchmarkReplay(b *testing.B) {
	for _, kind := range bench.Kinds {
		path, counts := written(b, kind, 200_000)
		for _, sink := range sinks {
			b.Run(fmt.Sprintf("%s/%s", kind, sink.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					replay(b, path, sink.make())
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(counts.Packets), "ns/packet")
			})
		}
	}
}

func replay(b *testing.B, path string, sink tracer.Sink) {
	source, err := capture.OpenFile([]string{path}, capture.FileOptions{})
	if err != nil {
		b.Fatal(err)
	}
	defer source.Close()
	_, err = tracer.Run(context.Background(), tracer.Options{
		Source: source, Sink: sink, Limits: flows.Limits{SkipPlain: true}, // as the command has it
	})
	if err != nil {
		b.Fatal(err)
	}
}
