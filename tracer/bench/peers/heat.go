package main

import (
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"tcptrace/tracer/bench"
)

// settings are what a race is held with.
type settings struct {
	tcptrace, old   string // programs
	packets, rounds int
	dir             string // for captures
}

// heat is a capture and who reads it, one after the other in every round.
type heat struct {
	spec     bench.Spec
	entrants []entrant
	goals    []goal

	counts bench.Counts
	size   int64 // of the file
}

// entrant is a command; file stands for the capture among its arguments.
type entrant struct {
	name string
	args []string
	env  []string // beside what all of them have

	rounds []usage
}

const file = "{}"

// The names by which goals refer to entrants.
const (
	summary  = "tcptrace -q --json"
	summary2 = "tcptrace -q --json, 2 processors"
	text     = "tcptrace"
	coloured = "tcptrace --color always"
	lines    = "tcptrace --json"
	copying  = "tcpdump -w /dev/null"
	printing = "TZ=UTC0 tcpdump -nn -S"
	talks    = "tshark -q -z conv,tcp"
	old      = "tcptrace 6.6.7 -n"
)

// goal is how an entrant should do. Goals are made for captures of full size.
type goal struct {
	of, against string // the latter is empty where what counts is not a ratio
	quantity    quantity
	most        float64 // 0: none is set
}

// heats are all of them. Captures for who keeps every connection that ever was,
// and slows down with them, are small.
func (s *settings) heats() []heat {
	const slice = 200_000
	spec := func(k bench.Kind, packets int) bench.Spec { return bench.Spec{Kind: k, Packets: packets, Seed: 1} }
	all := []heat{
		{
			spec: spec(bench.Bulk, s.packets), entrants: s.enter(copying, summary, summary2, text, printing),
			goals: []goal{
				{summary, copying, cpu, 1.0}, {text, printing, cpu, 0.1}, {summary2, summary, wall, 0.65},
			},
		},
		{
			spec: spec(bench.Handshake, s.packets), entrants: s.enter(copying, summary, coloured, lines),
			goals: []goal{
				{summary, copying, cpu, 2.0}, {coloured, copying, cpu, 3.5}, {lines, copying, cpu, 4.0},
			},
		},
		{
			spec: spec(bench.Mixed, min(2_000_000, s.packets)), entrants: s.enter(copying, summary),
			goals: []goal{{summary, copying, cpu, 0.8}},
		},
		// The limit to the flows at once, which is a million, matters to these two.
		{
			spec: spec(bench.Synflood, min(5_000_000, 5*s.packets)), entrants: s.enter(copying, summary),
			goals: []goal{{summary, copying, cpu, 3.0}, {summary, "", megabytes, 400}},
		},
		{
			spec: spec(bench.Established, min(6_000_000, 6*s.packets)), entrants: s.enter(copying, summary),
			goals: []goal{{summary, copying, cpu, 0}, {summary, "", perFlow, 256}},
		},
	}
	for _, k := range []bench.Kind{bench.Bulk, bench.Handshake, bench.Mixed} {
		h := heat{
			spec: spec(k, min(slice, s.packets)), entrants: s.enter(summary, talks, old),
			goals: []goal{{talks, summary, cpu, 0}, {old, summary, cpu, 0}},
		}
		if len(h.entrants) > 1 {
			all = append(all, h)
		}
	}
	return all
}

// enter finds those of the entrants that can run here.
func (s *settings) enter(names ...string) []entrant {
	one, two := []string{"GOMAXPROCS=1"}, []string{"GOMAXPROCS=2"}
	known := []entrant{
		{name: summary, env: one, args: []string{s.tcptrace, "-q", "--json", "-r", file}},
		{name: summary2, env: two, args: []string{s.tcptrace, "-q", "--json", "-r", file}},
		{name: text, env: one, args: []string{s.tcptrace, "-r", file}},
		{name: coloured, env: one, args: []string{s.tcptrace, "--color", "always", "-r", file}},
		{name: lines, env: one, args: []string{s.tcptrace, "--json", "-r", file}},
		{name: copying, args: []string{"tcpdump", "-r", file, "-w", "/dev/null"}},
		{name: printing, args: []string{"tcpdump", "-nn", "-S", "-r", file}},
		{name: talks, args: []string{"tshark", "-q", "-z", "conv,tcp", "-r", file}},
		{name: old, args: []string{s.old, "-n", file}},
	}
	var found []entrant
	for _, name := range names {
		e := known[slices.IndexFunc(known, func(e entrant) bool { return e.name == name })]
		if s.runs(&e) {
			found = append(found, e)
		}
	}
	return found
}

// runs reports whether a command can run here.
func (s *settings) runs(e *entrant) bool {
	switch e.name {
	case summary2:
		return runtime.NumCPU() > 1
	case old: // it shares its name with us, and we answer to --version too
		out, _ := exec.Command(s.old, "--version").CombinedOutput()
		return strings.Contains(string(out), "Ostermann")
	}
	_, err := exec.LookPath(e.args[0])
	return err == nil
}
