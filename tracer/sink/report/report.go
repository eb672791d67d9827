// Package report writes a trace as one page for a browser: the verdict first,
// then what was found, what the connections looked like, and the worst of them
// in full.
//
// It knows what the page needs of a trace and keeps no more, within bounds that
// do not depend on how long the trace is. The page needs no network, runs no
// script but its own (its Content-Security-Policy says so by hash), and holds
// nothing from the wire, a file or a process that was not escaped.
//
// Read first: tape.go (what is kept of a flow), choose.go (which flows are shown
// in full), page.go (what is written).
package report

import (
	"bufio"
	"io"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// Options say what stands on the page besides the trace.
type Options struct {
	Source  string    // what was traced: the names of files, or the interfaces
	Filter  string    // empty if everything was
	Version string    // of the program
	Made    time.Time // when the page is made; its zero value is left out
	Zone    *time.Location
	// Memory bounds what is kept of flows while nobody knows yet which are the
	// worst, in bytes; 0 is 64 MiB.
	Memory int
	// Size is about what the page may hold, in bytes; 0 is 14 MB. Rows come
	// first, then as many flows in full as there is room for.
	Size int
	// Full is how many flows at most are shown in full; 0 is 200.
	Full int
}

// The defaults of Options.
const (
	defaultMemory = 64 << 20
	defaultSize   = 14_000_000
	defaultFull   = 200
)

// Sink collects a trace and writes the page when it is closed. It is made with
// [New].
type Sink struct {
	w      io.Writer
	o      Options
	stock  stock
	ledger ledger
	crowd  crowd
	shakes shakes
	choice choice
	groups diagnose.Groups
	span   span
}

// span is the time that a trace covers; its zero value covers none.
type span struct {
	first, last flows.Time
	any         bool
}

func (s *span) cover(t flows.Time) {
	if !s.any {
		s.first, s.last, s.any = t, t, true
	}
	s.first, s.last = min(s.first, t), max(s.last, t)
}

// New makes a sink that writes to w when it is closed.
func New(w io.Writer, o Options) *Sink {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Memory <= 0 {
		o.Memory = defaultMemory
	}
	if o.Size <= 0 {
		o.Size = defaultSize
	}
	if o.Full <= 0 {
		o.Full = defaultFull
	}
	o.Source, o.Filter, o.Version = graphic(o.Source), graphic(o.Filter), graphic(o.Version)
	return &Sink{w: w, o: o, stock: newStock(o.Memory), ledger: newLedger(), choice: newChoice(o.Full)}
}

// Step follows a flow.
func (s *Sink) Step(st *flows.Step) {
	if st.Segment != nil {
		s.span.cover(st.Time)
	}
	l := s.stock.life(st)
	s.crowd.move(st.Time, l.states, st.States)
	l.states = st.States
	if st.HandshakeRTT > 0 {
		s.shakes.add(st.HandshakeRTT)
	}
	s.stock.record(l, st)
}

// Finding keeps what is wrong with the flow that it is about, and counts it.
func (s *Sink) Finding(f *diagnose.Finding) {
	nth := s.groups.Add(f)
	if f.Flow != 0 {
		s.stock.find(f, nth)
	}
}

// End makes a row of a flow that is over, and keeps the rest of it if it is
// among the worst so far.
func (s *Sink) End(r *flows.Record) {
	l := s.stock.leave(r.Flow)
	s.crowd.move(r.Ended, l.states, [2]flows.State{})
	row := s.ledger.add(r, l.found)
	if l.tape != nil {
		l.tape.ladder.builder.End(r)
		s.choice.consider(&kept{row: row, found: l.found, tape: l.tape})
	}
}

// Close writes the page.
func (s *Sink) Close(sum *flows.Summary) error {
	w := bufio.NewWriterSize(s.w, 1<<16)
	if err := s.page(sum).write(w); err != nil {
		return err
	}
	return w.Flush()
}
