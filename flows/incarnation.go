package flows

// This file decides to which incarnation of a connection a segment belongs
// when the same addresses and ports are used again: RFC 9293 §3.5.1 (half-open
// connections) and §3.10.7.4 (TIME-WAIT), RFC 6191.
//
// A SYN with another ISN on a flow that is over begins the next flow at once.
// On a flow that is alive it is only an attempt: the answer decides.

// maxAttempts bounds how many SYNs wait for their answer.
const maxAttempts = 1 << 12

// incarnation returns the flow to which s belongs: the one in slot i, the one
// before it on the same addresses, or a new one.
func (t *Table) incarnation(i slot, fromHi bool, s *Segment) slot {
	f := t.at(i)
	switch {
	case f.key.self():
		return i
	case s.Flags.Has(SYN) && !s.Flags.Any(ACK|RST):
		return t.placeSYN(i, fromHi, s)
	case f.hasAttempt:
		return t.placeAnswer(i, fromHi, s)
	case f.prev != 0:
		return t.placeLate(i, fromHi, s)
	}
	return i
}

// placeSYN is for a SYN on a flow that is known.
func (t *Table) placeSYN(i slot, fromHi bool, s *Segment) slot {
	f := t.at(i)
	from := f.sideOf(fromHi)
	snd, rcv := &f.ends[from], f.peer(from)
	if s.Time <= f.first.Time && f.adopted() {
		f.disown(fromHi)
		return i
	}
	switch {
	case !snd.has(knowISS) && (snd.state == SynSent && snd.basis == Kernel || rcv.state == SynReceived && rcv.basis == Kernel):
		return i // the kernel has told of the attempt; this is its SYN once more
	case snd.has(knowISS) && snd.iss == s.Seq:
		return i
	case !snd.has(knowISS) && rcv.state == SynSent: // simultaneous open
		return i
	case !snd.has(knowISS) && rcv.state == SynReceived && snd.state == Unknown && rcv.acked == s.Seq.Add(1):
		return i // the SYN-ACK was captured first
	case f.givesWay(from):
		return t.succeed(i, fromHi, s)
	}
	if !f.hasAttempt && len(t.attempts) < maxAttempts || f.hasAttempt {
		t.attempts[i] = *s
		f.hasAttempt = true
	}
	return i
}

// givesWay reports whether a SYN with another ISN from an end begins the next
// flow without waiting for the answer: an end is CLOSED or in TIME_WAIT, or it
// gives up its own attempt, or nothing is known of the flow.
func (f *flow) givesWay(from Side) bool {
	snd, rcv := &f.ends[from], f.peer(from)
	return snd.state.gone() || rcv.state.gone() ||
		snd.state == SynSent ||
		snd.state == Unknown && rcv.state == Unknown
}

// succeed begins the next flow on the addresses of the flow in slot i. What
// the SYN's own end was in is over. Its peer may still be in TIME_WAIT: the
// old flow then waits for the answer.
func (t *Table) succeed(i slot, fromHi bool, s *Segment) slot {
	f := t.at(i)
	from := f.sideOf(fromHi)
	f.wasReused = !f.over()
	f.superseded = true
	t.prior = f.asPrior(s)
	if !f.ends[from].state.silent() {
		t.aside(i, s, claim{from, replaced, Sent})
	}
	k := f.key
	hash := k.hash(t.seed)
	if f.peer(from).state.silent() {
		prev := f.prev // one that outlives an attempt that nobody answered
		t.end(i)
		next := t.open(&k, hash, fromHi, s)
		if next != prev {
			t.at(next).prev = prev
		}
		return next
	}
	// The flow stays where it is, but off the index: segments find the new one.
	t.prior.Slot = uint32(i)
	t.index.drop(hash, i)
	next := t.open(&k, hash, fromHi, s)
	if next != i && t.in(i).id != 0 { // a full table may have let it go just now
		t.at(next).prev = i
	}
	return next
}

// asPrior tells how the flow stands when the SYN of the next one comes.
func (f *flow) asPrior(syn *Segment) Prior {
	opener := f.sideOf(srcIsHi(syn))
	return Prior{
		Flow: f.id, States: [2]State{f.ends[opener].state, f.peer(opener).state},
		Quiet: max(syn.Time.Sub(f.last.Time), 0),
	}
}

// silent reports whether an end in this state will say nothing any more.
func (s State) silent() bool { return s == Closed || s == Unknown }

// placeAnswer is for a segment on a flow that is alive while a SYN with
// another ISN waits for its answer.
func (t *Table) placeAnswer(i slot, fromHi bool, s *Segment) slot {
	f := t.at(i)
	syn := t.attempts[i]
	k, synHi := makeKey(syn.Src, syn.Dst)
	opener := f.sideOf(synHi)
	answers := s.Ack.After(syn.Seq) && s.Ack.AtOrBefore(syn.End())
	switch {
	case fromHi != synHi && s.Flags.Has(SYN|ACK) && answers:
		t.aside(i, s, claim{opener, replaced, Implied}, claim{opener.Peer(), replaced, Implied})
		return t.succeedAttempt(i, k, &syn)
	case fromHi != synHi && s.Flags.Has(RST|ACK) && answers:
		// A request (tcp_check_req) or an orphan in FIN_WAIT_2
		// (tcp_timewait_state_process) goes with the RST.
		t.aside(i, s, claim{opener, replaced, Implied}, claim{opener.Peer(), sentRST, Sent})
		return t.succeedAttempt(i, k, &syn)
	case fromHi == synHi && s.Flags.Has(RST) && judgeReset(s, &f.ends[opener], f.peer(opener)) == resetExact:
		// It answers the challenge ACK: it knows nothing of the old connection.
		t.follow(i, fromHi, s)
		t.succeedAttempt(i, k, &syn)
		return 0
	}
	return i
}

// succeedAttempt begins the flow of a SYN that has proved to be meant.
func (t *Table) succeedAttempt(i slot, k key, syn *Segment) slot {
	f := t.at(i)
	f.wasReused = !f.wasReset
	t.prior = f.asPrior(syn)
	t.end(i)
	_, synHi := makeKey(syn.Src, syn.Dst)
	next := t.open(&k, k.hash(t.seed), synHi, syn)
	t.follow(next, synHi, syn)
	return next
}

// placeLate is for a segment on a flow whose predecessor is not settled yet.
func (t *Table) placeLate(i slot, fromHi bool, s *Segment) slot {
	f := t.at(i)
	if id := t.in(f.prev).id; id == 0 || id > f.id || !t.holds(f.prev, &f.key) {
		f.prev = 0
		return i
	}
	old := t.at(f.prev)
	from := f.sideOf(fromHi)
	oldFrom := old.sideOf(fromHi)
	snd, rcv := &f.ends[from], f.peer(from)
	switch {
	case from == Client && s.Flags.Has(RST) && snd.state == SynSent && !resetsOpening(s, snd) &&
		judgeReset(s, &old.ends[oldFrom], old.peer(oldFrom)) == resetExact:
		return f.prev
	case from == Server && snd.state == Unknown:
		fits := s.Ack.After(rcv.iss) && s.Ack.AtOrBefore(rcv.max)
		if !fits && s.Flags.Has(ACK) && !s.Flags.Any(SYN|RST) {
			return f.prev // a challenge ACK: TIME_WAIT is still there
		}
		if fits && s.Flags.Has(SYN|ACK) {
			t.settle(f, s, claim{oldFrom, replaced, Implied})
		}
		if fits && s.Flags.Has(RST|ACK) { // a request goes with its RST, tcp_check_req
			t.settle(f, s, claim{oldFrom, sentRST, Sent})
		}
	}
	return i
}

// settle ends the predecessor of a flow by what a segment of the flow says.
func (t *Table) settle(f *flow, s *Segment, c claim) {
	t.aside(f.prev, s, c)
	t.end(f.prev)
	f.prev = 0
}

// aside reports what a segment of another flow does to the flow in slot i.
func (t *Table) aside(i slot, s *Segment, claims ...claim) {
	f := t.at(i)
	t.beginStep(i, s.Time)
	for _, c := range claims {
		t.apply(i, c)
	}
	if len(t.step.Transitions) == 0 {
		return
	}
	v := verdict{}
	t.step.Label = f.label(s, f.sideOf(srcIsHi(s)), &v)
	t.step.Aside = s
	t.finishStep(i)
}

func srcIsHi(s *Segment) bool {
	_, hi := makeKey(s.Src, s.Dst)
	return hi
}
