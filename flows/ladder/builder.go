package ladder

import (
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// Options say how much of a flow is shown. Their zero value will do.
type Options struct {
	// MaxRows bounds the rows, and so the memory; 400 by default, 32 at least.
	// Where there are more, what is in the middle is folded.
	MaxRows int
	// Pause is how long a silence has to be to be shown; 1 s by default.
	Pause time.Duration
}

const (
	defaultRows = 400
	leastRows   = 32
)

// Builder makes the ladder of one flow. It is made with [New].
type Builder struct {
	o    Options
	l    Ladder
	rows list
	last flows.Time // of the newest row
	seen bool       // there was a step

	newest [2]*node  // the newest row with payload that each end sent
	waits  [2][]wait // what each end sent and nobody has acknowledged
	told   []*node   // rows of findings
	common int       // rows that show what happens in many transfers
	pauses int       // rows of kind Silence
}

// New makes the builder of a ladder.
func New(o Options) *Builder {
	if o.MaxRows <= 0 {
		o.MaxRows = defaultRows
	}
	o.MaxRows = max(o.MaxRows, leastRows)
	if o.Pause <= 0 {
		o.Pause = time.Second
	}
	return &Builder{o: o}
}

// Step adds what happened to the flow. Steps of other flows must not come here.
func (b *Builder) Step(st *flows.Step) {
	if st.Woken {
		return
	}
	b.name(st)
	if st.Notes.Has(flows.Duplicate) && len(st.Transitions) == 0 {
		b.l.Doubles++
		return
	}
	r := rowOf(st)
	if r.Kind != Segment && r.Kind != ICMP && len(r.Moves) == 0 {
		return
	}
	b.pause(st.Time, plain(&r) || b.stale(&r))
	n := b.add(r)
	b.takeBack(n)
	switch r.Kind {
	case Segment:
		b.segment(n, st.Segment)
		b.answer(n)
	case ICMP:
		b.waits[r.From.Peer()] = nil // somebody got what it quotes
	}
	b.bound()
}

// name keeps who the flow is, and how its numbers are called.
func (b *Builder) name(st *flows.Step) {
	l := &b.l
	if st.Swapped {
		b.swap()
	}
	if !b.seen {
		b.seen = true
		l.Begin, b.last = st.Time, st.Time
		l.Begun = before(st)
	}
	for i := range st.Transitions {
		// What an end was in before it moved for the first time holds above too.
		if t := &st.Transitions[i]; l.Begun[t.End] == flows.Unknown && l.States[t.End] == flows.Unknown {
			l.Begun[t.End] = t.From
		}
	}
	l.Flow, l.Client, l.Server, l.GuessedClient = st.Flow, st.Client, st.Server, st.GuessedClient
	l.States, l.ISN, l.FIN = st.States, st.ISN, st.FIN
	if st.HandshakeRTT > 0 {
		l.HandshakeRTT = st.HandshakeRTT
	}
	if st.Segment != nil && st.Label.FIN.Letter == 'M' {
		l.FirstFIN = st.From
	}
}

// before are the states that a step found.
func before(st *flows.Step) [2]flows.State {
	states := st.States
	for i := len(st.Transitions) - 1; i >= 0; i-- {
		states[st.Transitions[i].End&1] = st.Transitions[i].From
	}
	return states
}

// rowOf is a step as a row. It keeps nothing that the step points to.
func rowOf(st *flows.Step) Row {
	r := Row{Kind: Timer, Time: st.Time, States: st.States, Label: st.Label, Notes: st.Notes, RTT: st.HandshakeRTT}
	switch s := st.Segment; {
	case s != nil:
		r.Kind, r.From, r.Packet = Segment, st.From, s.Packet
		r.Seq, r.Ack, r.Window = s.Seq, s.Ack, s.Window
		if st.Notes&unacceptable != 0 && len(st.Transitions) == 0 {
			r.Fate = Refused
		}
	case st.Aside != nil:
		r.Kind, r.Packet, r.Seq, r.Ack = Aside, st.Aside.Packet, st.Aside.Seq, st.Aside.Ack
	case st.Label.ICMP != nil:
		e := *st.Label.ICMP
		r.Kind, r.Packet, r.Label.ICMP = ICMP, e.Packet, &e
		if e.Src == st.Client {
			r.From = flows.Server
		}
	case st.Label.Kernel:
		r.Kind = Kernel
	}
	if len(st.Transitions) > 0 {
		r.Moves = make([]Move, len(st.Transitions))
	}
	for i := range st.Transitions {
		t := &st.Transitions[i]
		r.Moves[i] = Move{End: t.End, From: t.From, To: t.To, Basis: t.Basis, Back: t.Correction, After: t.After}
	}
	return r
}

// add appends a row.
func (b *Builder) add(r Row) *node {
	b.last = max(b.last, r.Time, r.Until)
	return b.rows.add(r)
}

// pause adds a row for the silence before a time. A short one within a run of
// segments that are folded is folded with them.
func (b *Builder) pause(until flows.Time, within bool) {
	const short = 10 * time.Second
	d := until.Sub(b.last)
	if !b.seen || d < b.o.Pause {
		return
	}
	n := b.add(Row{Kind: Silence, Time: b.last, Until: until, States: b.before()})
	n.loose = within && (d < short || b.pauses >= shownCommon)
	b.pauses++
}

// before are the states below the newest row.
func (b *Builder) before() [2]flows.State {
	if b.rows.tail == nil {
		return b.l.Begun
	}
	return b.rows.tail.States
}

// segment counts one, folds it if it may be, and works out what became of
// others.
func (b *Builder) segment(n *node, s *flows.Segment) {
	b.l.Segments[n.From]++
	b.l.Bytes[n.From] += uint64(s.Length)
	b.hear(n, s)
	b.refuse(n)
	stalled := b.await(n, s)
	switch {
	case b.stale(&n.Row) && !stalled, plain(&n.Row) && s.Length == 0:
		b.loosen(n)
		return
	case common(&n.Row):
		b.common++
		return
	case !plain(&n.Row):
		return
	}
	// The first payload of each end is always shown, and the newest.
	old := b.newest[n.From]
	b.newest[n.From] = n
	if old != nil && !old.gone && !old.first {
		b.loosen(old)
	}
	n.first = old == nil
}

// Finding adds what was found of the flow. What grew worse is told where it was
// first, and where it was last.
func (b *Builder) Finding(f *diagnose.Finding) {
	for _, id := range f.Replaces {
		b.forget(func(s *Said) bool { return s.ID == id })
	}
	b.forget(func(s *Said) bool { return s.ID == f.ID && s.Update })
	at := max(f.Time, b.last)
	b.pause(at, false)
	n := b.add(Row{Kind: Finding, Time: at, States: b.before(), Said: &Said{
		ID: f.ID, Severity: f.Severity(), Confidence: f.Confidence, At: f.At, Summary: f.Summary,
		Update: f.Update, Packets: append([]uint64(nil), f.Packets...),
	}})
	if f.Confidence != diagnose.Certain {
		n.Said.Otherwise = f.Otherwise
	}
	b.told = append(b.told, n)
	b.bound()
}

// forget takes findings out.
func (b *Builder) forget(which func(*Said) bool) {
	kept := b.told[:0]
	for _, n := range b.told {
		switch {
		case n.gone:
		case which(n.Said):
			b.rows.remove(n)
		default:
			kept = append(kept, n)
		}
	}
	b.told = kept
}

// End adds how the flow ended.
func (b *Builder) End(r *flows.Record) {
	l := &b.l
	l.Flow, l.Client, l.Server, l.GuessedClient = r.Flow, r.Client, r.Server, r.GuessedClient
	l.Over, l.Outcome, l.StuckEnd, l.Gaps = true, r.Outcome, r.StuckEnd, r.Gaps
	l.HandshakeRTT = r.HandshakeRTT
	for side := range r.Ends {
		e := &r.Ends[side]
		l.ISN[side], l.FIN[side] = e.ISN, e.FIN
		if e.FirstFIN {
			l.FirstFIN = flows.Side(side)
		}
	}
	b.leave(r)
	if waiting(r) {
		b.pause(r.Ended, false)
	}
}

// waiting reports whether somebody still waited when the flow was over, so that
// the silence at its end is worth a row.
func waiting(r *flows.Record) bool {
	switch r.Outcome {
	case flows.Open, flows.Stuck, flows.HalfOpen, flows.Unanswered:
		return true
	}
	return false
}

// Ladder is what has been built. The builder may go on afterwards.
func (b *Builder) Ladder() *Ladder {
	l := b.l
	l.Rows = b.rows.rows()
	return &l
}
