// Package ladder makes one flow into the rows of a ladder diagram: an end on
// each side, time downwards, a row for each segment that matters.
//
// It knows what belongs into the picture and in which words: which segments are
// shown and which are folded, which of them had no effect, where the findings
// stand. It does not draw, and it keeps nothing of the steps that it is fed, so
// ladders of very many flows can grow at once.
//
// Read first: ladder.go (what a ladder is), builder.go (how it grows).
package ladder

import (
	"net/netip"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// Ladder is one flow as it is drawn.
type Ladder struct {
	Flow           flows.FlowID
	Client, Server netip.AddrPort
	GuessedClient  bool // neither SYN nor SYN-ACK was seen

	Begin  flows.Time     // when the first row happened: times are shown as distances from it
	Begun  [2]flows.State // the states above the first row
	States [2]flows.State // the states below the last row
	Rows   []Row

	ISN, FIN     [2]flows.Number // J and K; the numbers of the FINs
	FirstFIN     flows.Side      // whose FIN is M; valid if one of FIN is known
	HandshakeRTT time.Duration   // 0 when the handshake was not seen
	Segments     [2]uint64       // that each end sent, also those that are folded
	Bytes        [2]uint64       // payload of these
	Doubles      uint64          // segments that the capture holds twice; they have no rows

	Over     bool          // the flow was told to its end: Outcome is valid
	Outcome  flows.Outcome // how it ended
	StuckEnd flows.Side    // the end that waits; valid if Outcome is Stuck
	Gaps     bool          // an ACK covered data that the capture does not hold
}

// Kind says what a row shows.
type Kind uint8

// The kinds.
const (
	Segment Kind = iota // an arrow from one end to the other
	Fold                // many segments in one row
	Silence             // nothing happened for a while
	Timer               // time alone moved an end
	Kernel              // a kernel says in which state an end is
	ICMP                // an ICMP error, on its way to who sent what it quotes
	Aside               // the first segment of the next connection on the same addresses
	Finding             // what is wrong, or remarkable
)

// Row is one line of the picture. What a field means depends on Kind; Time,
// States and Moves hold for all.
type Row struct {
	Kind   Kind
	From   flows.Side // Segment, ICMP: where the arrow begins
	Fate   Fate       // Segment
	Time   flows.Time
	Until  flows.Time     // Fold, Silence: when it was over
	States [2]flows.State // after it
	Moves  []Move         // what it led to, in order; often none

	Packet   uint64 // Segment, ICMP, Aside: number of the frame, 0 if there is none
	Label    flows.Label
	Notes    flows.Notes   // Segment
	Seq, Ack flows.Seq     // Segment, Aside: as on the wire; Ack is valid if Label.Flags has ACK
	Window   uint16        // Segment: as sent, not scaled
	RTT      time.Duration // Segment: how long the handshake took that it ends; else 0

	Run  *Run  // Fold
	Said *Said // Finding
}

// Again reports whether a segment repeats an earlier one.
func (r *Row) Again() bool { return r.Notes.Has(flows.Retransmission) }

// Move is one move of one end from a state to the next.
type Move struct {
	End       flows.Side
	From, To  flows.State
	Basis     flows.Basis
	Back      bool          // a correction: To is the state that the end never left
	Withdrawn bool          // a later row takes it back
	After     time.Duration // time spent in From; 0 where that is not known
}

// Fate is what became of a segment, as far as the capture shows it.
type Fate uint8

// The fates.
const (
	// Arrived is also what nothing speaks against.
	Arrived Fate = iota
	// Unheard segments were sent again when their timer ran out, or nothing came
	// any more: no acknowledgement shows that they arrived.
	Unheard
	// Refused segments cannot be accepted by their receiver: they lie outside its
	// window, acknowledge what it never sent, or are damaged.
	Refused
	// Refuted segments were taken to have arrived until their receiver showed
	// that it did not take them.
	Refuted
)

// Run is what a row of kind Fold stands for.
type Run struct {
	Segments, Bytes [2]uint64     // by sender
	Again, Strays   uint64        // how many of the segments were sent again, and came out of order
	Pause           time.Duration // the longest silence in it that was worth a row
	Moves, Findings uint64        // what else was folded with them, where there was too much of everything
}

// Said is a finding, and the words that a picture has room for.
type Said struct {
	ID         diagnose.ID
	Severity   diagnose.Severity
	Confidence diagnose.Confidence
	At         diagnose.Party
	Summary    string
	Otherwise  string // empty where there is no other reading
	Update     bool   // it was found further up, and grew worse
	Packets    []uint64
}
