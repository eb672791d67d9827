package diagnose

import (
	"net/netip"

	"tcptrace/flows"
)

// Finding is one condition of one flow, or of the whole capture. It is valid
// during the call of the handler only, and so is whatever it points to.
type Finding struct {
	ID         ID
	Confidence Confidence
	// Grade is how bad it is where a threshold decides that; Info: as bad as the
	// rule says.
	Grade Severity
	At    Party // at fault: whom to look at first

	Time           flows.Time
	Flow           flows.FlowID   // 0: the capture or the host, not one flow
	Client, Server netip.AddrPort // valid if Flow is not 0
	States         [2]flows.State // of the ends; valid if Flow is not 0

	// Packets are the frames that show it, in the order of capture; not all of
	// them when there are many.
	Packets []uint64
	// Summary says what happened here, with its numbers: "server in CLOSE_WAIT
	// for 60 s: it acknowledged FIN(M) and has not closed".
	Summary string
	// Otherwise is what else the packets may mean, and what would decide; empty
	// if nothing.
	Otherwise string
	// Owner is the process that holds the socket; its zero value is unknown.
	Owner Owner
	// Kernel is what the kernel of that host adds: "1 byte unread", "no process
	// holds the socket"; empty if it was not asked.
	Kernel string

	// Update says that the flow had the finding before, and that it grew worse.
	Update bool
	// Replaces are conditions that were found of the flow before and that this
	// one explains: they hold no longer.
	Replaces []ID

	// level is how bad it has become, in steps of the rule's own making: a
	// condition is told again when its level has risen.
	level uint8
}

// Severity is how bad it is.
func (f *Finding) Severity() Severity {
	if f.Grade > Info {
		return f.Grade
	}
	return f.ID.Severity()
}

// Owner is a process that holds a socket.
type Owner struct {
	PID     int // 0: unknown
	Command string
	FD      int
	Unit    string // systemd unit or container; empty: unknown
	Others  int    // how many other processes hold it too
}

// Handler is told what a flow table finds out, and what is wrong with it. A
// step comes before the findings that it leads to.
type Handler interface {
	flows.Handler
	Finding(*Finding)
}
