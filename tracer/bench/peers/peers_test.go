package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"tcptrace/tracer/bench"
)

func TestMedian(t *testing.T) {
	for _, tt := range []struct {
		of   []float64
		want float64
	}{{nil, 0}, {[]float64{7}, 7}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 2, 9}, 3}} {
		if got := median(tt.of); got != tt.want {
			t.Errorf("median of %v = %v, want %v", tt.of, got, tt.want)
		}
	}
}

// heatOf is a heat of two entrants: the ratios of its rounds are 2, 0.5 and 1,
// while that of the sums is 7/5.5.
func heatOf() heat {
	took := func(seconds ...float64) (rounds []usage) {
		for _, s := range seconds {
			rounds = append(rounds, usage{cpu: time.Duration(s * 1e9), wall: time.Second, peak: 5_000_000})
		}
		return rounds
	}
	return heat{
		spec:   bench.Spec{Kind: bench.Bulk},
		counts: bench.Counts{Packets: 2_000_000, Flows: 100},
		entrants: []entrant{
			{name: summary, rounds: took(2, 1, 4)}, {name: copying, rounds: took(1, 2, 4)},
		},
	}
}

func TestRatios(t *testing.T) {
	h := heatOf()
	h.goals = []goal{
		{summary, copying, cpu, 0.9}, {summary, copying, wall, 1}, {summary, "", perFlow, 60_000},
		{summary, "", megabytes, 0}, {summary, talks, cpu, 1}, {talks, summary, cpu, 1},
	}
	var got []string
	for _, row := range h.ratios() {
		got = append(got, strings.Join(row[3:], "|"))
	}
	want := []string{
		"processor time|1.00|≤ 0.9|not reached", "elapsed time|1.00|≤ 1|reached",
		"peak memory, bytes a flow|50000|≤ 60000|reached", "peak memory, MB|5.00||",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestWriteMarkdown(t *testing.T) {
	var b strings.Builder
	if err := write(&b, []string{"2 processors", "Linux"}, []heat{heatOf()}, markdown); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"2 processors; Linux.\n",
		"| capture | command | CPU s | ns a packet | packets a CPU second | peak MB |\n| --- | --- | --- | --- | --- | --- |\n",
		"| bulk, 2 M packets | tcptrace -q --json | 2.00 | 1000 | 1.00 M | 5 |\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
}

func TestCompare(t *testing.T) {
	const out = `{"event":"summary","tcp":7,"flows":2,"by_outcome":{"open":0,"closed":2}}` + "\n"
	held := func(packets, flows, closed uint64) *bench.Counts {
		return &bench.Counts{Packets: packets, Flows: flows, ByOutcome: map[string]uint64{"closed": closed}}
	}
	for name, tt := range map[string]struct {
		want *bench.Counts
		ok   bool
	}{
		"the same":         {held(7, 2, 2), true},
		"a packet less":    {held(8, 2, 2), false},
		"a flow more":      {held(7, 1, 2), false},
		"another outcome":  {held(7, 2, 1), false},
		"an outcome of it": {&bench.Counts{Packets: 7, Flows: 2, ByOutcome: map[string]uint64{"closed": 2, "reset": 1}}, false},
	} {
		if err := compare([]byte(out), tt.want); (err == nil) != tt.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if compare([]byte("no JSON"), held(7, 2, 2)) == nil {
		t.Error("no error without a summary")
	}
}

func TestLastLine(t *testing.T) {
	for _, writes := range [][]string{
		{"one\ntwo\nlast\n"}, {"one\nla", "st\n"}, {"one\n", "last\n"}, {"one\nla", "st", "\n"}, {"one", "\nlast\n"},
	} {
		var l lastLine
		for _, w := range writes {
			l.Write([]byte(w))
		}
		if got := string(l.line); got != "last\n" {
			t.Errorf("after %q: %q", writes, got)
		}
	}
}

func TestMeasure(t *testing.T) {
	// A shell that counts to 100,000 has to calculate, and has at least what a libc takes.
	busy := entrant{args: []string{"sh", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; test -e " + file}}
	u, err := measure(context.Background(), &busy, os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	if u.cpu <= 0 || u.wall <= 0 || u.peak < 100_000 {
		t.Errorf("usage %+v of a shell that calculates", u)
	}
	failing := entrant{args: []string{"sh", "-c", "echo no such thing >&2; exit 3"}}
	if _, err := measure(context.Background(), &failing, ""); err == nil || !strings.Contains(err.Error(), "no such thing") {
		t.Errorf("a command that fails: %v", err)
	}
}

func TestHeatsLeaveOutWhatIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := settings{tcptrace: self, old: "tcptrace", packets: 1000, rounds: 1}
	for _, h := range s.heats() {
		for _, e := range h.entrants {
			if e.args[0] != self {
				t.Errorf("%s takes part and is not there", e.name)
			}
		}
		if h.spec.Packets > 6000 {
			t.Errorf("%d packets of %s, where 1000 are asked for", h.spec.Packets, h.spec.Kind)
		}
	}
}

func TestMakeDir(t *testing.T) {
	parent := t.TempDir()
	dir, err := makeDir(parent, 1)
	if err != nil || !strings.HasPrefix(dir, parent) {
		t.Errorf("makeDir = %q, %v", dir, err)
	}
	if isTmpfs("/proc", 0) || isTmpfs(parent+"/missing", 0) {
		t.Error("no tmpfs is taken for one")
	}
}
