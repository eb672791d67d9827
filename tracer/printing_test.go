package tracer_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/tracer"
	"tcptrace/tracer/bench"
	"tcptrace/tracer/capture"
	"tcptrace/tracer/sink/jsonl"
	"tcptrace/tracer/sink/text"
)

// TestPrintedApart: what is printed by a goroutine of its own is byte for byte what
// is printed at once.
func TestPrintedApart(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	paths, err := filepath.Glob("../testdata/*/*.pcap")
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d captures, %v", len(paths), err)
	}
	busy := filepath.Join(t.TempDir(), "busy.pcap") // more than all sheets hold
	file, err := os.Create(busy)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bench.Generate(file, bench.Spec{Kind: "handshake", Packets: 20_000, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	file.Close()
	for _, path := range append(paths, busy) {
		for name, sink := range map[string]func(io.Writer) tracer.Sink{
			"text": func(w io.Writer) tracer.Sink { return text.New(w, text.Options{Detail: text.All, Raw: true}) },
			"json": func(w io.Writer) tracer.Sink { return jsonl.New(w, jsonl.Options{Detail: jsonl.All}) },
		} {
			var outputs [2]bytes.Buffer
			for i := range outputs {
				source, err := capture.OpenFile([]string{path}, capture.FileOptions{})
				if err != nil {
					t.Fatal(err)
				}
				_, err = tracer.Run(context.Background(), tracer.Options{
					Source: source, Sink: sink(&outputs[i]), Apart: i == 1, Limits: flows.Limits{MaxFlows: 500},
				})
				if err != nil {
					t.Fatalf("%s: %v", path, err)
				}
				source.Close()
			}
			if outputs[0].Len() == 0 {
				t.Errorf("%s: nothing was printed", path)
			}
			if diff := cmp.Diff(outputs[0].String(), outputs[1].String()); diff != "" {
				t.Errorf("%s, %s (-at once +apart):\n%.2000s", path, name, diff)
			}
		}
	}
}
