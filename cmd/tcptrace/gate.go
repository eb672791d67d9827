package main

import (
	"fmt"

	"tcptrace/flows/diagnose"
	"tcptrace/tracer"
)

// gate is a sink that looks for the findings of --fail-on on their way to the
// next one.
type gate struct {
	tracer.Sink
	least severityFlag
	met   uint64
	first diagnose.ID // the first one that met it
}

// Finding hands a finding on. What grew worse counted before.
func (g *gate) Finding(f *diagnose.Finding) {
	if g.least.given && f.Severity() >= g.least.severity && !f.Update {
		if g.met == 0 {
			g.first = f.ID
		}
		g.met++
	}
	g.Sink.Finding(f)
}

// failOnMet is the error of a trace that found what it was to fail on.
type failOnMet struct {
	least diagnose.Severity
	n     uint64
	first diagnose.ID
}

func (e *failOnMet) Error() string {
	if e.n == 1 {
		return fmt.Sprintf("--fail-on %v: there is 1 finding of that severity: %v", e.least, e.first)
	}
	return fmt.Sprintf("--fail-on %v: there are %d findings of that severity or above, the first is %v", e.least, e.n, e.first)
}

// verdict is a failOnMet if there was such a finding.
func (g *gate) verdict() error {
	if g.met == 0 {
		return nil
	}
	return &failOnMet{g.least.severity, g.met, g.first}
}
