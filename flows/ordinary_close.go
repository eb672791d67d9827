package flows

// closes is for a segment with which a connection closes as it should: an end's
// FIN, the ACK of its peer's FIN, or both.
func (t *Table) closes(w *way) bool {
	s, p, snd, rcv := w.s, w.p, w.snd, w.rcv
	fin := s.Flags.Has(FIN)
	acksFIN := rcv.know&knowFIN != 0 && s.Ack == rcv.nxt
	if !closing(snd.state) || !closing(rcv.state) || !w.goesOn() || !fin && (!acksFIN || rcv.know&finAcked != 0) ||
		rcv.know&knowFIN != 0 && (!acksFIN || snd.know&(knowFIN|finAcked) == knowFIN) || // the FINs cross
		snd.know&knowFIN != 0 && (fin || s.Length > 0) ||
		p.ends[0].syns|p.ends[1].syns == 0 || p.rest[0].history>>28 > mostBefore || p.rest[1].history>>28 > mostBefore ||
		p.rest[w.from].fins == 255 || !w.provesItself() {
		return false
	}
	w.wake = p.wake
	st := t.ordinaryStep(w)
	first := acksFIN && rcv.know&finAcked == 0
	w.count()
	snd.sends &^= ackedLast
	if first {
		snd.sends |= ackedLast
		rcv.know |= finAcked
	}
	w.acknowledge()
	w.sendLast(fin)
	if s.Options.Present.Has(HasTimestamps) {
		snd.tsRecent = s.Options.TSVal
	}

	if acksFIN {
		t.moveEnd(w, w.from, sentAckOfFIN, Sent)
		t.moveEnd(w, w.from.Peer(), gotAckOfFIN, Delivered)
	}
	if fin {
		t.moveEnd(w, w.from, sentFIN, Sent)
		st.Label.FIN = p.name(w.from, s.Seq.Add(s.Length))
	}
	st.Label.Seq, st.Label.Ack = p.name(w.from, s.Seq), p.name(w.from.Peer(), s.Ack)
	if first {
		st.Label.Check = CheckRight
	}
	t.tellOrdinary(w)
	t.rememberMoves(w)
	if fin && p.rest[w.from].fin == 0 {
		p.rest[w.from].fin = frame32(s.Packet)
	}
	return true
}

// mostBefore is how many states an end may have been in before, so that there is
// room for two more.
const mostBefore = maxPackedHistory - 2

// closing reports whether an end in this state can take part in the ordinary way
// to close: one end after the other.
func closing(s State) bool {
	return s == Established || s == FinWait1 || s == FinWait2 || s == CloseWait || s == LastAck
}

// sendLast takes note of what the segment holds, and of its FIN.
func (w *way) sendLast(fin bool) {
	s, snd := w.s, w.snd
	snd.know &^= sentBareAck | challenged
	n := s.Length
	if fin {
		n++
		snd.know |= knowFIN
		w.p.rest[w.from].fins++
		if w.rcv.know&(knowFIN|firstFIN) == 0 {
			snd.know |= firstFIN
		}
	}
	if n == 0 {
		snd.know |= sentBareAck
		return
	}
	w.send(n)
}

// name is flow.name.
func (p *packed) name(of Side, seq Seq) Name {
	e := &p.ends[of]
	if e.know&knowFIN != 0 {
		if fin := e.nxt.Add(^uint32(0)); seq.AtOrAfter(fin) {
			letter := byte('N')
			if e.know&firstFIN != 0 {
				letter = 'M'
			}
			return Name{letter, uint32(seq - fin)}
		}
	}
	if e.know&knowISS != 0 && (seq.AtOrAfter(e.iss) || e.get(wideBytes) > 1<<31) {
		return Name{"JK"[of], uint32(seq - e.iss)}
	}
	return Name{0, uint32(seq)}
}
