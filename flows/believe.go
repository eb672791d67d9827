package flows

import "time"

// This file says which acknowledgements are believed. A capture may lack
// segments, hold them in the wrong order, or hold forged ones; an
// acknowledgement of what was never seen tells of the first two, or is itself
// the third.

// believeAck reports whether the acknowledgement can be true. One of something
// that the peer was not seen to send is either forged or the sign of a gap in
// the capture: it is believed when it comes a second time, or when the peer
// goes on sending from there.
func (f *flow) believeAck(s *Segment, snd, rcv *endpoint, v *verdict) bool {
	switch {
	case rcv.state == SynSent && rcv.packets != 0 && !s.Ack.After(rcv.iss):
		v.notes |= UnsentAck // RFC 9293 §3.10.7.3 (first, ACK)
		return false
	case rcv.packets == 0 || !rcv.has(knowNxt) || s.Ack.AtOrBefore(rcv.max):
		return true
	case rcv.has(finPending) && s.Ack == rcv.fin.Add(1):
		return true // it vouches for a FIN that did not count yet
	case rcv.state == SynSent && snd.state != SynReceived || rcv.has(knowFIN) || snd.has(knowEdge|knowScale) && s.Ack.After(snd.edge):
		v.notes |= UnsentAck
		return false
	case snd.has(knowDoubt) && s.Ack.AtOrAfter(snd.doubt):
		return true
	case v.noPayload:
		rcv.max = s.Ack
		rcv.learn(scattered) // so it is no gap: it was left out
		return true
	}
	v.notes |= UnsentAck
	snd.doubt = s.Ack
	snd.learn(knowDoubt)
	return false
}

// bridgeGap ends the peer's doubtful word about what the sender sent when the
// sender goes on behind it: then it was sent, and the capture has a gap. A gap
// of one sequence number, acknowledged together with a FIN and without payload
// behind it, was the sender's own FIN.
func (f *flow) bridgeGap(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	if !rcv.has(knowDoubt) || !snd.has(knowNxt) || s.Seq.Before(rcv.doubt) {
		return
	}
	if rcv.doubt == snd.nxt.Add(1) && rcv.has(finPending) && !snd.has(knowFIN) && s.Length == 0 {
		snd.fin = snd.nxt
		f.countFIN(from, Implied, v)
		f.finAcknowledged(from.Peer(), true, v)
	}
	snd.vouch(rcv.doubt)
	snd.learn(missedByUs)
	f.gaps = true
	rcv.forget(knowDoubt)
}

// settleDoubt ends the peer's doubtful word when the sender now sends what it
// was about: the capture is out of order.
func (f *flow) settleDoubt(from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	if !rcv.has(knowDoubt) || !snd.has(knowNxt) || rcv.doubt.After(snd.nxt) {
		return
	}
	rcv.acked = rcv.doubt
	rcv.learn(knowAcked)
	rcv.forget(knowDoubt)
	if snd.has(knowFIN) && rcv.acked == snd.fin.Add(1) {
		f.finAcknowledged(from.Peer(), false, v)
	}
}

// acknowledge takes note of what a believed segment acknowledges and offers.
func (f *flow) acknowledge(s *Segment, snd, rcv *endpoint) {
	if rcv.vouch(s.Ack) {
		if !rcv.has(fragmented) {
			f.gaps = true
			rcv.learn(missedByUs)
		}
		rcv.forget(fragmented)
	}
	snd.forget(knowDoubt)
	f.judgeArrival(s, snd, rcv)
	snd.lastAck = s.Ack
	if !snd.has(knowAcked) || s.Ack.After(snd.acked) {
		snd.acked = s.Ack
		snd.learn(knowAcked)
		rcv.waits = s.Time // what is next may have been sent before; later is the safe side
	}
	snd.offer(s)
}

// judgeArrival finds out whether what rcv sent had arrived when snd sent s: a
// segment that comes by more than a round trip later, and does not acknowledge
// it, was sent without it.
func (f *flow) judgeArrival(s *Segment, snd, rcv *endpoint) {
	rcv.forget(missed)
	if snd.rtt > 0 && snd.has(knowAcked) && s.Ack.AtOrBefore(snd.acked) && rcv.nxt.After(snd.acked) &&
		isLate(s.Time.Sub(rcv.waits), snd.rtt) {
		rcv.learn(missed)
	}
}

// isLate reports whether an end had so much time to answer that it did not get
// what it does not acknowledge; rtt is the time from the capture to it and back.
func isLate(waited, rtt time.Duration) bool { return waited > rtt+rtt/2+2*time.Millisecond }

func asDuration(nanoseconds uint32) time.Duration { return time.Duration(nanoseconds) }

// stamp keeps the timestamp of a segment in order, as the receiver does (RFC
// 7323 §4.3): not of one behind a hole, nor of one that it has acknowledged
// already, which Linux refuses before it looks at the timestamp.
func (e *endpoint) stamp(s *Segment, rcv *endpoint) {
	if !s.Options.Present.Has(HasTimestamps) || s.Seq.After(e.nxt) || rcv.has(knowAcked) && s.End().Before(rcv.acked) {
		return
	}
	if !e.has(knowTS) || int32(s.Options.TSVal-e.tsRecent) > 0 {
		e.tsRecent = s.Options.TSVal
		e.learn(knowTS)
	}
}

// copied reports whether a segment that repeats something is a copy that the
// network made, not a retransmission: a retransmission carries a newer
// timestamp than everything that its sender sent before.
func (e *endpoint) copied(s *Segment) bool {
	return s.Options.Present.Has(HasTimestamps) && e.has(knowTS) && int32(s.Options.TSVal-e.tsRecent) <= 0
}
