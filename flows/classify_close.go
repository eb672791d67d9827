package flows

// classifyAckOfFIN finds the ACK of a FIN. It moves its sender at once. The
// FIN's sender is taken to have received it; RFC 9293 gives it nothing to send
// back.
func (f *flow) classifyAckOfFIN(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	to := from.Peer()
	if rcv.has(finFloats) && s.Ack.After(rcv.nxt) {
		rcv.fin = s.Ack.Add(^uint32(0))
		rcv.forget(finFloats)
		rcv.learn(finPending)
	}
	if rcv.has(finPending) && s.Ack == rcv.fin.Add(1) {
		f.countFIN(to, Sent, v) // what it lay behind has arrived
	}
	f.implyFIN(s, from, v)
	if !rcv.has(knowFIN) || !s.Ack.After(rcv.fin) {
		return
	}
	if !rcv.has(finAcked) && s.Ack == rcv.fin.Add(1) {
		v.check = CheckRight
		if snd.has(sentAhead) && s.Seq == snd.ahead && rcv.fins < 2 {
			snd.learn(closedAhead) // else what was lost may have acknowledged the first copy
		}
	}
	f.finAcknowledged(from, s.Flags.Has(FIN), v)
}

// finAcknowledged lets an end acknowledge its peer's FIN; withFIN says that it
// does so in a segment with a FIN of its own.
func (f *flow) finAcknowledged(from Side, withFIN bool, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	if !rcv.has(finAcked) {
		snd.sends |= ackedLast
	}
	rcv.learn(finAcked)
	v.claim(from, sentAckOfFIN, Sent)
	if snd.has(heldAck) {
		// Its own FIN was acknowledged while it had not yet acknowledged the
		// peer's: the FINs crossed, and this ACK came out of CLOSING.
		snd.forget(heldAck)
		v.claim(from, gotAckOfFIN, Delivered)
	}
	if crossed := snd.has(knowFIN) && !snd.has(finAcked); crossed && !withFIN && rcv.state == FinWait1 {
		// The receiver got this ACK after the sender's FIN, unless that FIN was
		// lost: CLOSING and TIME_WAIT, or FIN_WAIT_2. Its own ACK will tell.
		rcv.learn(heldAck)
		return
	}
	v.claim(from.Peer(), gotAckOfFIN, Delivered)
}

// implyFIN guesses the FIN of an end of which the capture shows nothing: the
// peer, which closes too, acknowledges one more sequence number than before
// without a reason to do so.
func (f *flow) implyFIN(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	if rcv.packets != 0 || rcv.has(knowFIN) || !snd.has(knowAcked) || s.Ack != snd.acked.Add(1) || s.Length > 0 {
		return
	}
	to := from.Peer()
	switch {
	case snd.has(knowFIN): // the peer closes second
		v.claim(to, sentAckOfFIN, Implied)
		v.claim(from, gotAckOfFIN, Implied)
		snd.learn(finAcked)
	case s.Flags.Has(FIN): // this end closes second
	default:
		return
	}
	rcv.fin = snd.acked
	f.countFIN(to, Implied, v)
}

// finKind is what a segment's FIN is worth.
type finKind uint8

const (
	finNone     finKind = iota
	finNew              // it counts
	finRepeated         // the same again
	finLate             // it counts; its ACK stands before it in the capture
	finHeld             // it lies behind a hole
	finUnplaced         // it lies in a fragment that was not seen
	finIgnored          // no receiver takes it
)

// judgeFIN looks at the FIN of a segment whose ACK is believed.
func judgeFIN(s *Segment, snd, rcv *endpoint) finKind {
	switch fin := s.Seq.Add(s.Length); {
	case !s.Flags.Has(FIN):
		return finNone
	case snd.has(knowFIN) && fin == snd.fin:
		return finRepeated
	case s.Fragment:
		return finUnplaced
	case snd.has(knowFIN): // Linux has closed its ears behind the first
		return finIgnored
	case !snd.has(knowNxt):
		return finNew
	case s.End().AtOrBefore(snd.nxt):
		if rcv.has(knowAcked) && rcv.acked == s.End() {
			return finLate
		}
		return finIgnored // older than what its sender has sent since
	case s.Seq.After(snd.nxt) && !(snd.has(sentAhead) && s.Seq == snd.ahead):
		return finHeld
	}
	return finNew
}

// classifyFIN is for the FIN of a segment whose ACK is believed, after the
// sender's sequence space has been brought up to date.
func (f *flow) classifyFIN(s *Segment, from Side, kind finKind, v *verdict) {
	snd := &f.ends[from]
	switch kind {
	case finNone:
		if snd.has(finPending) && snd.nxt.AtOrAfter(snd.fin) {
			f.countFIN(from, Sent, v) // the hole before it is filled
			v.notes |= OutOfOrder
		}
	case finNew:
		snd.fin = s.Seq.Add(s.Length)
		snd.ooo = Range{}
		f.countFINBeforeACK(from, v)
	case finRepeated:
		f.classifyRepeatedFIN(s, from, v)
	case finLate:
		snd.fin = s.Seq.Add(s.Length)
		f.countFIN(from, Sent, v)
		f.finAcknowledged(from.Peer(), false, v)
	case finHeld:
		f.holdFIN(s, snd)
		v.notes |= Gap
	case finUnplaced:
		snd.learn(finFloats)
	case finIgnored:
		v.notes |= OutOfWindow
	}
}

func (f *flow) classifyRepeatedFIN(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	v.notes |= Retransmission
	if snd.copied(s) {
		return
	}
	if rcv.has(heldAck) {
		// Its first FIN may not have arrived: then the receiver's FIN was
		// acknowledged first, and it waited in FIN_WAIT_2 for this one.
		rcv.forget(heldAck)
		v.claim(from.Peer(), gotAckOfFIN, Delivered)
	}
}

// classifyFINAgain takes back that an end got the ACK of its FIN, when it sends
// the FIN again. What the segment acknowledges comes after that.
func (f *flow) classifyFINAgain(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	if snd.has(finAcked) && snd.basis == Delivered && judgeFIN(s, snd, rcv) == finRepeated && !snd.copied(s) {
		v.claim(from, repeatedFIN, Sent)
	}
}

// holdFIN remembers a FIN that does not count yet: it lies behind a hole, or
// comes with something doubtful. It counts when the hole is filled or the peer
// acknowledges it.
func (f *flow) holdFIN(s *Segment, snd *endpoint) {
	if s.Flags.Has(FIN) && !snd.has(knowFIN) {
		snd.fin = s.Seq.Add(s.Length)
		snd.learn(finPending)
	}
}

// countFINBeforeACK lets a FIN count that shows up now. Its first copy may not
// have come by: when the end has acknowledged the peer's FIN before, in an ACK
// whose number already lay behind its own FIN, it sent its own first.
func (f *flow) countFINBeforeACK(from Side, v *verdict) {
	snd := &f.ends[from]
	first := snd.has(sentAhead|closedAhead) && snd.ahead == snd.fin.Add(1)
	if first {
		v.claim(from, misread, Sent)
	}
	f.countFIN(from, Sent, v)
	if first {
		v.claim(from, sentAckOfFIN, Sent)
	}
}

// countFIN lets the FIN at fin count.
func (f *flow) countFIN(from Side, b Basis, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	snd.forget(finPending)
	snd.learn(knowFIN)
	if !rcv.has(knowFIN) && !rcv.has(firstFIN) {
		snd.learn(firstFIN)
	}
	if snd.nxt.Before(snd.fin) && !snd.has(fragmented) {
		f.gaps = true
	}
	snd.nxt = snd.nxt.Latest(snd.fin.Add(1))
	snd.max = snd.max.Latest(snd.nxt)
	v.claim(from, sentFIN, b)
}
