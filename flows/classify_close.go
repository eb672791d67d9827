package flows

// classifyAckOfFIN finds the ACK of a FIN. It moves its sender at once. The
// FIN's sender is taken to have received it; RFC 9293 gives it nothing to send
// back.
func (f *flow) classifyAckOfFIN(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	to := from.Peer()
	if rcv.has(finPending) && s.Ack == rcv.fin.Add(1) {
		f.countFIN(to, Sent, v) // what it lay behind has arrived
	}
	f.implyFIN(s, from, v)
	if !rcv.has(knowFIN) || !s.Ack.After(rcv.fin) {
		return
	}
	if !rcv.has(finAcked) && s.Ack == rcv.fin.Add(1) {
		v.check = CheckRight
	}
	rcv.learn(finAcked)
	v.claim(from, sentAckOfFIN, Sent)
	if snd.has(heldAck) {
		// Its own FIN was acknowledged while it had not yet acknowledged the
		// peer's: the FINs crossed, and this ACK came out of CLOSING.
		snd.forget(heldAck)
		v.claim(from, gotAckOfFIN, Delivered)
	}
	crossed := snd.has(knowFIN) && !snd.has(finAcked)
	again := s.Flags.Has(FIN)
	if rcv.state == FinWait1 && crossed && !again {
		// The receiver got this ACK after the sender's FIN, unless that FIN was
		// lost: CLOSING and TIME_WAIT, or FIN_WAIT_2. Its own ACK will tell.
		rcv.learn(heldAck)
		return
	}
	v.claim(to, gotAckOfFIN, Delivered)
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

// classifyFIN is for a segment with FIN whose ACK is believed. before is its
// sender as it was before the segment.
func (f *flow) classifyFIN(s *Segment, from Side, before *endpoint, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	fin := s.Seq.Add(s.Length)
	switch {
	case before.has(knowFIN) && fin != before.fin:
		v.notes |= OutOfWindow // a second, other FIN: Linux has closed its ears
	case before.has(knowFIN):
		f.classifyRepeatedFIN(s, from, v)
	case before.has(knowNxt) && s.End().AtOrBefore(before.nxt):
		if rcv.has(knowAcked) && rcv.acked == s.End() {
			f.lateFIN(fin, from, v)
			return
		}
		v.notes |= OutOfWindow // older than what it has sent since
	case before.has(knowNxt) && s.Seq.After(before.nxt):
		f.holdFIN(s, snd)
	default:
		snd.fin = fin
		snd.ooo = Range{}
		f.countFIN(from, Sent, v)
	}
}

// lateFIN is a FIN whose ACK stands before it in the capture.
func (f *flow) lateFIN(fin Seq, from Side, v *verdict) {
	snd := &f.ends[from]
	snd.fin = fin
	f.countFIN(from, Sent, v)
	snd.learn(finAcked)
	v.claim(from.Peer(), sentAckOfFIN, Sent)
	v.claim(from, gotAckOfFIN, Delivered)
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
	if snd.has(finAcked) && snd.basis == Delivered {
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

// countFIN lets the FIN at fin count.
func (f *flow) countFIN(from Side, b Basis, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	snd.forget(finPending)
	snd.learn(knowFIN)
	if !rcv.has(knowFIN) {
		snd.learn(firstFIN)
	}
	snd.nxt = snd.nxt.Latest(snd.fin.Add(1))
	snd.max = snd.max.Latest(snd.nxt)
	v.claim(from, sentFIN, b)
}
