package flows

// ordinaryStep prepares the report of a segment on the short way, as beginStep
// does.
func (t *Table) ordinaryStep(w *way) *Step {
	s, st := w.s, &t.step
	st.Flow, st.GuessedClient, st.Swapped = w.p.id, false, false
	if w.from == Client {
		st.Client, st.Server = s.Src, s.Dst
	} else {
		st.Client, st.Server = s.Dst, s.Src
	}
	st.Time, st.Segment, st.From, st.Aside = s.Time, s, w.from, nil
	st.Label = Label{}
	st.Label.Flags, st.Label.Length = s.Flags, s.Length
	st.Notes = 0
	st.Transitions = t.transitions[:0]
	st.HandshakeRTT = 0
	st.Slot, st.Prior = uint32(w.i), Prior{}
	st.Wake, st.Woken, st.Watch, st.Ordinary = w.wake, false, false, true
	st.ClockSince, st.Segments = t.clockSince, t.totals.Segments
	st.before, st.beforeFrom, st.quiet = w.p.lastMark(), w.p.lastFrom(), w.quiet
	st.flow, st.packed = nil, w.p
	return st
}

// moveEnd is applyTo for a packed flow, and an event that takes nothing back.
func (t *Table) moveEnd(w *way, end Side, ev event, b Basis) {
	p, e, r := w.p, &w.p.ends[end], &w.p.rest[end]
	move := &transitions[e.state][ev]
	if move.empty() {
		return
	}
	st := &t.step
	moved := st.move()
	moved.End, moved.From, moved.To, moved.Basis = end, e.state, move.to, b
	if e.state == Unknown {
		moved.From = origin(ev)
	} else {
		moved.After = max(st.Time.Sub(e.getTime(wideSince, p.first)), 0)
	}
	r.history = (r.history | uint32(move.to)<<(r.history>>28*4)) + 1<<28
	e.state, e.basis = move.to, b
	e.setTime(wideSince, w.at)
}

// tellOrdinary is finishStep for a packed flow, and ends the way of the segment.
func (t *Table) tellOrdinary(w *way) {
	p, st := w.p, &t.step
	st.States = p.states()
	for side := range Side(2) {
		st.ISN[side], st.FIN[side] = p.ends[side].numbers()
	}
	if q := queueFor(st.States); q != p.queue {
		t.enqueue(w.i, q)
	}
	if p.queue == queueOver {
		t.schedule(w.i, p.due())
	}
	t.tellWay(w)
	w.remember()
}

// tellWay tells the handler, and does what it asks for.
func (t *Table) tellWay(w *way) {
	p, st := w.p, &t.step
	t.handler.Step(st)
	if st.Watch {
		p.marks |= isWatched
	}
	if st.Wake != w.wake && (st.Wake > st.Time || st.Wake == 0) {
		p.ripen()
		p.wake = st.Wake
		t.schedule(w.i, p.due())
	}
}

// rememberMoves takes note of the frame that moved the ends.
func (t *Table) rememberMoves(w *way) {
	for i := range t.step.Transitions {
		w.p.rest[t.step.Transitions[i].End].moved = frame32(w.s.Packet)
	}
}

// numbers is endpoint.numbers.
func (e *packedEnd) numbers() (isn, fin Number) {
	if e.know&knowISS != 0 {
		isn = Number{e.iss, true}
	}
	if e.know&knowFIN != 0 {
		fin = Number{e.nxt.Add(^uint32(0)), true}
	}
	return isn, fin
}
