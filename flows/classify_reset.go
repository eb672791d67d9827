package flows

import "time"

// classifyReset is for a RST. It says that its sender has no connection (any
// more), and ends the receiver's if the receiver accepts it: RFC 9293
// §3.10.7.3 and §3.10.7.4 (second), RFC 5961 §3.2.
func (f *flow) classifyReset(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	switch {
	case rcv.state == SynSent:
		f.classifyRefusal(s, from, v)
		return
	case snd.state == SynSent:
		if !resetsOpening(s, snd) {
			// It answers an unacceptable ACK, and goes on opening.
			v.notes |= SuspectReset
			return
		}
	case snd.state == SynReceived && !s.Flags.Has(ACK) && s.Seq != snd.nxt && s.Seq != snd.iss.Add(1):
		// A request answers a wrong ACK (tcp_check_req), and stays.
		v.notes |= SuspectReset
		return
	case !f.resetFits(s, snd, rcv):
		v.notes |= SuspectReset
		return
	}
	f.resetBy(s, from)
	v.claim(from, sentRST, Sent)
	v.claim(from.Peer(), gotRST, Delivered)
}

// resetsOpening reports whether a RST from an end in SYN_SENT ends its own
// attempt: it carries the number behind the SYN, or that of the SYN itself.
func resetsOpening(s *Segment, snd *endpoint) bool {
	return s.Seq == snd.iss.Add(1) || s.Seq == snd.iss
}

// classifyRefusal is for a RST to an end in SYN_SENT: acceptable if it
// acknowledges the SYN (RFC 9293 §3.10.7.3, first and second).
func (f *flow) classifyRefusal(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	if !s.Flags.Has(ACK) || !s.Ack.After(rcv.iss) || s.Ack.After(rcv.max) {
		v.notes |= SuspectReset
		v.check = CheckWrong
		return
	}
	v.check = CheckRight
	f.refused = snd.state == Unknown || snd.state == Listen
	f.resetBy(s, from)
	v.claim(from, sentRST, Sent)
	v.claim(from.Peer(), gotRST, Delivered)
}

// resetFits reports whether the receiver accepts the RST: only with exactly
// the sequence number that it expects next. What it expects is what it has
// acknowledged, or all that was sent in order.
func (f *flow) resetFits(s *Segment, snd, rcv *endpoint) bool {
	if !snd.has(knowNxt) && !rcv.has(knowAcked) {
		return true
	}
	return snd.has(knowNxt) && s.Seq == snd.nxt || rcv.has(knowAcked) && s.Seq == rcv.acked
}

// resetBy remembers the RST, to tell whether its sender goes on all the same.
func (f *flow) resetBy(s *Segment, from Side) {
	snd := &f.ends[from]
	snd.reset = s.Seq
	snd.learn(knowReset)
	f.wasReset = true
}

// classifyResumed finds ends that go on after a RST: the one that was thought
// to have sent it (then it was forged), or the one that was thought to have
// received it (then it was lost).
func (f *flow) classifyResumed(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	if snd.state != Closed {
		return
	}
	forged := snd.has(knowReset) && snd.basis == Sent && s.End().After(snd.reset)
	lost := rcv.has(knowReset) && snd.basis == Delivered && s.Time.Sub(snd.since) > f.underWay()
	if forged || lost {
		snd.forget(knowReset)
		v.claim(from, resumed, Sent)
	}
}

// underWay is how long segments may still arrive that were sent before their
// sender got a RST.
func (f *flow) underWay() time.Duration {
	if f.handshakeRTT > 0 {
		return 2*f.handshakeRTT + 20*time.Millisecond
	}
	return time.Second
}
