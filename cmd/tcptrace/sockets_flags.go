package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// socketOptions are the flags of tcptrace sockets.
type socketOptions struct {
	netns          string
	proc           string
	states         stateList
	stuck          seconds
	oldest         int
	warn, critical levels
	watch          watchFlag
	check          bool
	json           bool
	failOn         severityFlag
}

func (p *program) socketFlags(o *socketOptions) *pflag.FlagSet {
	fs := flagSet()
	fs.StringVar(&o.netns, "netns", "",
		"the sockets of the network namespace `NAME`: one of ip netns, the number of a process, or a file")
	fs.Var(&o.states, "state", "only sockets in one of the states of `LIST`, with commas, in any spelling; all are judged")
	fs.Var(&o.stuck, "stuck", "a socket counts as stuck from `DURATION` on in a state that its application or its peer must end")
	fs.IntVar(&o.oldest, "oldest", o.oldest, "list the `N` oldest stuck sockets; 0: all")
	fs.Var(&o.warn, "warn", "warn from `STATE=N` sockets on; may be repeated; any spelling; N of 0: never")
	fs.Var(&o.critical, "critical", "critical from `STATE=N` sockets on; may be repeated")
	fs.Var(&o.watch, "watch", "repeat it each `INTERVAL`, 2s if not given, and show what grows")
	fs.Lookup("watch").NoOptDefVal = "2s"
	fs.BoolVar(&o.check, "check", false,
		"print one line as monitoring plugins do, and exit with 0 for OK, 1 for WARNING, 2 for CRITICAL, 3 for UNKNOWN")
	fs.Var(&o.failOn, "fail-on", "exit with 3 when there is a finding of `SEVERITY` or above: info, warning or critical")
	fs.BoolVar(&o.json, "json", false, "write JSON, one object a line")
	fs.Var(&p.color, "color", "`WHEN` to use colours: auto, always or never")
	fs.StringVar(&o.proc, "proc", o.proc, "read processes and sysctls below `DIR`")
	return fs
}

// settle reads what stands after the flags, which may be the interval of
// --watch, and refuses what makes no sense together.
func (o *socketOptions) settle(args []string) error {
	if len(args) == 1 && o.watch > 0 {
		if err := o.watch.Set(args[0]); err != nil {
			return wrongUse(fmt.Sprintf("--watch cannot be %q: %v", args[0], err), listsSocketFlags)
		}
		args = nil
	}
	switch {
	case len(args) > 0:
		return wrongUse(fmt.Sprintf("sockets takes no argument, but got %q", args[0]),
			"--state selects by state; for a filter by address there is ss")
	case o.check && o.json:
		return wrongUse("--check and --json exclude each other", "--check prints one line for a monitoring system")
	case o.check && o.watch > 0:
		return wrongUse("--check and --watch exclude each other", "a monitoring system repeats the check itself")
	case o.check && o.failOn.given:
		return wrongUse("--check and --fail-on exclude each other", "--check has exit codes of its own")
	case o.oldest < 0:
		return wrongUse("--oldest is a number from 0 on", "")
	}
	for state, critical := range o.critical {
		if warning, both := o.warn[state]; both && warning > critical {
			return wrongUse(fmt.Sprintf("%v is critical from %d, but a warning only from %d", state, critical, warning), listsSocketFlags)
		}
	}
	return nil
}

const listsSocketFlags = "tcptrace sockets --help lists the flags"

// thresholds are the default ones with those that were given.
func (o *socketOptions) thresholds() diagnose.Thresholds {
	t := diagnose.DefaultThresholds()
	for state, n := range o.warn {
		at := t[state]
		at.Warning = n
		t[state] = at
	}
	for state, n := range o.critical {
		at := t[state]
		at.Critical = n
		t[state] = at
	}
	return t
}

// levels are numbers of sockets by state. It is a flag's value.
type levels map[flows.State]int

// String is the levels as the flag has them.
func (l *levels) String() string {
	var words []string
	for _, s := range slices.Sorted(maps.Keys(*l)) {
		words = append(words, fmt.Sprintf("%v=%d", s, (*l)[s]))
	}
	return strings.Join(words, ",")
}

// Set adds the levels of a list with commas.
func (l *levels) Set(text string) error {
	for item := range strings.SplitSeq(text, ",") {
		name, number, ok := strings.Cut(strings.TrimSpace(item), "=")
		if !ok {
			return errors.New("it is a state and a number, such as ESTABLISHED=600")
		}
		state, known := flows.ParseState(name)
		if !known {
			return &unknownState{name}
		}
		if !slices.Contains(judgedStates(), state) {
			return fmt.Errorf("there are thresholds for %s", strings.Join(judgedNames(), ", "))
		}
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 {
			return errors.New("behind the state stands a whole number from 0 on")
		}
		if *l == nil {
			*l = make(levels)
		}
		(*l)[state] = n
	}
	return nil
}

// Type names the value in the help.
func (*levels) Type() string { return "STATE=N" }

// judgedStates are those of which there can be too many sockets: the others are
// short, or a matter of one socket.
func judgedStates() []flows.State {
	return []flows.State{flows.Established, flows.SynReceived, flows.CloseWait, flows.FinWait2, flows.TimeWait}
}

func judgedNames() []string {
	var names []string
	for _, s := range judgedStates() {
		names = append(names, s.String())
	}
	return names
}

// watchFlag is an interval, 0 for none. It is a flag's value.
type watchFlag time.Duration

// String is the interval as the flag has it.
func (w *watchFlag) String() string {
	if *w == 0 {
		return ""
	}
	return (*seconds)(w).String()
}

// Set reads the flag. More often than ten times a second would be about itself.
func (w *watchFlag) Set(text string) error {
	var s seconds
	if err := s.Set(text); err != nil {
		return err
	}
	if time.Duration(s) < 100*time.Millisecond {
		return errors.New("it is at least 100ms")
	}
	*w = watchFlag(s)
	return nil
}

// Type names the value in the help.
func (*watchFlag) Type() string { return "INTERVAL" }
