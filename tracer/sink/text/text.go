// Package text writes a trace for people: a line for every event, with the
// states of both ends in colour, and a closing line.
//
// It knows what a step looks like on a terminal of a given width, and nothing
// of files, terminals or clocks: the writer, the width and the time zone are
// passed in. Whatever it writes is made of addresses, numbers and names of our
// own (those of processes are quoted), so nothing from the wire can reach the terminal as an escape sequence.
//
// Read first: event.go (what is on a line), line.go (how it is laid out),
// common.go (the short way for events of which a trace is full), finding.go (what is wrong), summary.go (the closing lines).
package text

import (
	"io"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/sink/palette"
)

// Detail says how much is written.
type Detail uint8

// The details.
const (
	Moves   Detail = iota // steps that move an end, and findings
	All                   // every segment
	Closing               // findings and the closing line only
)

// Options say how a trace is written. Their zero value is plain text without
// a bound on the width of a line, in UTC.
type Options struct {
	Detail Detail
	Depth  palette.Depth // of the colours
	// Raw puts the raw sequence and acknowledgement numbers beside the letters.
	Raw bool
	// Dated starts a trace with the date, which a live trace does not need.
	Dated bool
	Zone  *time.Location // of the time of day; nil is UTC
	// Width is asked before every event, as a terminal changes its width; nil,
	// or an answer of 0, is no bound.
	Width func() int
	// Only is what flows were selected by, "an end in CLOSE_WAIT"; empty when
	// the sink gets all of them.
	Only string
	// MaxFlows is the bound that evicted flows had to make room for.
	MaxFlows int
}

// Sink writes a trace to one writer. It is made with [New].
type Sink struct {
	w       io.Writer
	lends   lender // w, if it is one
	o       Options
	line    line
	day     day
	words   *words
	kinds   *kinds
	ids     int    // where the longest flow number so far ended
	labels  int    // columns that the longest label so far takes
	pairs   [2]int // where the longest pair of addresses so far ended: IPv4, IPv6
	columns columns
	asked   measures // what columns go by
	tally   tally
	groups  diagnose.Groups
	told    map[told]bool // which findings were written
}

// lender is a writer that has room of its own to put lines together in, as a
// bufio.Writer has. What stands there is written without a copy.
type lender interface {
	AvailableBuffer() []byte
}

// New makes a sink that writes to w, which had better be buffered: every event
// is one Write.
func New(w io.Writer, o Options) *Sink {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	s := &Sink{
		w:    w,
		o:    o,
		line: line{ink: palette.New(o.Depth), fresh: true},
		day:  day{zone: o.Zone, shown: !o.Dated},
	}
	s.lends, _ = w.(lender)
	s.words, s.kinds = newWords(&s.line.ink), new(kinds)
	return s
}

// Step writes what happened to a flow.
func (s *Sink) Step(st *flows.Step) {
	if s.o.Detail != Closing && s.wants(st) {
		s.event(st)
		s.flush()
	}
}

// End counts a flow that is over.
func (s *Sink) End(r *flows.Record) { s.tally.add(r) }

// Close writes the closing lines.
func (s *Sink) Close(sum *flows.Summary) error {
	s.summary(sum)
	return s.flush()
}

// telling are the notes on segments that are worth a line although they move
// nothing: without it, a reader could not tell why they do not.
const telling = flows.WrongAck | flows.SuspectReset | flows.SYNOnConnection

// wants reports whether a step has a line. An ICMP error has one even if it
// moves nothing: it is the only answer that a SYN may get.
func (s *Sink) wants(st *flows.Step) bool {
	switch {
	case s.o.Detail == All:
		return true
	case st.Label.Kernel && ordinary(st):
		return false
	}
	return len(st.Transitions) > 0 || st.Label.ICMP != nil ||
		st.Notes&telling != 0 && !st.Notes.Has(flows.Duplicate)
}

// ordinary reports whether a step takes in a connection that was there before
// and is well: there may be thousands, and they are counted at the start.
func ordinary(st *flows.Step) bool {
	for i := range st.Transitions {
		t := &st.Transitions[i]
		if t.From != flows.Unknown || t.To != flows.Established && t.To != flows.TimeWait {
			return false
		}
	}
	return true
}

// start begins an event: it takes what the writer lends for the lines up to
// flush, and asks how wide they may be.
func (s *Sink) start() {
	if s.lends != nil {
		s.line.buf = s.lends.AvailableBuffer()
	}
	s.measure()
}

// flush hands the lines to the writer. Its error is the writer's to remember:
// it comes back from Close at the latest.
func (s *Sink) flush() error {
	_, err := s.w.Write(s.line.buf)
	s.line.buf = s.line.buf[:0]
	return err
}
