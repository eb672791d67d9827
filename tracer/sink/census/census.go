// Package census writes what the sockets of a host are at one moment, for
// people and for programs: by state, by listener and by owner, those that are
// stuck, and, for people, what is wrong with them.
//
// It reads no sockets and judges none: it gets both. Names of processes and
// units may hold anything, and reach a terminal quoted only.
//
// Read first: count.go, then text.go.
package census

import (
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/sink/palette"
)

// Census is the sockets of a host at one moment.
type Census struct {
	Host      string // its name
	Namespace string // the network namespace; empty: that of the program
	Time      flows.Time
	Sockets   []diagnose.Socket
	// Partial says that the sockets changed while they were read, so that some
	// may be missing or told twice.
	Partial bool
	// Root says that nothing was hidden from the program for want of a privilege.
	Root     bool
	Findings []diagnose.Finding
}

// Options say how a census is written.
type Options struct {
	Stuck time.Duration  // from when on a socket counts as stuck
	Only  flows.StateSet // the states that are told; 0: all
	Most  int            // how many stuck sockets are listed; 0: all
	Depth palette.Depth  // of the colours
	Zone  *time.Location // of the time of day; nil is UTC
	Width int            // of the terminal; 0: no bound
}

// tells reports whether sockets of a state are wanted.
func (o *Options) tells(s flows.State) bool { return o.Only == 0 || o.Only.Has(s) }
