package flows

// classifySYN is for a SYN without ACK. A SYN with another ISN on a flow that
// has one is the table's business (incarnation.go) and does not come here.
func (f *flow) classifySYN(s *Segment, from Side, v *verdict) {
	snd := &f.ends[from]
	if s.Length > 0 {
		v.notes |= FastOpenData
	}
	switch {
	case !snd.has(knowISS):
		snd.restart(s.Seq)
		f.learnSYN(s, from)
		v.claim(from, sentSYN, Sent)
	case s.Seq != snd.iss:
		v.notes |= SYNOnConnection // the answer decides, see incarnation.go
		f.peer(from).learn(challenged)
		return
	case snd.state == Unknown:
		f.learnSYN(s, from) // its SYN-ACK was captured first
		v.claim(from, sentSYN, Sent)
	case snd.state == Closed && !snd.copied(s):
		f.classifySYNAgain(s, from, v)
	default:
		v.notes |= Retransmission
	}
	if f.peer(from).state == SynSent || f.ends[from].has(ownSocket) {
		snd.learn(ownSocket) // the SYNs cross: both ends have sockets of their own
		f.peer(from).learn(ownSocket)
	}
	snd.max = snd.max.Latest(s.Seq.Add(1 + s.Length))
}

// classifySYNAgain is for the same SYN from an end that was thought closed: what
// closed it was none of its own, or did not reach it.
func (f *flow) classifySYNAgain(s *Segment, from Side, v *verdict) {
	snd := &f.ends[from]
	snd.forget(gotReset | knowReset)
	if !snd.history.holds(SynSent) {
		v.claim(from, sentSYN, Sent)
		return
	}
	v.notes |= Retransmission
	v.claim(from, repeatedSYN, Sent)
}

// learnSYN takes from a SYN, or SYN-ACK, what holds for the whole connection.
func (f *flow) learnSYN(s *Segment, from Side) {
	snd, rcv := &f.ends[from], f.peer(from)
	if !f.knowSYN && !s.Flags.Has(ACK) {
		f.synTime = s.Time
		f.knowSYN = true
	}
	snd.scale = 0
	f.noScale = f.noScale || !s.Options.Present.Has(HasWindowScale)
	if s.Options.Present.Has(HasWindowScale) {
		snd.scale = min(s.Options.WindowScale, 14) // RFC 7323 §2.3
	}
	if f.noScale { // scaling needs both ends, RFC 7323 §2.2
		snd.scale, rcv.scale = 0, 0
	}
	f.cutSYN = f.cutSYN || s.Options.Present.Has(OptionsCut)
	// Without the peer's SYN nobody knows whether windows are scaled.
	if rcv.has(knowISS) && rcv.syns > 0 && !f.cutSYN {
		snd.learn(knowScale)
		rcv.learn(knowScale)
	}
	snd.stamp(s, rcv)
}

// classifySYNACK is for SYN and ACK in one segment.
func (f *flow) classifySYNACK(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	if rcv.has(knowISS) && !(s.Ack.After(rcv.iss) && s.Ack.AtOrBefore(rcv.max)) {
		v.notes |= WrongAck
		v.check = CheckWrong
		return
	}
	if snd.has(knowISS) && s.Seq != snd.iss {
		if !f.classifyNewISN(s, from, v) {
			return
		}
	} else if !f.classifySYNACKState(s, from, v) {
		return
	}
	v.check = CheckRight
	if !rcv.has(knowISS) {
		rcv.learnISS(s.Ack.Add(^uint32(0)))
	}
	if n := s.Ack.Sub(rcv.iss) - 1; n > 0 && rcv.max.After(rcv.iss.Add(1)) {
		f.synData = uint16(min(n, 1<<16-1)) // Fast Open: the server took what came with the SYN
		snd.learn(ownSocket)
		rcv.vouch(s.Ack)
	}
	f.learnSYN(s, from)
	f.acknowledge(s, snd, rcv)
	if rcv.state == SynReceived { // simultaneous open
		rcv.ackTS = s.Options.TSVal
		v.claim(from.Peer(), gotAckOfSYN, Delivered)
	}
}

// classifySYNACKState is for a SYN-ACK whose numbers fit; it reports whether
// the sender means it.
func (f *flow) classifySYNACKState(s *Segment, from Side, v *verdict) bool {
	snd := &f.ends[from]
	again := snd.syns > 1
	if again {
		v.notes |= Retransmission
	}
	switch snd.state {
	case Closed:
		if again && snd.has(gotReset) {
			snd.forget(gotReset)
			v.claim(from, resumed, Sent)
			break
		}
		snd.forget(knowReset) // the RST that was taken for its own was not
		f.beginSYNACK(s, from, v)
	case Unknown, Listen:
		v.notes &^= Retransmission
		f.beginSYNACK(s, from, v)
	case SynSent:
		v.notes &^= Retransmission
		snd.learn(ownSocket)
		v.claim(from, sentSYNACK, Sent)
	case SynReceived:
	case Established:
		if again && snd.basis == Delivered && !snd.copied(s) {
			v.claim(from, repeatedSYNACK, Sent)
			snd.refuseAck()
		}
	default:
		return false
	}
	return true
}

// beginSYNACK is for the first SYN-ACK of an end.
func (f *flow) beginSYNACK(s *Segment, from Side, v *verdict) {
	snd := &f.ends[from]
	if !snd.follows(s.Seq) {
		snd.restart(s.Seq)
	}
	snd.learnISS(s.Seq)
	if rcv := f.peer(from); f.knowSYN && rcv.syns == 1 {
		snd.rtt = s.Time.Sub(f.synTime)
	}
	v.claim(from, sentSYNACK, Sent)
}

// classifyNewISN is for a SYN-ACK that answers the same SYN with another ISN:
// the server forgot its first request, which Linux does after the retries
// (tcp_synack_retries), and took the repeated SYN for a new one.
func (f *flow) classifyNewISN(s *Segment, from Side, v *verdict) bool {
	snd := &f.ends[from]
	switch {
	case snd.state == Established && snd.basis == Delivered:
		v.claim(from, repeatedSYNACK, Sent)
		v.claim(from, requestExpired, Implied)
	case snd.state == SynReceived:
		v.claim(from, requestExpired, Implied)
	case snd.state != Closed:
		v.notes |= SYNOnConnection
		return false
	}
	snd.forget(gotReset | knowReset)
	v.claim(from, sentSYNACK, Sent)
	snd.restart(s.Seq)
	return true
}

// refuseAck takes note that the end sends its SYN-ACK again although the ACK
// passed. Once, and the ACK may have been lost; twice, and the end has no room
// for the connection: then no ACK is believed to be delivered any more.
func (e *endpoint) refuseAck() {
	if e.has(ackRefused) {
		e.learn(ackRefusedTwice)
	}
	e.learn(ackRefused)
}
