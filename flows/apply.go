package flows

import "time"

// beginStep prepares the report of what happens to a flow at a moment. It sets
// every field but those that finishStep sets: assigning a whole Step takes three
// times as long.
func (t *Table) beginStep(i slot, at Time) {
	f, s := t.at(i), &t.step
	s.Flow, s.GuessedClient, s.Swapped = f.id, f.guessed, false
	s.Client, s.Server = f.addresses()
	s.Time, s.Segment, s.From, s.Aside = at, nil, 0, nil
	s.Label, s.Notes = Label{}, 0
	s.Transitions = t.transitions[:0]
	s.HandshakeRTT = 0
	s.Slot, s.Prior = uint32(i), Prior{}
	s.Wake, s.Woken, s.Watch, s.Ordinary = t.in(i).wake, false, false, false
	s.ClockSince, s.Segments = t.clockSince, t.totals.Segments
	s.before, s.beforeFrom, s.quiet = Mark{}, 0, 0
	s.flow, s.packed = f, packed{}
}

// apply looks an event up in the table and moves its end.
func (t *Table) apply(i slot, c claim) {
	f := t.at(i)
	if f.key.self() {
		// One socket is both ends: what moves it moves both.
		t.applyTo(f, Client, c)
		client, server := &f.ends[Client], &f.ends[Server]
		server.state, server.since, server.history = client.state, client.since, client.history
		if n := len(t.step.Transitions); n > 0 && t.step.Transitions[n-1].End == Client {
			twin := t.step.Transitions[n-1]
			twin.End = Server
			t.step.Transitions = append(t.step.Transitions, twin)
		}
		return
	}
	t.applyTo(f, c.end, c)
}

func (t *Table) applyTo(f *flow, end Side, c claim) {
	e := &f.ends[end]
	move := &transitions[e.state][c.event]
	if move.empty() {
		if c.event == sentProof && e.state == Established {
			e.basis = c.basis // it is certain from now on
		}
		return
	}
	to := move.to
	if to == Unknown {
		to = e.history.before()
	}
	if move.correction && !e.history.holds(to) && !(to == Unknown && e.history.len() == 1) {
		return // it got where it is by another way
	}
	if c.basis == Sent && f.unsure(end, c.event) {
		c.basis = Implied
	}
	moved := t.step.move()
	moved.End, moved.From, moved.To, moved.Basis, moved.Correction = end, e.state, to, c.basis, move.correction
	if e.state == Unknown {
		moved.From = origin(c.event)
	} else {
		moved.After = max(t.step.Time.Sub(e.since), 0)
	}
	if move.correction {
		e.history = e.history.withdraw(to)
	} else {
		e.history = e.history.push(to)
	}
	e.state, e.basis, e.since = to, c.basis, t.step.Time
}

// move adds a transition, for the caller to set: one that is appended is put
// together elsewhere and copied.
func (s *Step) move() *Transition {
	n := len(s.Transitions)
	s.Transitions = s.Transitions[:n+1]
	moved := &s.Transitions[n]
	*moved = Transition{}
	return moved
}

// unsure reports whether an event proves less than it seems to, for the capture
// began midway: who sends payload may have got a FIN before, and the first FIN
// that was captured may be the second of the connection.
func (f *flow) unsure(end Side, e event) bool {
	if f.ends[Client].syns > 0 || f.ends[Server].syns > 0 || f.ends[end].basis == Kernel {
		return false
	}
	switch e {
	case sentProof:
		return f.ends[end].state == Unknown
	case sentFIN:
		return f.ends[end].has(firstFIN)
	case sentAckOfFIN:
		return f.peer(end).has(firstFIN)
	}
	return false
}

// origin is the state that an end of which nothing was known must have been in
// to do what it did.
func origin(e event) State {
	switch e {
	case sentSYN:
		return Closed
	case sentSYNACK:
		return Listen
	}
	return Unknown
}

// finishStep reports the step and puts the flow where it now belongs.
func (t *Table) finishStep(i slot) {
	f := t.at(i)
	s := &t.step
	for side := range Side(2) {
		s.States[side] = f.ends[side].state
		s.ISN[side], s.FIN[side] = f.ends[side].numbers()
	}
	p := t.in(i)
	if q := queueFor(s.States); q != p.queue {
		t.enqueue(i, q)
	}
	if p.queue == queueOver {
		t.schedule(i, f.due())
	}
	t.handler.Step(s)
	f.watched = s.Watch
	for _, moved := range s.Transitions {
		f.ends[moved.End].moved = frame32(s.frame())
	}
	t.wakeAt(i, f)
}

// wakeAt sets the time at which the handler wants to be told of a flow.
func (t *Table) wakeAt(i slot, f *flow) {
	p, s := t.in(i), &t.step
	if s.Wake != p.wake && (s.Wake > s.Time || s.Wake == 0) {
		p.wake = s.Wake
		t.schedule(i, f.due())
	}
}

// end reports a flow for good and frees its slot.
func (t *Table) end(i slot) {
	f := t.at(i)
	t.fillRecord(i, f)
	t.tellEnd()
	if f.hasAttempt {
		delete(t.attempts, i)
	}
	if t.in(i).deadline != 0 {
		t.stale++
	}
	t.leave(i)
}

// leave frees the slot of a flow that was reported for good.
func (t *Table) leave(i slot) {
	var k key
	t.fillKey(i, &k)
	t.dequeue(i)
	t.index.drop(k.hash(t.seed), i)
	t.release(i)
}

// tellEnd reports the flow that was written down.
func (t *Table) tellEnd() {
	t.totals.ByOutcome[t.record.Outcome]++
	t.totals.Open--
	t.handler.End(&t.record)
}

// fillRecord writes a flow down: every field, see beginStep.
func (t *Table) fillRecord(i slot, f *flow) {
	r := &t.record
	r.Flow, r.GuessedClient, r.First, r.Last, r.Ended = f.id, f.guessed, f.first, f.last, t.now
	r.Client, r.Server = f.addresses()
	r.HandshakeRTT, r.Gaps, r.Evicted = f.handshakeRTT, f.gaps, f.evicted
	r.Slot, r.ClockSince, r.Segments = uint32(i), t.clockSince, t.totals.Segments
	r.flow, r.fresh, r.table = f, nil, t
	r.Outcome, r.StuckEnd = f.outcome(t.now, t.clockSince, t.limits.Stuck)
	for side := range Side(2) {
		e, to := &f.ends[side], &r.Ends[side]
		to.State, to.Since, to.Cut, to.FirstFIN = e.state, e.since, e.history.cut(), e.has(firstFIN)
		to.History = e.history.append(t.histories[side][:0])
		to.Packets, to.Bytes, to.Retransmissions, to.Duplicates = e.packets, e.bytes, e.retransmissions, e.duplicates
		to.SYNs, to.FINs, to.RSTs = e.syns, e.fins, e.rsts
		to.ISN, to.FIN = e.numbers()
	}
}

// outcome is how the flow ended, or how it stands; and which end is stuck.
func (f *flow) outcome(now, clockSince Time, stuck time.Duration) (Outcome, Side) {
	c, s := &f.ends[Client], &f.ends[Server]
	switch {
	case f.wasReused:
		return Reused, 0
	case f.refused && c.state == Closed:
		return Refused, 0
	case c.state == SynSent && f.filtered:
		return Filtered, 0
	case c.state == SynSent && s.packets == 0:
		return Unanswered, 0
	case f.wasReset && f.over():
		return ResetFlow, 0
	case c.state.gone() && s.state.gone():
		return ClosedFlow, 0
	case f.halfOpen():
		return HalfOpen, 0
	}
	for _, state := range [...]State{CloseWait, LastAck, FinWait1, Closing, FinWait2} {
		for side := range Side(2) {
			if e := &f.ends[side]; e.state == state && now.Sub(max(e.since, clockSince)) >= stuck && !f.mayHaveClosed(side) {
				return Stuck, side
			}
		}
	}
	if c.state == Unknown || s.state == Unknown {
		return Partial, 0
	}
	return Open, 0
}

// mayHaveClosed reports whether the FIN that an end waits for, or has to send,
// may lie before the capture: that began midway, and who should send it has sent
// nothing since that comes before a FIN.
func (f *flow) mayHaveClosed(side Side) bool {
	late := side
	if f.ends[side].state == FinWait2 {
		late = side.Peer()
	}
	return f.ends[Client].syns+f.ends[Server].syns == 0 && f.ends[side].basis != Kernel && f.ends[late].bytes == 0
}

// gone reports whether a connection needs nothing more in this state.
func (s State) gone() bool { return s == Closed || s == TimeWait }
