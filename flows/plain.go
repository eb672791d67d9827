package flows

// plain follows a segment of an open connection that moves no end and has
// nothing peculiar: fresh payload in order, or an ACK, a duplicate one included.
// Most segments are such. The handler is not told of them.
func (t *Table) plain(w *way) bool {
	s, snd, rcv := w.s, w.snd, w.rcv
	if (snd.know|rcv.know)&(knowFIN|finAcked|firstFIN) != 0 || !w.goesOn() || !w.provesItself() {
		return false
	}
	w.count()
	w.acknowledge()
	if s.Options.Present.Has(HasTimestamps) {
		snd.tsRecent = s.Options.TSVal // it is no older, or the segment is not plain
	}
	if s.Length == 0 {
		snd.know = snd.know&^challenged | sentBareAck
	} else {
		w.send(s.Length)
		snd.know &^= sentBareAck | challenged
	}
	w.remember()
	return true
}

const (
	// openKnown must be known of both ends, openUnknown of neither: else more
	// follows from a segment than from its numbers.
	openKnown   = knowNxt | knowAcked | knowEdge
	openUnknown = finPending | heldAck | knowDoubt | knowReset | gotReset | guessedFIN |
		fragmented | finFloats | sentAhead | closedAhead | scattered
)

// goesOn reports whether the segment is the next one of its sender, in a
// connection whose handshake is over: it begins at SND.NXT and acknowledges what
// its peer has sent, or a part of it.
func (w *way) goesOn() bool {
	s, snd, rcv := w.s, w.snd, w.rcv
	if snd.know&rcv.know&openKnown != openKnown || (snd.know|rcv.know)&openUnknown != 0 ||
		snd.sends&rcv.sends&spoke == 0 || s.Seq != snd.nxt ||
		snd.know&(goodSums|offload) == 0 || snd.know&challenged != 0 {
		return false
	}
	if rcv.know&knowScale != 0 && s.Seq.After(rcv.edge) || s.Ack.After(rcv.nxt) || s.Ack.Before(snd.acked) || rcv.acked.After(snd.nxt) {
		return false
	}
	const rare = HasMSS | HasWindowScale | HasSACKPermitted
	if s.Options.Present&rare != 0 {
		return false
	}
	if s.Options.Present.Has(HasTimestamps) && (snd.know&knowTS == 0 || int32(s.Options.TSVal-snd.tsRecent) < 0) {
		return false
	}
	return s.Length < FullSize || snd.sends&sentFull != 0
}

// provesItself takes note of the first segment that proves that its sender got
// the ACK of its SYN, as classifyProof does. It reports false if that is not so
// simple.
func (w *way) provesItself() bool {
	s, snd, rcv := w.s, w.snd, w.rcv
	if snd.state != Established || snd.basis != Delivered {
		return true
	}
	if snd.know&ownSocket != 0 || rcv.know&knowISS == 0 {
		return false
	}
	if s.Length > 0 || s.Flags.Has(FIN) || s.Ack.After(rcv.iss.Add(1)) {
		snd.basis = Sent
	}
	return true
}

// acknowledge takes note of what the segment acknowledges and offers, as
// flow.acknowledge does.
func (w *way) acknowledge() {
	s, snd, rcv := w.s, w.snd, w.rcv
	w.judgeArrival()
	if s.Ack.After(snd.acked) {
		snd.acked = s.Ack
		rcv.setTime(wideWaits, w.at)
	}
	snd.offer(s)
}

// judgeArrival is flow.judgeArrival.
func (w *way) judgeArrival() {
	s, snd, rcv := w.s, w.snd, w.rcv
	rcv.know &^= missed
	if s.Ack != snd.acked || !rcv.nxt.After(snd.acked) {
		return
	}
	rtt := w.p.rest[w.from].rtt
	if rtt > 0 && isLate(s.Time.Sub(rcv.getTime(wideWaits, w.p.first)), asDuration(rtt)) {
		rcv.know |= missed
	}
}

// send takes note of fresh sequence numbers.
func (w *way) send(n uint32) {
	if w.rcv.acked == w.snd.nxt {
		w.snd.setTime(wideWaits, w.at)
	}
	w.snd.nxt = w.snd.nxt.Add(n)
}

// offer is endpoint.offer, of one that has offered before.
func (e *packedEnd) offer(s *Segment) {
	w := uint32(s.Window)
	if e.know&knowScale != 0 {
		w <<= e.scale
	}
	if edge := s.Ack.Add(w); edge.After(e.edge) {
		e.edge = edge
	}
}
