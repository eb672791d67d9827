package flows

import "time"

// endpoint is what is known of one end of a flow. The names are those of RFC
// 9293 §3.3.1 as far as the RFC has one: what a kernel keeps in SND.NXT and
// RCV.NXT is here what the capture proves of it.
type endpoint struct {
	state State
	basis Basis // why it is in state
	know  known
	scale uint8 // shift of its window, RFC 7323 §2; valid if knowScale

	iss Seq // valid if knowISS
	// nxt is the end of the unbroken run of sequence numbers that it sent;
	// max the furthest that it sent at all. Valid if knowNxt.
	nxt, max Seq
	// ooo is the newest run of sequence numbers behind a hole; empty if none.
	ooo Range
	fin Seq // of its FIN; valid if knowFIN or finPending
	// acked is the highest acknowledgement that it sent: the least that its
	// RCV.NXT can be. Valid if knowAcked.
	acked Seq
	// doubt is an acknowledgement of what its peer was not seen to send; it is
	// believed when it comes twice. Valid if knowDoubt.
	doubt Seq
	edge  Seq // right edge of the widest window it offered; valid if knowEdge
	reset Seq // sequence number of the RST it sent; valid if knowReset
	// answered is how far its peer had sent when it sent that RST.
	answered Seq
	// ahead is its SND.NXT as a bare ACK showed it, beyond what it was seen to
	// send; valid if sentAhead.
	ahead Seq

	ackTS uint32 // timestamp of the segment that acknowledged its SYN; 0: none
	// waits is when the oldest number was sent that the peer has not
	// acknowledged; valid while nxt lies beyond the peer's acked.
	waits    Time
	lastAck  Seq    // of its last segment; valid if knowAcked
	tsRecent uint32 // newest timestamp of a segment in order; valid if knowTS

	since Time // when it entered state
	// rtt is the time from the capture point to the end and back, as the
	// handshake showed it; 0 if it did not.
	rtt     time.Duration
	history history

	payload Time   // when it sent payload last; valid if sentPayload
	asked   uint32 // frame of its newest payload or probe; 0: none, or beyond 2^32
	id      uint16 // IP identification of its last segment without RST; valid if spoke
	ttl     uint8  // time to live of that segment; valid if spoke
	sends   sends

	moved    uint32 // frame that moved it last; 0: none, or beyond 2^32
	finFrame uint32 // frame of its first FIN, likewise

	bytes           uint64
	packets         uint64
	retransmissions uint32
	duplicates      uint32
	syns, fins      uint32
	rsts            uint32
}

// sends is what an endpoint has sent so far, as a set.
type sends uint8

const (
	spoke       sends = 1 << iota // a segment without RST
	sentPayload                   // payload
	sentFull                      // payload of full size, see FullSize
	ackedLast                     // nothing since it acknowledged its peer's FIN for the first time
)

// known is a set of facts about an endpoint.
type known uint32

const (
	knowISS known = 1 << iota
	knowNxt
	knowFIN    // its FIN counts: all before it was sent
	finPending // a FIN was seen that does not count yet
	finAcked   // its FIN was acknowledged
	firstFIN   // its FIN was the first one of the flow
	knowAcked
	knowDoubt
	knowEdge
	knowScale
	knowReset
	knowTS
	// heldAck: an acknowledgement of its FIN is held back until it is clear
	// whether the peer's FIN arrived before it; see classifyAckOfFIN.
	heldAck
	// ackRefused, ackRefusedTwice: how often it sent its SYN-ACK again although
	// the ACK had passed.
	ackRefused
	ackRefusedTwice
	// fragmented: its last segment continued in fragments: how far, only the
	// peer's acknowledgement tells; finFloats: so did its FIN.
	fragmented
	finFloats
	// ownSocket: it is no mere request: it opened actively, or accepted data in
	// a SYN, so it may send and close while in SYN_RECEIVED.
	ownSocket
	sentAhead     // a bare ACK of it lay beyond what it was seen to send
	closedAhead   // the bare ACK of ahead acknowledged the peer's FIN
	keepsTimeWait // it is in TIME_WAIT, and a RST does not end that: tcp_rfc1337 is set
	gotReset      // it was closed by a RST that it is taken to have received
	challenged    // it just got what it must refuse with a challenge ACK, RFC 5961
	// guessedFIN: that it received the peer's FIN was concluded from a RST only.
	guessedFIN
	// missed: a round trip after it was sent, the oldest number that the peer has
	// not acknowledged had not arrived.
	missed
	// deniable: an ACK of its FIN was taken for delivered just before it aborted.
	deniable
	sentBareAck // its last segment was an ACK and nothing else
	goodSums    // a segment of it had a good checksum
	offload     // its checksums are wrong from the start: its host leaves them to the NIC
	missedByUs  // its peer acknowledged something of it that the capture does not hold
	scattered   // several runs of it came behind holes, of which only one is remembered
)

func (e *endpoint) has(k known) bool { return e.know&k == k }

func (e *endpoint) learn(k known) { e.know |= k }

func (e *endpoint) forget(k known) { e.know &^= k }

// learnISS sets the initial send sequence number; nothing before it counts.
func (e *endpoint) learnISS(iss Seq) {
	e.iss = iss
	if !e.has(knowNxt) {
		e.nxt, e.max = iss.Add(1), iss.Add(1)
	}
	e.learn(knowISS | knowNxt)
}

// follows reports whether what the end was seen to send can come behind a SYN
// with this sequence number: the capture is out of order.
func (e *endpoint) follows(iss Seq) bool {
	const near = 1 << 20 // as much as a first window may hold
	return e.has(knowNxt) && e.nxt.After(iss) && e.nxt.Sub(iss) < near
}

// restart forgets the numbers of a previous attempt and begins at iss.
func (e *endpoint) restart(iss Seq) {
	e.forget(knowNxt | knowISS | knowTS | finPending)
	e.ooo = Range{}
	e.learnISS(iss)
}

// send takes note of the sequence space of a segment, from start up to end.
func (e *endpoint) send(start, end Seq) Notes {
	if !e.has(knowNxt) {
		e.nxt, e.max = end, end
		e.learn(knowNxt)
		return 0
	}
	e.max = e.max.Latest(end)
	switch {
	case start == end:
		return 0
	case start.After(e.nxt):
		return e.sendBehindHole(start, end)
	case end.AtOrBefore(e.nxt):
		return Retransmission
	}
	// The hole, if there was one, begins at nxt: what fills it was late.
	var notes Notes
	if e.ooo != (Range{}) {
		notes = OutOfOrder
	}
	e.nxt = end
	e.closeHole()
	return notes
}

// sendBehindHole remembers the run that begins behind a hole. One run is
// enough: a FIN lies in the last one, and whatever else is missing is vouched
// for by the peer's acknowledgement.
func (e *endpoint) sendBehindHole(start, end Seq) Notes {
	o := &e.ooo
	switch {
	case *o == (Range{}):
		*o = Range{start, end}
		return Gap
	case start.After(o.To):
		*o = Range{start, end}
		e.learn(scattered)
		return Gap
	case start.AtOrAfter(o.From) && end.AtOrBefore(o.To):
		return Retransmission
	case end.Before(o.From): // an earlier hole is being filled piece by piece
		e.learn(scattered)
		return OutOfOrder
	}
	if start.Before(o.From) {
		o.From = start
	}
	o.To = o.To.Latest(end)
	return OutOfOrder
}

// closeHole joins the run behind the hole when the hole is filled.
func (e *endpoint) closeHole() {
	if e.ooo == (Range{}) || e.nxt.Before(e.ooo.From) {
		return
	}
	e.nxt = e.nxt.Latest(e.ooo.To)
	e.ooo = Range{}
}

// vouch takes note that the peer acknowledged everything up to ack; it
// reports whether that covers something that the capture does not hold.
func (e *endpoint) vouch(ack Seq) (gap bool) {
	if !e.has(knowNxt) {
		e.nxt, e.max = ack, ack
		e.learn(knowNxt)
		return false
	}
	if ack.AtOrBefore(e.nxt) {
		return false
	}
	// What was seen behind holes and not remembered fills them, as far as anybody
	// can tell: paths that reorder are more than captures that lack segments.
	gap = !e.has(scattered) || ack.After(e.max)
	e.nxt = ack
	e.max = e.max.Latest(ack)
	e.closeHole()
	if e.nxt == e.max {
		e.forget(scattered)
	}
	return gap
}

// offer takes note of the window that a segment offers.
func (e *endpoint) offer(s *Segment) {
	w := uint32(s.Window)
	if !s.Flags.Has(SYN) && e.has(knowScale) {
		w <<= e.scale
	}
	edge := s.Ack.Add(w)
	if !e.has(knowEdge) || edge.After(e.edge) {
		e.edge = edge
		e.learn(knowEdge)
	}
}

// showAhead takes note of a bare ACK that lies beyond what the end was seen to
// send: its number is SND.NXT, so everything before it was sent.
func (e *endpoint) showAhead(s *Segment) {
	if s.Length == 0 && !s.Flags.Has(FIN) && e.has(knowNxt) && s.Seq.After(e.nxt) && !e.has(sentAhead) {
		e.ahead = s.Seq
		e.learn(sentAhead)
	}
}
