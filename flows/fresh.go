package flows

// A fresh flow is one of which nothing but a plain SYN has come. It is kept in the
// head of its slot alone: what the SYN says stands where other flows keep their
// newest segment, which is their first here. A flood of SYNs consists of such
// flows.

// sow keeps what the SYN of a fresh flow says.
func (h *head) sow(s *Segment) {
	o := &s.Options
	said := uint64(s.ID)<<16 | uint64(s.TTL)<<8
	if o.Present.Has(HasWindowScale) {
		said |= uint64(min(o.WindowScale, 14)) << 1 // RFC 7323 §2.3
	} else {
		h.marks |= isNoScale
	}
	if o.Present.Has(HasTimestamps) {
		said |= uint64(o.TSVal)<<32 | 1
	}
	h.fresh, h.lastPacket, h.last = true, uint32(s.Seq), Time(said)
}

// reap sets the end that sent the SYN of a fresh flow, which must hold nothing.
func (h *head) reap(e *packedEnd) {
	iss, said := Seq(h.lastPacket), uint64(h.last)
	e.iss, e.nxt = iss, iss.Add(1)
	e.know = knowISS | knowNxt | goodSums
	if said&1 != 0 {
		e.tsRecent = uint32(said >> 32)
		e.know |= knowTS
	}
	e.id, e.ttl, e.scale = uint16(said>>16), uint8(said>>8), uint8(said>>1&15)
	e.packets, e.syns, e.sends = 1, 1, spoke
	e.state, e.basis = SynSent, Sent
	e.setTime(wideSince, 0)
}

// ripen gives a fresh flow its body: more has come of it, or will.
func (p packed) ripen() {
	if !p.fresh {
		return
	}
	p.reap(&p.ends[Client])
	p.rest[Client].history = uint32(SynSent) | 1<<28
	p.rest[Client].moved = frame32(p.firstPacket)
	p.fresh, p.lastPacket, p.last = false, 0, p.first
}

// unpackFresh is ripen and unpack of a fresh flow, which stays one: all but the key.
func (h *head) unpackFresh(f *flow) {
	*f = flow{
		id: h.id, print: h.print, knowSYN: true, synTime: h.first,
		clientHi: h.marks&isClientHi != 0, noScale: h.marks&isNoScale != 0,
		first: Mark{h.first, h.firstPacket}, last: Mark{h.first, h.firstPacket},
	}
	var p packedEnd
	h.reap(&p)
	e := &f.ends[Client]
	p.unpack(e, h.first)
	e.history = e.history.push(SynSent)
	e.moved = frame32(h.firstPacket)
}

// opens begins a flow with its SYN.
func (t *Table) opens(a *arrival, s *Segment) bool {
	t.makeRoom()
	t.clear()
	i := t.take(&a.key)
	t.lastID++
	t.totals.Flows++
	t.totals.Open++
	t.index.put(a.hash, i)

	p := t.in(i)
	p.id, p.first, p.firstPacket, p.print = t.lastID, s.Time, s.Packet, uint32(a.print)
	p.marks |= isKnowSYN
	if a.fromHi {
		p.marks |= isClientHi
	}
	p.sow(s)
	var w way
	w.i, w.s, w.p, w.from = i, s, p, Client
	st := t.ordinaryStep(&w)
	moved := st.move()
	moved.End, moved.From, moved.To, moved.Basis = Client, Closed, SynSent, Sent
	st.Label.Seq = Name{'J', 0}
	st.States = [2]State{SynSent, Unknown}
	st.ISN, st.FIN = [2]Number{{s.Seq, true}, {}}, [2]Number{}
	t.enqueue(i, queueHalfOpen)
	t.tellWay(&w)
	return true
}

// fillFresh writes a fresh flow down, as fillRecord does others.
func (t *Table) fillFresh(i slot, h *head) {
	r := &t.record
	var k key
	t.fillKey(i, &k)
	r.Flow, r.GuessedClient, r.Ended = h.id, false, t.now
	r.First.Time, r.First.Packet = h.first, h.firstPacket
	r.Last.Time, r.Last.Packet = h.first, h.firstPacket
	r.Client, r.Server = k.addresses(h.marks&isClientHi != 0)
	r.HandshakeRTT, r.Gaps, r.Evicted = 0, false, false
	r.Slot, r.ClockSince, r.Segments = uint32(i), t.clockSince, t.totals.Segments
	r.flow, r.fresh, r.table = nil, h, t
	r.Outcome, r.StuckEnd = Unanswered, 0
	r.Ends = [2]EndRecord{}
	e := &r.Ends[Client]
	e.State, e.Since, e.Packets, e.SYNs = SynSent, h.first, 1, 1
	e.ISN.Seq, e.ISN.Known = Seq(h.lastPacket), true
	t.histories[Client][0] = SynSent
	e.History = t.histories[Client][:1]
}
