package flows

import "time"

// verdict is what one segment says: its peculiarities and the events of its
// sender and its receiver, in the order in which they happened.
type verdict struct {
	notes  Notes
	check  Check
	claims [maxClaims]claim
	n      int

	noPayload bool // see Limits.NoPayload
}

// maxClaims is more than one segment can say: the most talkative is the only
// one of a one-way capture that closes both ends.
const maxClaims = 16

// claim is one event of one end, and why it is believed.
type claim struct {
	end   Side
	event event
	basis Basis
}

func (v *verdict) claim(end Side, e event, b Basis) {
	if v.n < maxClaims {
		v.claims[v.n] = claim{end, e, b}
		v.n++
	}
}

// classify says what a segment of a flow proves. All sequence arithmetic is
// here, in the other classify_*.go, in believe.go and in endpoint.go; states are
// only looked at, apply.go changes them. The order is that of RFC 9293
// §3.10.7.4: sequence number, RST, SYN, ACK, text, FIN.
func (f *flow) classify(s *Segment, from Side, v *verdict) {
	snd := &f.ends[from]
	if !f.screen(s, snd, v) {
		return
	}
	if v.noPayload {
		f.passLeftOut(s, snd, f.peer(from))
	}
	again := snd.has(challenged|knowAcked) && s.Ack == snd.acked
	switch {
	case s.Flags.Has(RST):
		f.classifyReset(s, from, v)
	case s.Flags.Has(SYN | ACK):
		f.classifySYNACK(s, from, v)
	case s.Flags.Has(SYN):
		f.classifySYN(s, from, v)
	case snd.state == Closed && (snd.has(knowReset) || snd.has(gotReset)):
		f.classifyAfterReset(s, from, v)
	default:
		f.classifyAck(s, from, v)
	}
	if s.Window == 0 && !s.Flags.Any(SYN|RST) {
		v.notes |= ZeroWindow
	}
	f.settleDoubt(from, v)
	bare := s.Length == 0 && !s.Flags.Any(SYN|FIN|RST)
	if bare && again {
		v.notes |= ChallengeAck
	}
	snd.forget(sentBareAck | challenged)
	if bare {
		snd.learn(sentBareAck)
	}
}

// passLeftOut goes on to the number of a segment: what its sender sent before was
// left out of the capture.
func (f *flow) passLeftOut(s *Segment, snd, rcv *endpoint) {
	if s.Flags.Has(SYN) || !snd.has(knowNxt) || !s.Seq.After(snd.nxt) || !f.inWindow(s, snd, rcv) {
		return
	}
	snd.nxt, snd.max = s.Seq, snd.max.Latest(s.Seq)
}

// screen takes out what every stack drops before it looks at numbers.
func (f *flow) screen(s *Segment, snd *endpoint, v *verdict) bool {
	if s.BadSum {
		if snd.has(goodSums) && !snd.has(offload) {
			v.notes |= BadChecksum
			return false
		}
		snd.learn(offload)
	} else if !snd.has(offload) {
		snd.learn(goodSums)
	}
	if s.Flags.Has(SYN|RST) || s.Flags.Has(SYN|FIN) {
		// Linux drops SYN with RST, and takes SYN with FIN for a SYN only in
		// SYN_SENT (net/ipv4/tcp_input.c, tcp_rcv_state_process).
		v.notes |= BadFlags
		return !s.Flags.Has(RST)
	}
	if !s.Flags.Any(SYN | RST | ACK) {
		v.notes |= NoAckFlag
		return false
	}
	return true
}

// classifyAck is for segments of a connection that is open, opening or
// closing: with ACK, without SYN and RST.
func (f *flow) classifyAck(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	known := f.noteShape(s, snd, rcv)
	v.notes |= known
	if !f.inWindow(s, snd, rcv) {
		v.notes |= OutOfWindow
		f.holdFIN(s, snd)
		return
	}
	if oldTimestamp(s, snd) {
		v.notes |= OldTimestamp
		return
	}
	if !f.believeAck(s, snd, rcv, v) {
		f.holdFIN(s, snd)
		return
	}
	if rcv.state == SynSent && rcv.packets != 0 && snd.state == Unknown {
		// Who has not sent its SYN has nothing else to send: no client takes it
		// (RFC 9293 §3.10.7.3, fifth). Or the capture is out of order, and the
		// SYN-ACK comes next.
		v.notes |= OutOfWindow
		if s.Length > 0 {
			snd.send(s.Seq, s.Seq.Add(s.Length))
		}
		return
	}
	f.bridgeGap(s, from, v)
	snd.showAhead(s)
	f.classifyFINAgain(s, from, v)
	f.classifyAckOfSYN(s, from, v)
	f.classifyProof(s, from, v)
	f.classifyAckOfFIN(s, from, v)
	f.acknowledge(s, snd, rcv)

	fin := judgeFIN(s, snd, rcv)
	end := s.Seq.Add(s.Length)
	if fin == finNew || fin == finRepeated {
		end = s.End()
	}
	if snd.has(knowNxt) && end.After(snd.nxt) && rcv.has(knowAcked) && rcv.acked.AtOrAfter(snd.nxt) || fin == finRepeated {
		snd.waits = s.Time
	}
	if notes := snd.send(s.Seq, end); known&(KeepAlive|WindowProbe) == 0 {
		v.notes |= notes
	}
	if s.Fragment {
		snd.learn(fragmented)
		snd.max = snd.max.Latest(s.Seq.Add(maxDatagram))
	}
	f.classifyFIN(s, from, fin, v)
	snd.stamp(s, rcv)
}

// maxDatagram bounds what the fragments of one datagram hold: the IPv4 total
// length has 16 bits.
const maxDatagram = 1<<16 - 1

// noteShape recognises segments that carry nothing: probes and repeated ACKs.
func (f *flow) noteShape(s *Segment, snd, rcv *endpoint) (notes Notes) {
	switch {
	case s.Flags.Has(FIN) || s.Length > 1 || !snd.has(knowNxt):
	case s.Seq.Add(1) == snd.nxt && (s.Length == 1 || snd.packets > 1) && s.Seq != snd.nxt:
		// Linux probes a closed window and a silent peer alike: one byte before
		// SND.NXT, without payload. The peer's last window tells which it is.
		if rcv.has(knowEdge) && rcv.edge.AtOrBefore(snd.nxt) {
			return WindowProbe
		}
		return KeepAlive
	case s.Length == 0 && snd.has(knowAcked) && s.Ack == snd.acked && rcv.has(knowNxt) && rcv.max.After(s.Ack):
		return DuplicateAck
	}
	return 0
}

// inWindow reports whether the receiver can take the segment at all: it does
// not begin behind the right edge of the widest window that it ever offered.
// Old segments are let through: they move nothing.
func (f *flow) inWindow(s *Segment, snd, rcv *endpoint) bool {
	return !rcv.has(knowEdge|knowScale) || s.Seq.AtOrBefore(rcv.edge)
}

// oldTimestamp is PAWS, RFC 7323 §5.3: a timestamp older than one that came in
// order. Linux tolerates one tick (net/ipv4/tcp_input.c, tcp_paws_check). What
// carries nothing new is let through: it is a late duplicate.
func oldTimestamp(s *Segment, snd *endpoint) bool {
	return s.Options.Present.Has(HasTimestamps) && snd.has(knowTS|knowNxt) &&
		int32(s.Options.TSVal-snd.tsRecent) < -1 && s.End().After(snd.nxt)
}

// classifyAckOfSYN finds the ACK that ends a handshake.
func (f *flow) classifyAckOfSYN(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	if !rcv.has(knowISS) {
		if snd.state != SynSent || rcv.state == SynSent {
			return
		}
		// The SYN-ACK went past the capture; its ACK proves it, and gives K unless
		// payload came before.
		if rcv.bytes == 0 {
			rcv.learnISS(s.Ack.Add(^uint32(0)))
		}
		v.claim(from.Peer(), sentSYNACK, Implied)
		v.claim(from, sentAckOfSYN, Sent)
		v.claim(from.Peer(), gotAckOfSYN, Delivered)
		f.handshakeDone(s)
		return
	}
	if !s.Ack.After(rcv.iss) {
		return
	}
	waiting := rcv.state == SynReceived
	switch {
	case snd.state == SynSent, snd.state == Unknown && waiting, snd.state == Closed && waiting && snd.basis == Delivered:
		if snd.state == Unknown {
			if rcv.has(knowAcked) {
				snd.learnISS(rcv.acked.Add(^uint32(0)))
			}
			v.claim(from, sentSYN, Implied)
		}
		if snd.state == Closed { // what was to close it was not from its peer
			snd.forget(gotReset)
			f.refused, f.wasReset = false, false
			v.claim(from, resumed, Sent)
		}
		v.claim(from, sentAckOfSYN, Sent)
	case !waiting:
		return
	}
	if s.Ack == rcv.iss.Add(1) {
		v.check = CheckRight
	}
	if waiting && !rcv.has(ackRefusedTwice) {
		v.claim(from.Peer(), gotAckOfSYN, Delivered)
		if rcv.has(ownSocket) {
			rcv.ackTS = s.Options.TSVal
		}
		f.handshakeDone(s)
		if rcv.syns == 1 {
			snd.rtt = s.Time.Sub(rcv.since) // since its SYN-ACK
		}
	}
}

func (f *flow) handshakeDone(s *Segment) {
	if f.handshakeRTT == 0 && f.knowSYN {
		f.handshakeRTT = max(s.Time.Sub(f.synTime), time.Nanosecond)
		f.handshakeNow = true
	}
}

// classifyProof finds what only a synchronized end sends.
func (f *flow) classifyProof(s *Segment, from Side, v *verdict) {
	snd, rcv := &f.ends[from], f.peer(from)
	// An ACK behind the peer's SYN, and behind what came with it (Fast Open).
	ofPayload := rcv.has(knowISS|knowNxt) && s.Ack.After(f.opening(rcv)) ||
		!rcv.has(knowISS) && rcv.bytes > 0 && s.Ack.AtOrAfter(rcv.nxt)
	switch {
	case snd.state == Unknown && (s.Length > 0 || ofPayload || rcv.packets == 0 && snd.has(knowAcked) && s.Ack.After(snd.acked)):
		v.claim(from, sentProof, Sent)
	case snd.has(ownSocket) && (snd.state == SynReceived || snd.state == Established && snd.basis == Delivered):
		// A socket of its own may send and close before its SYN was
		// acknowledged; only an ACK of payload proves more.
		if ofPayload {
			v.claim(from, sentProof, Sent)
		} else if snd.state == Established && closedUnheard(s, snd) {
			v.claim(from, denied, Sent)
		}
	case snd.state == SynReceived || snd.state == Established && snd.basis == Delivered:
		// A bare ACK proves nothing here: a request answers stray segments too
		// (net/ipv4/tcp_minisocks.c, tcp_check_req).
		if s.Length > 0 || s.Flags.Has(FIN) || ofPayload {
			v.claim(from, sentProof, Sent)
		}
	}
	if rcv.packets == 0 && snd.has(knowAcked) && s.Ack.After(snd.acked) && (rcv.state == Unknown || rcv.state == SynSent) {
		if rcv.state == Unknown && snd.syns > 0 {
			v.claim(from.Peer(), sentSYN, Implied)
		}
		v.claim(from.Peer(), sentProof, Implied)
	}
}

// closedUnheard reports whether an end's FIN was sent before the ACK of its SYN
// reached it: it echoes an older timestamp. Then the end went from SYN_RECEIVED
// to FIN_WAIT_1, as only one with a socket of its own can.
func closedUnheard(s *Segment, snd *endpoint) bool {
	return s.Flags.Has(FIN) && s.Options.Present.Has(HasTimestamps) &&
		snd.ackTS != 0 && int32(s.Options.TSEcr-snd.ackTS) < 0
}

// opening is the sequence number behind an end's SYN and behind the payload of
// that SYN if the peer took it.
func (f *flow) opening(e *endpoint) Seq {
	return e.iss.Add(1 + uint32(f.synData))
}
