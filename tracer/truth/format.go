package truth

import (
	"net/netip"
	"time"

	"tcptrace/flows"
)

// Capture is one capture file and what the kernels did while it was made.
type Capture struct {
	// Name is the path of the capture below the directory of all pairs, without
	// ".pcap": the scenario, a slash, and what tells this capture from the
	// others of the scenario.
	Name string `json:"capture"`
	// Setup says what was set up for the run, for a reader's eyes only.
	Setup string `json:"setup,omitempty"`
	// From is when the capture began, To when the truth ends: whatever came
	// later is in neither.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Late says that it began when connections may already have been there.
	Late bool `json:"late,omitempty"`
	// Derived is a word for what was done to the file after it was made, as in
	// [Capture.Whole]; Changed says it in full.
	Derived string `json:"derived,omitempty"`
	Changed string `json:"changed,omitempty"`

	Connections []Connection `json:"-"`
}

// Connection is one life of a connection: what lies between the first SYN of
// its opener and the end of both sockets. One that has no packet in the capture
// is left out.
type Connection struct {
	// Client is the end that opened, Server the other. In a simultaneous open
	// both did; the client is then the one that called connect first.
	Client       netip.AddrPort `json:"client"`
	Server       netip.AddrPort `json:"server"`
	Life         int            `json:"life"`  // 0, 1, ... for the same addresses used again
	Start        time.Time      `json:"start"` // when the opener's kernel left CLOSED
	Packets      int            `json:"packets"`
	Simultaneous bool           `json:"simultaneous,omitempty"`

	// LostBefore and LostAfter are the flags of the packets that were lost on
	// the way, as tcpdump prints them and parted by blanks: before they came to
	// the capture point, so that the capture lacks them, or behind it, so that
	// it holds what never arrived.
	LostBefore string `json:"lost_before,omitempty"`
	LostAfter  string `json:"lost_after,omitempty"`

	// ClientEnd and ServerEnd are nil where no kernel was: a program played
	// that end, or its address was forged.
	ClientEnd *End `json:"client_end,omitempty"`
	ServerEnd *End `json:"server_end,omitempty"`
}

// End is what one kernel did.
type End struct {
	// States is every state that the socket entered. CLOSED and LISTEN in front
	// are left out. It is empty when the kernel never kept anything of the
	// connection: refused, never arrived, or answered with a SYN cookie.
	States States `json:"states"`
	// At has the moments in which States were entered, in seconds since the
	// Start of the connection; it lacks the first one if Held.
	At []float64 `json:"at,omitempty"`
	// Held says that the first of States was not entered but held when the
	// capture began.
	Held bool `json:"held,omitempty"`
	// Visible is States without what left no trace in this capture: a timer or
	// the application alone did it, or its packets did not come by. It is left
	// out where it says the same.
	Visible *States `json:"visible,omitempty"`
	// Also are other lists that nobody outside can tell from States.
	Also []States `json:"also,omitempty"`
	// Source says where the truth comes from if it was not traced: "no socket",
	// the kernel had none; "inferred", concluded from the packets at that end.
	Source string `json:"source,omitempty"`
}

// Scenario is the first part of the capture's name.
func (c *Capture) Scenario() string {
	for i := range c.Name {
		if c.Name[i] == '/' {
			return c.Name[:i]
		}
	}
	return c.Name
}

// partial are the words of Capture.Derived for files that lack packets which
// came by the capture point.
var partial = map[string]bool{
	"late":   true, // the beginning
	"stop":   true, // the end
	"drop":   true, // some, at random
	"oneway": true, // all of one direction
}

// Whole reports whether the capture holds every packet that came by, from
// before the first connection to the end of the truth.
func (c *Capture) Whole() bool { return !c.Late && !partial[c.Derived] }

// Lossless reports whether every packet of the connection both came by the
// capture point and arrived.
func (c *Connection) Lossless() bool { return c.LostBefore == "" && c.LostAfter == "" }

// Self reports whether a socket was connected to itself.
func (c *Connection) Self() bool { return c.Client == c.Server }

// End is the truth of one end, nil where no kernel was.
func (c *Connection) End(side flows.Side) *End {
	if side == flows.Client {
		return c.ClientEnd
	}
	return c.ServerEnd
}

// visible is Visible, or States where they are the same.
func (e *End) visible() States {
	if e.Visible != nil {
		return *e.Visible
	}
	return e.States
}
