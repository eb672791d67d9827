package flows

import "time"

// answers is for the SYN-ACK that answers the only SYN.
func (t *Table) answers(w *way) bool {
	s, p, snd, rcv := w.s, w.p, w.snd, w.rcv
	const client = knowISS | knowNxt | goodSums
	if snd.state != Unknown || snd.packets != 0 || snd.know != 0 || rcv.state != SynSent || rcv.packets != 1 ||
		rcv.know&^knowTS != client || p.marks&(isKnowSYN|unopened) != isKnowSYN || s.Ack != rcv.nxt || s.Length != 0 {
		return false
	}
	if w.at>>32 != 0 {
		return false // so long a time of the handshake has no room
	}
	w.wake = p.wake
	st := t.ordinaryStep(w)
	w.count()
	snd.syns = 1
	snd.iss, snd.nxt = s.Seq, s.Seq.Add(1)
	snd.know = knowISS | knowNxt | goodSums | knowScale
	rcv.know |= knowScale
	p.rest[w.from].rtt = uint32(w.at)
	w.scale()
	w.stamp()
	snd.acked, snd.edge = s.Ack, s.Ack.Add(uint32(s.Window))
	snd.know |= knowAcked | knowEdge
	rcv.setTime(wideWaits, w.at)

	t.moveEnd(w, Server, sentSYNACK, Sent)
	st.Label.Seq, st.Label.Ack, st.Label.Check = Name{'K', 0}, Name{'J', 1}, CheckRight
	t.tellOrdinary(w)
	t.rememberMoves(w)
	return true
}

// unopened marks do not stand on a flow whose handshake goes on as it should.
const unopened = isGuessed | isCutSYN | isGaps | isRefused | isFiltered | isReset | isReused

// completes is for the ACK that ends the handshake.
func (t *Table) completes(w *way) bool {
	s, p, snd, rcv := w.s, w.p, w.snd, w.rcv
	const client, server = knowISS | knowNxt | goodSums | knowScale, knowISS | knowNxt | goodSums | knowScale | knowAcked | knowEdge
	if rcv.state != SynReceived || snd.packets != 1 || rcv.packets != 1 || snd.know&^knowTS != client || rcv.know&^knowTS != server ||
		p.marks&(isKnowSYN|unopened) != isKnowSYN ||
		s.Length != 0 || s.Seq != snd.nxt || s.Ack != rcv.nxt || s.Seq.After(rcv.edge) || w.at>>32 != 0 {
		return false
	}
	w.wake = p.wake
	st := t.ordinaryStep(w)
	since := rcv.getTime(wideSince, p.first)
	w.count()
	rtt := max(time.Duration(w.at), time.Nanosecond)
	p.handshakeRTT = uint32(rtt)
	p.rest[w.from].rtt = uint32(s.Time - since)
	snd.acked = s.Ack
	snd.edge = s.Ack.Add(uint32(s.Window) << snd.scale)
	snd.know |= knowAcked | knowEdge | sentBareAck
	rcv.setTime(wideWaits, w.at)
	w.stamp()

	t.moveEnd(w, Client, sentAckOfSYN, Sent)
	t.moveEnd(w, Server, gotAckOfSYN, Delivered)
	st.Label.Seq, st.Label.Ack, st.Label.Check = Name{'J', 1}, Name{'K', 1}, CheckRight
	st.HandshakeRTT = rtt
	t.tellOrdinary(w)
	t.rememberMoves(w)
	return true
}

// stamp is endpoint.stamp, for a segment that opens.
func (w *way) stamp() {
	e, o := w.snd, &w.s.Options
	if o.Present.Has(HasTimestamps) && (e.know&knowTS == 0 || int32(o.TSVal-e.tsRecent) > 0) {
		e.tsRecent = o.TSVal
		e.know |= knowTS
	}
}

// scale takes the window scale from a SYN or SYN-ACK, as learnSYN does.
func (w *way) scale() {
	o := &w.s.Options
	if o.Present.Has(HasWindowScale) && w.p.marks&isNoScale == 0 {
		w.snd.scale = min(o.WindowScale, 14) // RFC 7323 §2.3
		return
	}
	w.p.marks |= isNoScale
	w.snd.scale, w.rcv.scale = 0, 0
}
