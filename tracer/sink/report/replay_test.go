package report

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"tcptrace/tracer"
	"tcptrace/tracer/capture"
)

// replay sends a capture through a sink.
func replay(t testing.TB, s tracer.Sink, path string) {
	t.Helper()
	src, err := capture.OpenFile([]string{path}, capture.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if _, err := tracer.Run(context.Background(), tracer.Options{Source: src, Sink: s}); err != nil {
		t.Fatal(err)
	}
}

// replayed is the page of a capture, and the sink that made it.
func replayed(t testing.TB, o Options, path string) (*Sink, []byte) {
	t.Helper()
	var b bytes.Buffer
	s := New(&b, o)
	replay(t, s, path)
	return s, b.Bytes()
}

// pcap is a capture of testdata.
func pcap(name string) string {
	return filepath.Join("..", "..", "..", "testdata", "pcap", name)
}
