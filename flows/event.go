package flows

import (
	"net/netip"
	"time"
)

// Handler is told what the table found out. Whatever is passed to it is valid
// during the call only.
type Handler interface {
	// Step is called once for every segment of a flow, but with Limits.SkipPlain
	// not for plain ones, unless Step.Watch asked for them; once whenever time
	// alone, or a segment of the next flow on the same addresses, moved an end;
	// and at the times that it asked for.
	Step(*Step)
	// End is called once for every flow, when it is over for good.
	End(*Record)
}

// FlowID numbers the flows of a table from 1 in the order of their first
// segments.
type FlowID uint64

// Step is what one segment, or time alone, did to one flow.
type Step struct {
	Flow           FlowID
	Client, Server netip.AddrPort
	GuessedClient  bool
	// Swapped says that the roles were guessed wrong until now: with this step
	// the ends have changed places.
	Swapped bool

	Time    Time
	Segment *Segment // nil when no segment of this flow did it
	From    Side     // who sent Segment; valid if Segment is not nil
	Aside   *Segment // the segment of the next flow on the same addresses that did it; else nil
	Label   Label    // Segment, or what moved the end, in terms of J K M N
	Notes   Notes    // what is peculiar about Segment

	Transitions []Transition // in the order in which they happened; often none
	States      [2]State     // the states after them

	// Names of the four numbers as far as they are known.
	ISN, FIN [2]Number

	// HandshakeRTT is set on the step that ends the handshake: the time from
	// the SYN to the ACK of the SYN-ACK; 0 on all others.
	HandshakeRTT time.Duration

	// Slot is a small number that no other flow in the table has at the moment:
	// the next flow may get it once End was called for this one.
	Slot uint32
	// Prior is set on the first step of a flow.
	Prior Prior

	// Wake is for the handler to set: at that time the table calls it with a step
	// that has no segment and no transition, if the flow is still there. The
	// newest wish counts, and stands here until its time has come; 0: none. Woken
	// says that this is such a step.
	Wake  Time
	Woken bool
	// Ordinary says that the segment opens or closes its connection as it should,
	// as one of those that come when nothing goes wrong: it has no notes.
	Ordinary bool
	// Segments is how many segments the table has seen so far.
	Segments uint64

	// Watch is for the handler to set: it wants to be called for every segment of
	// this flow. It is false before each call.
	Watch bool

	// ClockSince is since when time has gone on evenly; 0: always. It leapt then,
	// and how long something lasted that began before is not known.
	ClockSince Time

	before     Mark // see Before
	beforeFrom Side
	quiet      time.Duration
	flow       *flow  // for Facts; nil if it has not been unpacked
	packed     packed // the flow, if it was followed the short way
	table      *Table
}

// Transition is one move of one end from a state to the next.
type Transition struct {
	End        Side
	From, To   State
	Basis      Basis
	Correction bool          // it takes back a claim; To is the state that still holds
	After      time.Duration // time spent in From; 0 where that is not known
	Was        Basis         // why the end was taken to be in From; valid if Basis is Kernel
}

// Number is a sequence number that may not be known.
type Number struct {
	Seq   Seq
	Known bool
}

// Mark is a place in the capture.
type Mark struct {
	Time   Time
	Packet uint64
}

// Outcome is how a flow ended, or how it stood at the end of the capture.
type Outcome uint8

// The outcomes.
const (
	Open       Outcome = iota // open, or closing, when the capture ended
	ClosedFlow                // both ends closed with FIN and ACK
	ResetFlow                 // a RST ended it
	Refused                   // a RST answered the SYN
	Unanswered                // nothing answered the SYN
	Filtered                  // an ICMP error answered the SYN
	HalfOpen                  // the handshake never finished
	Stuck                     // an end waits for what does not come, longer than Limits.Stuck
	Partial                   // too little of it was captured to say
	Reused                    // the next flow on the same addresses ended it
	NumOutcomes
)

var outcomeNames = [NumOutcomes]string{
	"open", "closed", "reset", "refused", "unanswered", "filtered", "half-open", "stuck", "partial", "reused",
}

func (o Outcome) String() string {
	if o < NumOutcomes {
		return outcomeNames[o]
	}
	return "invalid"
}

// Record is a whole flow, told when it is over or the capture ends.
type Record struct {
	Flow           FlowID
	Client, Server netip.AddrPort
	GuessedClient  bool // neither SYN nor SYN-ACK was seen: the roles are a guess

	First, Last Mark
	Ended       Time // when the record was made, by the table's time
	Outcome     Outcome
	Ends        [2]EndRecord
	// StuckEnd is the end that waits; valid if Outcome is Stuck.
	StuckEnd     Side
	HandshakeRTT time.Duration // 0 when the handshake was not seen
	Slot         uint32        // as in Step
	ClockSince   Time          // as in Step
	Segments     uint64        // as in Step
	Gaps         bool          // an ACK covered data that the capture does not hold
	Evicted      bool          // it was ended early to keep to Limits.MaxFlows

	flow  *flow // for Facts; nil if it has not been unpacked
	fresh *head // the flow, if it is fresh
	table *Table
}

// EndRecord is one end of a Record.
type EndRecord struct {
	State   State
	Since   Time    // when it entered State; valid if State is not Unknown
	History []State // every state entered, in order, withdrawn claims left out
	Cut     bool    // History holds the first states only: there were more than MaxHistory

	ISN Number // J of the client, K of the server
	FIN Number // sequence number of its FIN: M of the first, N of the second
	// FirstFIN says that its FIN was the first of the flow, so FIN is M.
	FirstFIN bool

	Packets         uint64 // segments it sent, doubles left out
	Bytes           uint64 // payload it sent, retransmissions included
	Retransmissions uint32
	Duplicates      uint32 // segments that the capture holds twice
	SYNs, FINs      uint32 // segments with that flag, doubles left out
	RSTs            uint32
}

// Totals counts what a table has seen.
type Totals struct {
	Segments   uint64
	Duplicates uint64
	Orphans    uint64 // ICMP errors that quote no known flow
	Flows      uint64
	Open       uint64 // flows that are in the table now
	Evicted    uint64 // flows ended early to keep to Limits.MaxFlows
	ByOutcome  [NumOutcomes]uint64
}

// Count is a number with its name.
type Count struct {
	Name string
	N    uint64
}

// Summary is what a whole trace amounted to.
type Summary struct {
	Packets uint64  // frames read
	TCP     uint64  // segments among them
	Skipped []Count // frames that are not, by reason, sorted by name

	// Dropped counts packets that the kernel or the interface dropped before
	// they could be read; valid if DropsKnown, which a file never has.
	Dropped    uint64
	DropsKnown bool

	// Broken is why the trace ended before its capture did: that is damaged, say.
	Broken error

	Totals Totals
}

// Clone is a copy of the step that stays valid after the call of the handler;
// it knows no Facts.
func (s *Step) Clone() *Step {
	c := new(Step)
	s.CloneTo(c)
	return c
}

// CloneTo makes c a clone of the step, in memory that c may have from another
// clone.
func (s *Step) CloneTo(c *Step) {
	transitions, segment, aside, icmp := c.Transitions[:0], c.Segment, c.Aside, c.Label.ICMP
	*c = *s
	c.flow, c.packed, c.table = nil, packed{}, nil
	c.Transitions = append(transitions, s.Transitions...)
	c.Segment, c.Aside, c.Label.ICMP = clonedTo(segment, s.Segment), clonedTo(aside, s.Aside), clonedTo(icmp, s.Label.ICMP)
}

// CloneTo makes c a copy of the record that stays valid after the call of the
// handler, in memory that c may have from another copy; it knows no Facts.
func (r *Record) CloneTo(c *Record) {
	var histories [2][]State
	for side := range c.Ends {
		histories[side] = append(c.Ends[side].History[:0], r.Ends[side].History...)
	}
	*c = *r
	c.flow, c.fresh, c.table = nil, nil, nil
	for side := range c.Ends {
		c.Ends[side].History = histories[side]
	}
}

// clonedTo is a copy of what p points to, at old if that is not nil.
func clonedTo[T any](old, p *T) *T {
	if p == nil {
		return nil
	}
	if old == nil {
		old = new(T)
	}
	*old = *p
	return old
}
