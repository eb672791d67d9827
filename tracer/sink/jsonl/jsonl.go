// Package jsonl writes a trace for programs: JSON, one object a line.
//
// What the objects hold is a contract of its own, apart from the structs of
// package flows: fields are only ever added to it, and "v" would change if one
// had to go. The lines are put together by hand, since a trace may hold one a
// packet; the tests read them back with encoding/json.
//
// Read first: transition.go, then flow.go.
package jsonl

import (
	"io"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// Detail says which events are written.
type Detail uint8

// The details.
const (
	Moves   Detail = iota // transition, finding, flow and summary
	All                   // segment and icmp too
	Closing               // finding and summary only
)

// Options say what is written.
type Options struct {
	Detail Detail
	// Only are the states that flows were selected by; 0 when the sink gets
	// all flows.
	Only flows.StateSet
}

// Sink writes a trace to one writer. It is made with [New].
type Sink struct {
	w      io.Writer
	lends  lender // w, if it is one
	o      Options
	buf    []byte
	stamp  stamp
	words  *words
	common common // of the step that is being written

	groups   diagnose.Groups
	flows    uint64 // told with End
	outcomes [flows.NumOutcomes]uint64
}

// lender is a writer that has room of its own to put lines together in, as a
// bufio.Writer has. What stands there is written without a copy.
type lender interface {
	AvailableBuffer() []byte
}

// New makes a sink that writes to w, which had better be buffered: what comes
// of one step is one Write.
func New(w io.Writer, o Options) *Sink {
	s := &Sink{w: w, o: o, words: newWords()}
	s.lends, _ = w.(lender)
	return s
}

// Step writes a segment or ICMP error, if all are wanted, and the transitions
// that it caused.
func (s *Sink) Step(st *flows.Step) {
	if s.o.Detail != Closing {
		s.step(st)
	}
}

func (s *Sink) step(st *flows.Step) {
	s.begin()
	s.common = common{}
	if s.o.Detail == All {
		s.seen(st)
	}
	for i := range st.Transitions {
		s.transition(st, &st.Transitions[i])
	}
	if len(s.buf) > 0 {
		s.flush()
	}
}

// seen writes what passed, whether or not it moved an end.
func (s *Sink) seen(st *flows.Step) {
	switch {
	case st.Segment != nil:
		s.segment(st)
	case st.Label.ICMP != nil:
		s.icmp(st)
	}
}

// End writes a flow that is over.
func (s *Sink) End(r *flows.Record) {
	s.flows++
	if r.Outcome < flows.NumOutcomes {
		s.outcomes[r.Outcome]++
	}
	if s.o.Detail == Closing {
		return
	}
	s.begin()
	s.flow(r)
	s.flush()
}

// Close writes the summary.
func (s *Sink) Close(sum *flows.Summary) error {
	s.begin()
	s.summary(sum)
	return s.flush()
}

// begin takes what the writer lends for the lines up to flush.
func (s *Sink) begin() {
	if s.lends != nil {
		s.buf = s.lends.AvailableBuffer()
	}
}

// flush hands the lines to the writer. Its error is the writer's to remember:
// it comes back from Close at the latest.
func (s *Sink) flush() error {
	_, err := s.w.Write(s.buf)
	s.buf = s.buf[:0]
	return err
}
