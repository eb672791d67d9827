package main

import (
	"os"
	"time"

	"tcptrace/flows"
)

// options are the flags of a trace.
type options struct {
	interfaces []string
	files      []string
	list       bool
	snaplen    int
	buffer     int // KiB
	noPromisc  bool
	immediate  bool
	netns      string
	user       string
	filterFile string
	handshakes bool

	packets  uint64
	duration seconds
	maxFlows int
	stuck    seconds

	raw      bool
	verbose  int
	quiet    bool
	json     bool
	states   stateList
	problems bool
	failOn   severityFlag
	numeric  int // accepted for the habit of it

	write  writeOptions
	report string // the page to write; empty: none
	moves  bool   // it is a trace of moves: no picture of whole connections
}

// defaults are the options of a command line without flags.
func defaults() *options {
	return &options{maxFlows: 1_000_000, stuck: seconds(time.Minute)}
}

// check refuses what makes no sense together.
func (o *options) check(args []string) error {
	switch {
	case len(o.interfaces) > 0 && len(o.files) > 0:
		return wrongUse("-i and -r exclude each other", "-i captures live, -r reads a file")
	case o.netns != "" && len(o.files) > 0:
		return wrongUse("--netns and -r exclude each other", "a file is the same in all network namespaces")
	case o.user != "" && len(o.files) > 0:
		return wrongUse("--user and -r exclude each other", "to read a file takes no privilege that could be given up")
	case o.quiet && o.verbose > 0:
		return wrongUse("-q and -v exclude each other", "")
	case o.snaplen < 0:
		return wrongUse("the snapshot length is a number of bytes from 0 on", "")
	case o.buffer < 0:
		return wrongUse("the buffer size is a number of KiB from 0 on", "")
	case o.maxFlows < 1:
		return wrongUse("--max-flows is a number from 1 on", "")
	}
	if err := o.write.check(o); err != nil {
		return err
	}
	if err := o.checkPage("--report"); err != nil {
		return err
	}
	return o.forgotten(args)
}

// forgotten recognizes a file that was named without -r.
func (o *options) forgotten(args []string) error {
	if len(args) != 1 || len(o.files) > 0 {
		return nil
	}
	info, err := os.Stat(args[0])
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return wrongUse("\""+args[0]+"\" is a file and no filter", "did you mean: tcptrace -r "+args[0])
}

// live reports whether there is anything to capture rather than to read.
func (o *options) live() bool { return len(o.files) == 0 }

// only says what the flows that are shown were selected by, empty for all.
func (o *options) only() string {
	if !o.problems {
		return o.states.only()
	}
	if o.states.set == 0 {
		return "with a problem"
	}
	return o.states.only() + " and a problem"
}

// limits are those of the flow table.
func (o *options) limits() flows.Limits {
	return flows.Limits{MaxFlows: o.maxFlows, Stuck: time.Duration(o.stuck), SkipPlain: o.movesOnly(), NoPayload: o.handshakes}
}

// movesOnly reports whether nobody wants to hear of segments that move nothing.
func (o *options) movesOnly() bool { return o.moves && o.verbose == 0 && o.report == "" }
