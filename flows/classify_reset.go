package flows

import "time"

// classifyReset is for a RST. It says that its sender has no connection (any
// more), and ends the receiver's if the receiver accepts it: RFC 9293
// §3.10.7.3 and §3.10.7.4 (second), RFC 5961 §3.2.
func (f *flow) classifyReset(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	fit := judgeReset(s, snd, rcv)
	switch {
	case rcv.state == SynSent:
		f.classifyRefusal(s, from, v)
		return
	case snd.state == SynSent:
		if !resetsOpening(s, snd) {
			v.notes |= SuspectReset // it answers an unacceptable ACK, and goes on opening
			return
		}
		if s.Flags.Has(ACK) && rcv.state == SynReceived && !rcv.has(ownSocket) && s.Ack == rcv.iss.Add(1) {
			v.claim(from, sentAckOfSYN, Sent) // an abort: it had the SYN-ACK, and acknowledges it
		}
		fit = resetExact
	case snd.state == SynReceived && !s.Flags.Has(ACK) && s.Seq != snd.iss.Add(1):
		v.notes |= SuspectReset // a request answers a wrong ACK, and stays (tcp_check_req)
		return
	case fit == resetMisses:
		v.notes |= SuspectReset
		rcv.learn(challenged)
		return
	}
	heldFIN := snd.has(finPending)
	f.classifyEndOfSender(s, from, v)
	if fit == resetStale {
		return
	}
	if rcv.has(keepsTimeWait) && rcv.state == TimeWait {
		v.notes |= SuspectReset
		return
	}
	to := from.Peer()
	if rcv.has(finPending) {
		f.countFIN(to, Sent, v) // nothing will fill the hole before it any more
	}
	if snd.has(knowFIN) && !heldFIN && !snd.has(missed) && rcv.has(knowAcked) && rcv.acked.AtOrBefore(snd.fin) {
		v.claim(to, gotFIN, Delivered) // it came before the RST, or the RST would not fit
		rcv.learn(guessedFIN)
	}
	rcv.learn(gotReset)
	v.claim(to, gotRST, Delivered)
}

// classifyEndOfSender says what a RST proves of its sender.
func (f *flow) classifyEndOfSender(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	if snd.has(finPending) {
		f.countFIN(from, Sent, v) // it has closed; that its FIN lies behind a hole is its peer's trouble
	}
	late := f.answersAckOfFIN(snd, rcv)
	switch {
	case !s.Flags.Has(ACK) && snd.state == Closed && snd.has(deniable) && late:
		v.claim(from, resumed, Sent) // its abort went out before the ACK of its FIN came
		v.claim(from, denied, Sent)
		snd.forget(deniable)
	case s.Flags.Has(ACK) && snd.state == Closed && snd.has(guessedFIN) && s.Ack.AtOrBefore(rcv.fin):
		// It aborts, and had neither the peer's FIN nor its RST by then.
		v.claim(from, resumed, Sent)
		v.claim(from, resumed, Sent)
	case s.Flags.Has(ACK): // an abort: there was a socket, and its ACK counts
		if rcv.has(knowFIN) && s.Ack == rcv.fin.Add(1) {
			v.claim(from, sentAckOfFIN, Sent)
		}
		if snd.basis == Delivered && snd.state == FinWait2 && late {
			snd.learn(deniable)
		}
	case snd.basis == Delivered && f.foundNoSocket(s, from):
		v.claim(from, denied, Sent)
	}
	snd.reset, snd.answered = s.Seq, rcv.nxt
	snd.learn(knowReset)
	f.wasReset = true
	v.claim(from, sentRST, Sent)
}

// foundNoSocket reports whether a RST without ACK, which answers a segment
// that found no socket, answers the very segment that was taken to have moved
// its sender.
func (f *flow) foundNoSocket(s *Segment, from Side) bool {
	snd := &f.ends[from]
	switch snd.state {
	case Established: // nothing ever proved it, and its SYN-ACK had no answer that counts
		return !snd.has(ownSocket) && (snd.syns > 1 || f.peer(from).has(sentBareAck))
	case FinWait2, TimeWait:
		// A RST with the FIN's number answers what was sent before the FIN was
		// acknowledged; else a bare ACK draws no RST from these states.
		rcv := f.peer(from)
		return s.Seq.AtOrBefore(snd.fin) && rcv.lastAck != s.Seq || f.answersAckOfFIN(snd, rcv)
	}
	return false
}

// answersAckOfFIN reports whether a RST of snd can answer nothing but the bare
// ACK of its FIN: its peer has sent nothing since.
func (f *flow) answersAckOfFIN(snd, rcv *endpoint) bool {
	return rcv.has(sentBareAck) && rcv.sends&ackedLast != 0 && f.quiet <= f.underWay()
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
	f.refused = f.refused || snd.state == Unknown || snd.state == Listen
	f.classifyEndOfSender(s, from, v)
	rcv.learn(gotReset)
	v.claim(from.Peer(), gotRST, Delivered)
}

// resetFit is what the sequence number of a RST is worth to its receiver.
type resetFit uint8

const (
	resetMisses resetFit = iota // it fits nothing: forged, or a challenge-ACK case
	resetExact                  // it is accepted
	resetStale                  // it answers an old segment, and comes too late to be accepted
)

// judgeReset says whether the receiver accepts a RST: only with the sequence
// number that it expects next, which is what was sent in order, or what it has
// acknowledged beyond that. Linux also takes the number before when that is
// the FIN's, because macOS sends it so (net/ipv4/tcp_input.c, tcp_reset_check).
func judgeReset(s *Segment, snd, rcv *endpoint) resetFit {
	expected := snd.nxt
	switch {
	case !snd.has(knowNxt) && !rcv.has(knowAcked):
		return resetExact
	case rcv.has(knowDoubt) && s.Seq == rcv.doubt:
		return resetExact // it settles what its receiver had acknowledged
	case !snd.has(knowNxt) || rcv.has(knowAcked) && (rcv.acked.After(snd.nxt) || snd.has(missed)):
		expected = rcv.acked
	}
	switch {
	case s.Seq == expected:
		return resetExact
	case snd.ooo != (Range{}) && s.Seq == snd.ooo.To:
		return resetExact // Linux: the right edge of what was selectively acknowledged
	case rcv.state == FinWait2 && s.Seq.After(expected) && rcv.has(knowEdge|knowScale) && s.Seq.AtOrBefore(rcv.edge):
		return resetExact // Linux: an orphan in FIN_WAIT_2 is a minisock, and takes any in its window (tcp_timewait_state_process)
	case snd.has(knowFIN) && s.Seq == snd.fin && rcv.state != FinWait2 && rcv.state != TimeWait:
		return resetExact
	case !s.Flags.Has(ACK) && s.Seq.Before(expected) && snd.has(knowISS) && s.Seq.After(snd.iss):
		return resetStale
	case s.Flags.Has(ACK) && genuine(s, snd, rcv):
		return resetStale
	}
	return resetMisses
}

// genuine reports whether a RST that its receiver does not accept is its
// sender's own all the same: an abort behind something that was lost. It knows
// the timestamp and what the receiver has sent.
func genuine(s *Segment, snd, rcv *endpoint) bool {
	return s.Options.Present.Has(HasTimestamps) && snd.has(knowTS|knowNxt) && int32(s.Options.TSVal-snd.tsRecent) >= 0 &&
		s.Seq.After(snd.nxt) && rcv.has(knowEdge|knowScale|knowNxt) && s.Seq.AtOrBefore(rcv.edge) && s.Ack.AtOrBefore(rcv.max)
}

// classifyAfterReset is for a segment from an end that a RST has closed. It
// was on its way when the RST came, or its sender never got the RST, or never
// sent the one that was taken for its own.
func (f *flow) classifyAfterReset(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	forged := snd.has(knowReset) && snd.basis == Sent && s.End().After(snd.reset)
	// A RST that answers a segment can overtake a FIN that was sent before that
	// segment came.
	overtaken := forged && s.Flags.Has(FIN) && (rcv.has(knowNxt) && s.Ack.Before(snd.answered) ||
		s.Seq.Add(s.Length) == snd.reset && s.Time.Sub(snd.since) <= f.underWay())
	forged = forged && !overtaken
	lost := snd.basis == Delivered && (!rcv.has(knowReset) || s.Time.Sub(snd.since) > f.underWay())
	before := snd.history.before()
	if snd.history.len() == 0 || snd.basis == Sent && !forged && !overtaken {
		v.notes |= OutOfWindow
		return
	}
	// What it says is said by the state in which it was sent, and that was
	// before the peer's FIN came, too, if it does not acknowledge it.
	v.claim(from, resumed, Sent)
	early := snd.has(guessedFIN) && s.Ack.AtOrBefore(rcv.fin)
	if early {
		v.claim(from, resumed, Sent)
		before = snd.history.withdraw(before).before()
	}
	basis, n := snd.basis, v.n
	snd.state, snd.basis = before, Sent
	f.classifyAck(s, from, v)
	snd.state, snd.basis = Closed, basis
	switch {
	case forged:
		snd.forget(knowReset)
	case overtaken:
		v.claim(from, sentRST, Sent)
	case lost:
		snd.forget(gotReset)
		if before == TimeWait {
			snd.learn(keepsTimeWait) // RFC 1337 §3: it ignores them
		}
	case v.moves(from, before, n):
		if early {
			v.claim(from, gotFIN, Delivered)
		}
		v.claim(from, gotRST, Delivered)
	default:
		v.drop(n)
	}
}

// moves reports whether the claims about an end, from the n-th on, move it out
// of the state.
func (v *verdict) moves(end Side, state State, n int) bool {
	for _, c := range v.claims[n:v.n] {
		if c.end == end && !transitions[state][c.event].empty() {
			return true
		}
	}
	return false
}

// drop takes back the first n claims.
func (v *verdict) drop(n int) {
	copy(v.claims[:], v.claims[n:v.n])
	v.n -= n
}

// underWay is how long segments may still arrive that were sent before their
// sender got a RST.
func (f *flow) underWay() time.Duration {
	if f.handshakeRTT > 0 {
		return 2*f.handshakeRTT + 20*time.Millisecond
	}
	return time.Second
}
