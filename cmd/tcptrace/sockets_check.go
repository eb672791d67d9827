package main

import (
	"fmt"
	"slices"
	"strings"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/sink/census"
)

// pluginStatus is what a monitoring plugin exits with. Its line is on standard
// output already, so it is not complained of.
type pluginStatus int

// The states of the monitoring plugins' interface.
const (
	pluginOK pluginStatus = iota
	pluginWarning
	pluginCritical
	pluginUnknown
)

func (s pluginStatus) Error() string {
	return [...]string{"OK", "WARNING", "CRITICAL", "UNKNOWN"}[min(max(s, pluginOK), pluginUnknown)]
}

// check prints one line for a monitoring system.
func (p *program) check(r *rounds) error {
	if err := r.take(); err != nil {
		return err // run makes a line of it
	}
	status := pluginOK
	for i := range r.last.Findings {
		switch r.last.Findings[i].Severity() {
		case diagnose.Warning:
			status = max(status, pluginWarning)
		case diagnose.Critical:
			status = pluginCritical
		}
	}
	_, err := fmt.Fprintf(p.out, "TCPTRACE %v - %s | %s\n", status, checkWords(r.last), performance(r.last, r.o.thresholds()))
	if err != nil {
		return writeError(err)
	}
	if status == pluginOK {
		return nil
	}
	return status
}

// checkWords is the worst finding and how many others there are, or what is
// there when all is well.
func checkWords(c *census.Census) string {
	n := tallyStates(c.Sockets)
	if len(c.Findings) == 0 {
		return fmt.Sprintf("%d sockets, %d ESTABLISHED, %d CLOSE_WAIT", len(c.Sockets), n[flows.Established], n[flows.CloseWait])
	}
	f := &c.Findings[0]
	text := f.ID.String() + ": " + f.Summary
	if owner := census.Process(&f.Owner); owner != "" {
		text += ", owner " + owner
	}
	if more := len(c.Findings) - 1; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return oneLine(text)
}

func tallyStates(sockets []diagnose.Socket) (n [flows.TimeWait + 1]int) {
	for i := range sockets {
		if s := sockets[i].State; s <= flows.TimeWait {
			n[s]++
		}
	}
	return n
}

// performance is what a monitoring system draws: LABEL=VALUE;WARN;CRIT.
// ESTABLISHED is that of the listener or process with most, since that is what
// the thresholds are for; the others are totals.
func performance(c *census.Census, t diagnose.Thresholds) string {
	n := tallyStates(c.Sockets)
	n[flows.Established] = diagnose.MostEstablished(c.Sockets)
	var words []string
	for s := flows.Listen; s <= flows.TimeWait; s++ {
		word := fmt.Sprintf("%s=%d", strings.ToLower(s.String()), n[s])
		if at, ok := t[s]; ok && (s == flows.Established || s == flows.TimeWait) {
			word += ";" + level(at.Warning) + ";" + level(at.Critical)
		}
		words = append(words, word)
	}
	return fmt.Sprintf("sockets=%d %s", len(c.Sockets), strings.Join(words, " "))
}

// level is a threshold; none is empty.
func level(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// isCheck reports whether a command line asks for a monitoring plugin, so that
// whatever goes wrong with it must be UNKNOWN: a code of 2 would be CRITICAL.
func isCheck(args []string) bool {
	return len(args) > 0 && args[0] == "sockets" && (slices.Contains(args, "--check") || slices.Contains(args, "--check=true"))
}

// plugin is the exit code of a check, and prints why if that is UNKNOWN.
func (p *program) plugin(err error) int {
	status := pluginOK
	for _, e := range failures(err) {
		if s, ok := e.(pluginStatus); ok {
			status = s
			continue
		}
		fmt.Fprintf(p.out, "TCPTRACE %v - %s\n", pluginUnknown, oneLine(e.Error()))
		return int(pluginUnknown)
	}
	return int(status)
}
