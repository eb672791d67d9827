package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/pflag"
)

// group is a few flags that belong together, as the help shows them.
type group struct {
	title string
	flags *pflag.FlagSet
}

// groups are the flags of a trace. tcpdump's letters keep tcpdump's meaning.
func (p *program) groups(o *options) []group {
	return []group{
		{"Where packets come from", sourceFlags(o)},
		{"Which connections are shown", selectionFlags(o)},
		{"What is shown of them", p.displayFlags(o)},
		{"Packets to a file", writeFlags(o)},
		{"When it ends, and what it may use", boundFlags(o)},
	}
}

func flagSet() *pflag.FlagSet {
	fs := pflag.NewFlagSet("tcptrace", pflag.ContinueOnError)
	fs.SortFlags = false
	return fs
}

func sourceFlags(o *options) *pflag.FlagSet {
	fs := flagSet()
	fs.StringArrayVarP(&o.interfaces, "interface", "i", nil,
		"capture on `NAME`; may be repeated; \"any\" is all of them; without it, the one that libpcap would choose")
	fs.StringArrayVarP(&o.files, "read", "r", nil,
		"read the capture `FILE` (pcap or pcapng, also .gz and .zst); may be repeated, in the order of time together; - is standard input")
	fs.BoolVarP(&o.list, "list-interfaces", "D", false, "list the interfaces and exit")
	fs.VarP((*fileName)(&o.filterFile), "filter-file", "F", "read the filter from `FILE`")
	fs.BoolVar(&o.handshakes, "handshakes", false,
		"leave out segments with payload unless they open or close: for links too fast for all of it")
	fs.IntVarP(&o.snaplen, "snapshot-length", "s", 0,
		"capture `BYTES` of each packet, 256 if not given: the headers, and little payload")
	fs.IntVarP(&o.buffer, "buffer-size", "B", 0, "let the kernel keep `KIB` of packets for each interface, 32768 if not given")
	fs.BoolVarP(&o.noPromisc, "no-promiscuous-mode", "p", false, "do not put the interface into promiscuous mode")
	fs.StringVar(&o.netns, "netns", "",
		"capture in the network namespace `NAME`: one of ip netns, the number of a process, or a file")
	fs.StringVar(&o.user, "user", "",
		"when root, become the user `NAME` once everything is open; without it the caller of sudo, or else nobody")
	fs.BoolVar(&o.immediate, "immediate", false, "get each packet at once; under load this costs packets")
	return fs
}

func selectionFlags(o *options) *pflag.FlagSet {
	fs := flagSet()
	fs.Var(&o.states, "state",
		"only flows with an end in one of the states of `LIST`, with commas, in any spelling: close-wait,TIME_WAIT")
	fs.BoolVar(&o.problems, "problems", false,
		"only flows with a finding of severity warning or critical; each is shown from its beginning when it is found")
	fs.Var(&o.stuck, "stuck", "an end that waits for `DURATION` counts as stuck")
	return fs
}

func (p *program) displayFlags(o *options) *pflag.FlagSet {
	fs := flagSet()
	fs.CountVarP(&o.verbose, "verbose", "v", "show every segment, not just those that move an end")
	fs.BoolVarP(&o.quiet, "quiet", "q", false, "show nothing but the findings and the summary")
	fs.BoolVar(&o.json, "json", false, "write JSON, one object a line")
	fs.Var((*fileName)(&o.report), "report", "when the trace ends, write one self-contained page about all of it to `FILE`, for a browser")
	fs.BoolVarP(&o.raw, "raw-numbers", "S", false, "show raw sequence numbers beside the letters J, K, M and N")
	fs.Var(&p.color, "color", "`WHEN` to use colours: auto, always or never; auto heeds NO_COLOR, and turns them off in a pipe")
	fs.CountVarP(&o.numeric, "numeric", "n", "accepted and without effect: names are never looked up")
	return fs
}

func boundFlags(o *options) *pflag.FlagSet {
	fs := flagSet()
	fs.Uint64VarP(&o.packets, "count", "c", 0, "stop after `N` packets")
	fs.Var(&o.duration, "duration", "stop after `DURATION`, in a file by the packets' times")
	fs.Var(&o.failOn, "fail-on", "exit with 3 when there is a finding of `SEVERITY` or above: info, warning or critical")
	fs.IntVar(&o.maxFlows, "max-flows", o.maxFlows, "follow `N` connections at once; beyond that the idle ones are ended early")
	return fs
}

const listsFlags = "tcptrace --help lists the flags"

// wrongFlag makes a usageError of what pflag says of a command line.
func wrongFlag(err error, names []string) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	var state *unknownState
	switch {
	case errors.As(err, &state):
		return &usageError{state, state.hint()}
	case errors.As(err, &unknown):
		return unknownFlag(unknown, names)
	case errors.As(err, &missing):
		return wrongUse(flagName(missing.GetFlag())+" needs a value", listsFlags)
	case errors.As(err, &invalid):
		return wrongUse(fmt.Sprintf("%s cannot be %q: %s", flagName(invalid.GetFlag()), invalid.GetValue(),
			whyInvalid(invalid)), listsFlags)
	}
	return &usageError{err, listsFlags}
}

// unknownFlag names the flag that was probably meant.
func unknownFlag(err *pflag.NotExistError, names []string) error {
	name := err.GetSpecifiedName()
	if err.GetSpecifiedShortnames() != "" {
		return wrongUse("unknown flag -"+name, listsFlags)
	}
	if near := nearest(name, names); near != "" {
		return wrongUse("unknown flag --"+name, "did you mean --"+near+"?")
	}
	return wrongUse("unknown flag --"+name, listsFlags)
}

// flagName is a flag as the help has it: "-c, --count".
func flagName(f *pflag.Flag) string {
	if f.Shorthand == "" {
		return "--" + f.Name
	}
	return "-" + f.Shorthand + ", --" + f.Name
}

// whyInvalid is why a value is refused, without the names of Go functions.
func whyInvalid(err *pflag.InvalidValueError) string {
	var number *strconv.NumError
	if errors.As(err, &number) {
		return "it is a whole number"
	}
	return err.Unwrap().Error()
}
