package tracer

import (
	"errors"

	"tcptrace/flows"
)

// Tee is a sink that hands everything on to several, in their order.
type Tee []Sink

// Step hands a step on.
func (t Tee) Step(st *flows.Step) {
	for _, s := range t {
		s.Step(st)
	}
}

// End hands a record on.
func (t Tee) End(r *flows.Record) {
	for _, s := range t {
		s.End(r)
	}
}

// Advance hands the time on to those that want it.
func (t Tee) Advance(now flows.Time) {
	for _, s := range t {
		advance(s, now)
	}
}

// Close closes all of them, and tells what went wrong in any.
func (t Tee) Close(sum *flows.Summary) error {
	errs := make([]error, len(t))
	for i, s := range t {
		errs[i] = s.Close(sum)
	}
	return errors.Join(errs...)
}
