package flows

import "time"

// Facts is what a table knows of one end of a flow, in the terms of RFC 9293
// §3.3.1: as far as the capture proves it.
type Facts struct {
	Basis   Basis         // why the end is in its state
	Since   Time          // when it entered that state
	Before  State         // the state before it, Unknown if there was none
	Next    Number        // SND.NXT: behind the unbroken run of what it sent
	Una     Number        // SND.UNA: the highest acknowledgement of its peer
	Edge    Number        // right edge of the widest window that it offered
	Waits   Time          // when the number at Una was sent, at the latest; valid while Next lies beyond Una
	RTT     time.Duration // from the capture point to the end and back, as the handshake showed it; 0 if it did not
	Packets uint64        // segments it sent, doubles left out
	Bytes   uint64        // payload it sent, retransmissions included

	Retransmissions  uint32
	Duplicates       uint32 // segments that the capture holds twice
	SYNs, FINs, RSTs uint32
	FINAcked         bool // its FIN was acknowledged
	FirstFIN         bool // its FIN was the first of the flow: M
	Missed           bool // its peer acknowledged something of it that the capture does not hold
}

// Unacknowledged reports whether it sent something that its peer has not
// acknowledged.
func (f *Facts) Unacknowledged() bool {
	return f.Next.Known && f.Una.Known && f.Next.Seq.After(f.Una.Seq)
}

// Facts are what is known of an end after the step; valid during the call of
// the handler only.
func (s *Step) Facts(side Side) Facts { return s.unpacked().facts(side) }

// unpacked is the flow of the step; nil if there is none, as in a step that
// somebody made for a test.
func (s *Step) unpacked() *flow {
	if s.flow != nil || s.packed.head == nil {
		return s.flow
	}
	f := &s.table.seen
	s.flow = f
	if s.packed.fresh {
		s.packed.unpackFresh(f)
		e := &f.ends[Client]
		e.sends, e.ttl, e.id, e.moved = 0, 0, 0, 0 // that comes after the step
	} else {
		s.packed.unpack(f)
	}
	s.table.fillKey(slot(s.Slot), &f.key)
	return f
}

// quick reports whether what is asked of most steps can be told without unpacking
// the flow.
func (s *Step) quick() bool { return s.packed.head != nil && !s.packed.fresh }

// unpacked is the flow of the record; nil if there is none.
func (r *Record) unpacked() *flow {
	if r.flow == nil && r.fresh != nil {
		r.flow = &r.table.seen
		r.fresh.unpackFresh(r.flow)
		r.table.fillKey(slot(r.Slot), &r.flow.key)
	}
	return r.flow
}

// Facts are what was known of an end when the flow ended; valid during the
// call of the handler only.
func (r *Record) Facts(side Side) Facts { return r.unpacked().facts(side) }

func (f *flow) facts(side Side) Facts {
	if f == nil {
		return Facts{}
	}
	e, peer := &f.ends[side], f.peer(side)
	return Facts{
		Basis: e.basis, Since: e.since, Before: e.history.before(),
		Next:  Number{e.nxt, e.has(knowNxt)},
		Una:   Number{peer.acked, peer.has(knowAcked)},
		Edge:  Number{e.edge, e.has(knowEdge | knowScale)},
		Waits: e.waits, RTT: e.rtt, Packets: e.packets, Bytes: e.bytes,
		Retransmissions: e.retransmissions, Duplicates: e.duplicates,
		SYNs: e.syns, FINs: e.fins, RSTs: e.rsts,
		FINAcked: e.has(finAcked), FirstFIN: e.has(firstFIN), Missed: e.has(missedByUs),
	}
}

// Output is what one end has sent, as far as a handler compares it with what comes
// next.
type Output struct {
	Spoke   bool   // a segment without RST
	Data    bool   // payload
	TTL     uint8  // time to live, or hop limit, of its last segment without RST; valid if Spoke
	ID      uint16 // IP identification of that segment; valid if Spoke
	Payload Time   // when it sent payload last; valid if Data
	Asked   uint64 // frame of its newest payload or probe; 0: none, or beyond 2^32
}

// Sent is what an end had sent before the step's segment; valid during the call
// of the handler only.
func (s *Step) Sent(side Side) Output { return s.unpacked().sent(side) }

// Sent is what an end had sent; valid during the call of the handler only.
func (r *Record) Sent(side Side) Output { return r.unpacked().sent(side) }

func (f *flow) sent(side Side) Output {
	e := f.endOf(side)
	return Output{e.sends&spoke != 0, e.sends&sentPayload != 0, e.ttl, e.id, e.payload, uint64(e.asked)}
}

// endOf is an end of the flow; one of which nothing is known if there is no flow.
func (f *flow) endOf(side Side) *endpoint {
	if f == nil {
		return new(endpoint)
	}
	return &f.ends[side]
}

// What follows is asked of most steps, and told without unpacking the flow.

// SYNs is how many SYNs an end has sent, doubles left out.
func (s *Step) SYNs(side Side) uint32 {
	if s.quick() {
		return uint32(s.packed.ends[side].syns)
	}
	return s.unpacked().endOf(side).syns
}

// Packets is how many segments an end has sent, doubles left out.
func (s *Step) Packets(side Side) uint64 {
	if s.quick() {
		return uint64(s.packed.ends[side].packets)
	}
	return s.unpacked().endOf(side).packets
}

// Spoke reports whether an end had sent a segment without RST before the step's.
func (s *Step) Spoke(side Side) bool {
	if s.quick() {
		return s.packed.ends[side].sends&spoke != 0
	}
	return s.unpacked().endOf(side).sends&spoke != 0
}

// Payload is when an end sent payload last before the step's segment; false if
// it has sent none.
func (s *Step) Payload(side Side) (Time, bool) {
	if p := s.packed; s.quick() {
		return p.ends[side].getTime(widePayload, p.first), p.ends[side].sends&sentPayload != 0
	}
	return s.unpacked().payload(side)
}

// Payload is when an end sent payload last; false if it has sent none.
func (r *Record) Payload(side Side) (Time, bool) { return r.unpacked().payload(side) }

func (f *flow) payload(side Side) (Time, bool) {
	e := f.endOf(side)
	return e.payload, e.sends&sentPayload != 0
}

// Since is when an end entered its state.
func (s *Step) Since(side Side) Time {
	if p := s.packed; s.quick() {
		return p.ends[side].getTime(wideSince, p.first)
	}
	return s.unpacked().endOf(side).since
}

// First is where the capture shows the flow's first segment.
func (s *Step) First() Mark {
	switch {
	case s.packed.head != nil:
		return Mark{s.packed.first, s.packed.firstPacket}
	case s.flow != nil:
		return s.flow.first
	}
	return Mark{}
}

// Last is where the capture shows the flow's newest segment.
func (s *Step) Last() Mark {
	switch {
	case s.packed.head != nil:
		return s.packed.lastMark()
	case s.flow != nil:
		return s.flow.last
	}
	return Mark{}
}

// Before is the segment of the flow before the step's, and who sent it; valid if
// the step has a segment. Its frame is 0 if there was none.
func (s *Step) Before() (m Mark, from Side) { return s.before, s.beforeFrom }

// Quiet is how long the flow had been silent when the step's segment came; 0 if
// that is a double, or there is none.
func (s *Step) Quiet() time.Duration { return s.quiet }

// Gaps reports whether an ACK covered data that the capture does not hold.
func (s *Step) Gaps() bool {
	if s.packed.head != nil {
		return s.packed.marks&isGaps != 0
	}
	return s.flow != nil && s.flow.gaps
}

// Moved is the frame that moved an end last before the step, and its first FIN
// before the step; 0: none, or beyond 2^32.
func (s *Step) Moved(side Side) (moved, fin uint64) { return s.unpacked().frames(side) }

// Moved is the frame that moved an end last, and its first FIN; 0: none, or beyond
// 2^32.
func (r *Record) Moved(side Side) (moved, fin uint64) { return r.unpacked().frames(side) }

func (f *flow) frames(side Side) (moved, fin uint64) {
	e := f.endOf(side)
	return uint64(e.moved), uint64(e.finFrame)
}

// frame is the frame that the step is about; 0 if it is about none.
func (s *Step) frame() uint64 {
	switch {
	case s.Segment != nil:
		return s.Segment.Packet
	case s.Aside != nil:
		return s.Aside.Packet
	case s.Label.ICMP != nil:
		return s.Label.ICMP.Packet
	}
	return 0
}

// Prior is the flow that a new one follows on the same addresses and ports.
type Prior struct {
	Flow   FlowID        // 0: none that the table still knew
	States [2]State      // how it left the ends that are now Client and Server
	Quiet  time.Duration // between its last segment and the SYN of the next; 0 if that SYN came before it
	Slot   uint32        // as in Step; 0: it has ended
}
