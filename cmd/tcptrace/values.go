package main

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// fileName is the name of a file. It is a flag's value. An empty one is mostly a
// variable of a script that was never set, and not the wish for no file.
type fileName string

// String is the name as the flag has it.
func (f *fileName) String() string { return string(*f) }

// Set reads the flag.
func (f *fileName) Set(text string) error {
	if text == "" {
		return errors.New("it is the name of a file")
	}
	*f = fileName(text)
	return nil
}

// Type names the value in the help.
func (*fileName) Type() string { return "FILE" }

// seconds is a duration that may also be given as a number of seconds. It is a
// flag's value.
type seconds time.Duration

// String is the duration as the flag has it.
func (s *seconds) String() string {
	if *s == 0 {
		return "0"
	}
	text := time.Duration(*s).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Set reads the flag.
func (s *seconds) Set(text string) error {
	const century = 100 * 365 * 24 * 3600 // more would not fit into a Duration for long
	d, err := time.ParseDuration(text)
	if n, e := strconv.ParseFloat(text, 64); e == nil && n < century {
		d, err = time.Duration(n*float64(time.Second)), nil
	}
	if err != nil || d <= 0 {
		return errors.New("it is a time such as 90s, 5m or 2h")
	}
	*s = seconds(d)
	return nil
}

// Type names the value in the help.
func (*seconds) Type() string { return "DURATION" }

// stateList is a set of states in the order in which they were named. It is a
// flag's value.
type stateList struct {
	set   flows.StateSet
	names []string
}

// String is the list as the flag has it.
func (l *stateList) String() string { return strings.Join(l.names, ",") }

// Set adds the states of a list with commas.
func (l *stateList) Set(text string) error {
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		state, ok := flows.ParseState(name)
		if !ok {
			return &unknownState{name}
		}
		if !l.set.Has(state) {
			l.set = l.set.With(state)
			l.names = append(l.names, state.String())
		}
	}
	return nil
}

// Type names the value in the help.
func (*stateList) Type() string { return "LIST" }

// only says what flows are selected by the list, empty for all.
func (l *stateList) only() string {
	if len(l.names) == 0 {
		return ""
	}
	return "with an end in " + strings.Join(l.names, " or ")
}

// severityFlag is a severity, or none. It is a flag's value.
type severityFlag struct {
	given    bool
	severity diagnose.Severity
}

// String is the severity as the flag has it.
func (f *severityFlag) String() string {
	if !f.given {
		return ""
	}
	return f.severity.String()
}

// Set reads the flag.
func (f *severityFlag) Set(text string) error {
	severity, ok := diagnose.ParseSeverity(text)
	if !ok {
		return errors.New("it is info, warning or critical")
	}
	f.given, f.severity = true, severity
	return nil
}

// Type names the value in the help.
func (*severityFlag) Type() string { return "SEVERITY" }

// unknownState is a name that is no state in any spelling.
type unknownState struct{ name string }

func (e *unknownState) Error() string { return "unknown state " + strconv.Quote(e.name) }

// hint names the state that was meant, if that is clear, and all of them.
func (e *unknownState) hint() string {
	all := "the states are " + strings.Join(stateNames(), ", ")
	if near := nearest(e.name, stateNames()); near != "" {
		return "did you mean " + near + "?\n" + all
	}
	return all
}

func stateNames() []string {
	var names []string
	for s := flows.Closed; s <= flows.TimeWait; s++ {
		names = append(names, s.String())
	}
	return append(names, flows.Unknown.String())
}
