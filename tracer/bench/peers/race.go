package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"

	"tcptrace/tracer/bench"
)

// race holds a heat: makes its capture, checks what tcptrace counts in it, lets
// all run in turn, and removes the capture.
func (s *settings) race(ctx context.Context, h *heat) error {
	path := filepath.Join(s.dir, string(h.spec.Kind)+".pcap")
	defer os.Remove(path)
	if err := h.generate(path); err != nil {
		return err
	}
	if err := s.check(ctx, h, path); err != nil {
		return err
	}
	for round := range s.rounds {
		fmt.Fprintf(os.Stderr, "peers: %s, %d packets, round %d of %d\n", h.spec.Kind, h.counts.Packets, round+1, s.rounds)
		for i := range h.entrants {
			e := &h.entrants[i]
			u, err := measure(ctx, e, path)
			if err != nil {
				return fmt.Errorf("%s on %s: %w", e.name, h.spec.Kind, err)
			}
			e.rounds = append(e.rounds, u)
		}
	}
	return nil
}

func (h *heat) generate(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	h.counts, err = bench.Generate(f, h.spec)
	if info, statErr := f.Stat(); statErr == nil {
		h.size = info.Size()
	}
	return errors.Join(err, f.Close())
}

// check holds what tcptrace counts against what the capture holds: who counts
// wrong has nothing to gain by being fast.
func (s *settings) check(ctx context.Context, h *heat, path string) error {
	cmd := exec.CommandContext(ctx, s.tcptrace, "-q", "--json", "-r", path)
	var out lastLine
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	return compare(out.line, &h.counts)
}

// lastLine keeps the last line of what is written to it. What this process has in
// memory counts as the peak of those it starts: see usage.
type lastLine struct{ line []byte }

func (l *lastLine) Write(b []byte) (int, error) {
	n := len(b)
	if bytes.HasSuffix(l.line, newline) {
		l.line = l.line[:0]
	}
	if i := bytes.LastIndexByte(bytes.TrimSuffix(b, newline), '\n'); i >= 0 {
		l.line, b = l.line[:0], b[i+1:]
	}
	l.line = append(l.line, b...)
	return n, nil
}

var newline = []byte("\n")

// compare looks at a summary.
func compare(line []byte, want *bench.Counts) error {
	var sum struct {
		TCP       uint64            `json:"tcp"`
		Flows     uint64            `json:"flows"`
		ByOutcome map[string]uint64 `json:"by_outcome"`
	}
	if err := json.Unmarshal(line, &sum); err != nil {
		return fmt.Errorf("read the summary: %w", err)
	}
	maps.DeleteFunc(sum.ByOutcome, func(_ string, n uint64) bool { return n == 0 })
	if sum.TCP != want.Packets || sum.Flows != want.Flows || !maps.Equal(sum.ByOutcome, want.ByOutcome) {
		return fmt.Errorf("tcptrace counts %d segments, %d flows, %v; the capture holds %d, %d, %v",
			sum.TCP, sum.Flows, sum.ByOutcome, want.Packets, want.Flows, want.ByOutcome)
	}
	return nil
}
