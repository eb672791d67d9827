package bench_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer"
	"tcptrace/tracer/bench"
	"tcptrace/tracer/capture"
)

// written is a small capture of a kind, and what is in it.
func written(t testing.TB, kind bench.Kind, packets int) (string, bench.Counts) {
	t.Helper()
	path := filepath.Join(t.TempDir(), string(kind)+".pcap")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	counts, err := bench.Generate(f, bench.Spec{Kind: kind, Packets: packets, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path, counts
}

// TestGenerateIsRepeatable: a race must be one that can be run again.
func TestGenerateIsRepeatable(t *testing.T) {
	for _, kind := range bench.Kinds {
		var first, second, other bytes.Buffer
		for i, b := range []*bytes.Buffer{&first, &second, &other} {
			if _, err := bench.Generate(b, bench.Spec{Kind: kind, Packets: 3000, Seed: uint64(1 + i/2)}); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s: the same seed gives other bytes", kind)
		}
		if bytes.Equal(first.Bytes(), other.Bytes()) {
			t.Errorf("%s: another seed gives the same bytes", kind)
		}
	}
}

func TestGenerateRefuses(t *testing.T) {
	for name, s := range map[string]bench.Spec{
		"an unknown kind": {Kind: "storm", Packets: 10},
		"no packets":      {Kind: bench.Bulk},
	} {
		if _, err := bench.Generate(new(bytes.Buffer), s); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestCountsAgainstTracer: what the generator counts is what the tracer finds.
func TestCountsAgainstTracer(t *testing.T) {
	for _, kind := range bench.Kinds {
		t.Run(string(kind), func(t *testing.T) {
			path, want := written(t, kind, 20_000)
			want.Late = 0 // a flow's record does not tell
			if diff := cmp.Diff(want, traced(t, path)); diff != "" {
				t.Errorf("-generator +tracer:\n%s", diff)
			}
		})
	}
}

// TestFINsCross: one connection in fifty closes at both ends at once.
func TestFINsCross(t *testing.T) {
	path, counts := written(t, bench.Handshake, 20_000)
	var sink adder
	follow(t, path, &sink)
	if got, about := sink.crossed, counts.Flows/50; got < about/2 || got > 2*about {
		t.Errorf("%d of %d connections close at both ends at once, want about %d", got, counts.Flows, about)
	}
}

// traced is what the tracer counts.
func traced(t *testing.T, path string) bench.Counts {
	t.Helper()
	var sink adder
	sum := follow(t, path, &sink)
	c := sink.counts
	c.Packets, c.Flows, c.ByOutcome = sum.TCP, sum.Totals.Flows, make(map[string]uint64)
	for o, n := range sum.Totals.ByOutcome {
		if n > 0 {
			c.ByOutcome[flows.Outcome(o).String()] = n
		}
	}
	return c
}

func follow(t *testing.T, path string, sink tracer.Sink) flows.Summary {
	t.Helper()
	source, err := capture.OpenFile([]string{path}, capture.FileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	sum, err := tracer.Run(context.Background(), tracer.Options{Source: source, Sink: sink})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// adder is a Sink that sums the records up.
type adder struct {
	counts  bench.Counts
	crossed uint64 // FINs of both ends
}

func (a *adder) Step(s *flows.Step) {}

func (a *adder) End(r *flows.Record) {
	for _, e := range r.Ends {
		a.counts.SYNs += uint64(e.SYNs)
		a.counts.FINs += uint64(e.FINs)
		a.counts.RSTs += uint64(e.RSTs)
		a.counts.Payload += e.Bytes
		a.counts.Retransmitted += uint64(e.Retransmissions)
	}
}

func (a *adder) Finding(f *diagnose.Finding) {
	if f.ID == diagnose.SimultaneousClose {
		a.crossed++
	}
}

func (a *adder) Close(*flows.Summary) error { return nil }

// TestCountsAgainstTshark: a dissector that is not ours finds the same in the
// file, and nothing wrong with its checksums.
func TestCountsAgainstTshark(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("tshark is not installed")
	}
	for _, kind := range bench.Kinds {
		t.Run(string(kind), func(t *testing.T) {
			path, want := written(t, kind, 5000)
			got, bad := dissected(t, path)
			want.ByOutcome = nil // tshark knows none
			// It cannot know which segments the sender sent twice and the capture missed.
			want.Retransmitted, want.Late = want.Retransmitted+want.Late, 0
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-generator +tshark:\n%s", diff)
			}
			if bad != 0 {
				t.Errorf("%d packets with a wrong checksum", bad)
			}
		})
	}
}

// dissected is what tshark counts, and how many checksums it finds wrong.
func dissected(t *testing.T, path string) (c bench.Counts, bad int) {
	t.Helper()
	const fields = "tcp.stream tcp.flags.syn tcp.flags.fin tcp.flags.reset tcp.len tcp.analysis.retransmission tcp.analysis.out_of_order ip.checksum.status tcp.checksum.status"
	args := []string{"-r", path, "-T", "fields", "-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"}
	for f := range strings.FieldsSeq(fields) {
		args = append(args, "-e", f)
	}
	out, err := exec.Command("tshark", args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	streams := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		n := func(i int) uint64 { v, _ := strconv.ParseUint(f[i], 10, 64); return v }
		streams[f[0]] = true
		c.Packets++
		c.SYNs += n(1)
		c.FINs += n(2)
		c.RSTs += n(3)
		c.Payload += n(4)
		if f[5] != "" || f[6] != "" {
			c.Retransmitted++
		}
		for _, status := range f[7:] {
			if status == "0" { // bad; 1 is good, 2 not verified
				bad++
			}
		}
	}
	c.Flows = uint64(len(streams))
	return c, bad
}
