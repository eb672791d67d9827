package diagnose

import (
	"fmt"
	"time"

	"tcptrace/flows"
)

// closing looks at the FINs of a flow and at who waits for what.
func (m *moment) closing() {
	s, from := m.st.Segment, m.st.From
	if s.Flags.Has(flows.FIN) && !m.st.Notes.Has(flows.OutOfWindow) {
		m.countFIN(from)
	}
	for i := range m.st.Transitions {
		m.closed(&m.st.Transitions[i])
	}
	if m.states[from] == flows.FinWait2 && s.Flags.Has(flows.ACK) && !s.Flags.Has(flows.RST) {
		m.halfClose(from)
	}
	m.rearm()
}

// halfClose is for a segment of an end that has closed its direction: it takes
// what its peer goes on sending.
func (m *moment) halfClose(from flows.Side) {
	peer, t := from.Peer(), m.track
	if t.has(HalfCloseInUse) || t.marks[peer]&sentPayload == 0 || m.states[peer] != flows.CloseWait {
		return
	}
	sender := m.facts(peer)
	if t.payload[peer] <= sender.Since || sender.Unacknowledged() {
		return
	}
	m.tell(Finding{ID: HalfCloseInUse, Confidence: Certain, Packets: []uint64{t.fin[from], m.packet()},
		Summary: fmt.Sprintf("the %v closed its direction with FIN(%s), and takes what the %v goes on sending", from, m.finLetter(from), peer)})
}

// countFIN counts the copies of a FIN; the first is only remembered, for most
// FINs come once.
func (m *moment) countFIN(from flows.Side) {
	s, t := m.st.Segment, m.track
	fin := s.Seq.Add(s.Length)
	if t.fin[from] == 0 || !m.st.Notes.Has(flows.Retransmission) {
		return
	}
	story := m.open()
	if story == nil {
		return
	}
	r := &story.fin[from]
	if r.n == 0 {
		r.again(fin, m.facts(from).Since, t.fin[from])
	}
	r.again(fin, m.time, s.Packet)
	m.finAgain(from)
}

// A FIN that is sent twice is a lost packet. Sent lost times it is told, once
// its ACK has come; sent enough times, for so long, nobody is there to answer.
const (
	lost       = 3
	enough     = 5
	longEnough = 2 * time.Second
)

// finAgain says that a FIN is sent again and again.
func (m *moment) finAgain(from flows.Side) {
	r := &m.story.fin[from]
	id := unacknowledged(m.states[from])
	if id == 0 || r.n < enough || r.span() < longEnough {
		return
	}
	m.tell(Finding{ID: id, Confidence: Likely, At: Network, Packets: r.evidence(), level: grade(r.n),
		Summary: fmt.Sprintf("%v in %v: FIN(%s) sent %d times in %s without an answer; %s", from, m.states[from],
			m.finLetter(from), r.n, roughly(r.span()), m.kernel(from).orphanWords(r.span())),
		Otherwise: beside(from.Peer())})
}

// unacknowledged is the condition of an end that stays in a state in which its
// FIN waits for its ACK; 0 in all others.
func unacknowledged(s flows.State) ID {
	switch s {
	case flows.FinWait1:
		return StuckFinWait1
	case flows.LastAck:
		return StuckLastAck
	case flows.Closing:
		return StuckClosing
	}
	return 0
}

// beside says what decides whether the path or an end is at fault.
func beside(side flows.Side) string {
	return fmt.Sprintf("the %v itself is gone; a capture beside it decides", side)
}

// finLetter is M for the first FIN of a flow, N for the second.
func (m *moment) finLetter(side flows.Side) string {
	if m.facts(side).FirstFIN {
		return "M"
	}
	return "N"
}

// closed looks at one move of a connection that closes.
func (m *moment) closed(t *flows.Transition) {
	acked := t.From == flows.FinWait1 && t.To == flows.FinWait2 || t.From == flows.Closing && t.To == flows.TimeWait ||
		t.From == flows.LastAck && t.To == flows.Closed && t.Basis != flows.Timer
	if acked && !t.Correction && m.story != nil && m.story.fin[t.End].n >= lost && m.st.From == t.End.Peer() &&
		!m.st.Segment.Flags.Has(flows.RST) {
		r := &m.story.fin[t.End]
		m.tell(Finding{ID: FinRetransmitted, Confidence: Certain, At: Network, Packets: append(r.evidence(), m.packet()), level: grade(r.n),
			Replaces: []ID{StuckFinWait1, StuckLastAck, StuckClosing},
			Summary:  fmt.Sprintf("FIN(%s) of the %v sent %d times in %s before its ACK came", m.finLetter(t.End), t.End, r.n, roughly(r.span()))})
	}
	if t.To == flows.Closing && !t.Correction {
		m.tell(Finding{ID: SimultaneousClose, Confidence: Certain, Packets: []uint64{m.track.fin[0], m.track.fin[1], m.packet()},
			Summary: fmt.Sprintf("the FINs crossed: the %v goes through CLOSING to TIME_WAIT", t.End)})
	}
}

// waitsFor is how long an end may be in a state before that is remarkable; 0:
// for ever.
func (m *moment) waitsFor(side flows.Side) time.Duration {
	if m.last() < m.clockSince {
		return 0 // what the clock has told since is no time of this flow
	}
	switch m.states[side] {
	case flows.CloseWait, flows.FinWait1, flows.LastAck, flows.Closing:
		return m.e.o.Stuck
	case flows.FinWait2:
		// Linux ends an orphan by itself, and without a packet.
		return max(m.e.o.Stuck, m.kernel(side).FinTimeout) + m.e.o.Stuck/2
	case flows.SynReceived:
		// The request is dropped after its last retry: what is longer is remarkable.
		return max(m.e.o.Stuck, m.kernel(side).synAckLasts())
	}
	return 0
}

// clock is since when an end has been waiting: since it entered its state, or
// since payload passed, which says that the two still work.
func (m *moment) clock(side flows.Side) flows.Time {
	since := max(m.facts(side).Since, m.clockSince)
	for end, at := range m.track.payload {
		if m.track.marks[end]&sentPayload != 0 {
			since = max(since, at)
		}
	}
	return since
}

// rearm asks to be woken when an end will have waited too long.
func (m *moment) rearm() {
	if len(m.st.Transitions) == 0 {
		return
	}
	for side := range flows.Side(2) {
		if limit := m.waitsFor(side); limit > 0 {
			m.wake(m.clock(side).Add(limit))
		}
	}
}

// closingWaits is called when time has passed and nothing else happened.
func (m *moment) closingWaits() {
	for side := range flows.Side(2) {
		limit := m.waitsFor(side)
		if limit == 0 {
			continue
		}
		waited := m.time.Sub(m.clock(side))
		if waited < limit {
			m.wake(m.clock(side).Add(limit))
			continue
		}
		m.stuck(side, waited, fmt.Sprintf("in %v for %s", m.states[side], roughly(waited)))
		if next := nextLook(waited); next > 0 && m.states[side] == flows.CloseWait {
			m.wake(m.clock(side).Add(next))
		}
	}
}

// looks are the times after which a state that lasts is told again.
var looks = [...]time.Duration{5 * time.Minute, time.Hour, 24 * time.Hour}

func nextLook(waited time.Duration) time.Duration {
	for _, at := range looks {
		if waited < at {
			return at
		}
	}
	return 0
}

// remarkable is how long an end must have waited when the capture ends, to be
// told although its limit has not come: 10 s where that is a minute.
func (e *Engine) remarkable() time.Duration { return e.o.Stuck / 6 }

// closingLeft says in which state the ends were left when the capture ended.
func (m *moment) closingLeft() {
	if m.rec.Outcome == flows.Reused {
		return
	}
	for side := range flows.Side(2) {
		m.leftRepeating(side)
		limit := m.waitsFor(side)
		waited := m.time.Sub(m.clock(side))
		early := m.e.remarkable()
		if m.states[side] == flows.FinWait2 {
			early = limit // it may well be an orphan: nobody holds it
		}
		if limit > 0 && waited >= min(limit, early) {
			m.stuck(side, waited, fmt.Sprintf("still in %v when the %s ended, %s", m.states[side], m.ending(), roughly(waited)))
		}
	}
}

// leftRepeating is for an end that had sent its FIN again, but not often, when
// the capture ended.
func (m *moment) leftRepeating(side flows.Side) {
	if m.story == nil || unacknowledged(m.states[side]) == 0 {
		return
	}
	if r := &m.story.fin[side]; r.n >= lost {
		m.tell(Finding{ID: FinRetransmitted, Confidence: Possible, At: Network, Packets: r.evidence(),
			Summary: fmt.Sprintf("%v in %v when the %s ended: FIN(%s) sent %d times in %s without an answer", side,
				m.states[side], m.ending(), m.finLetter(side), r.n, roughly(r.span())),
			Otherwise: "its ACK would have come a moment later"})
	}
}

func (m *moment) ending() string {
	if m.e.o.Live {
		return "trace"
	}
	return "capture"
}

// stuck says that an end has been in its state for long.
func (m *moment) stuck(side flows.Side, waited time.Duration, how string) {
	peer := side.Peer()
	f := Finding{At: party(side), Confidence: Certain, Packets: []uint64{m.track.fin[peer], m.track.moved[side]}, level: 2 + 2*lookLevel(waited)}
	if m.rec != nil && !m.e.o.Live && waited > m.waitsFor(side)*3/2 {
		f.level++ // how long it was when the capture ended
	}
	if waited < m.waitsFor(side) {
		f.Confidence, f.level = Possible, 0
	}
	switch m.states[side] {
	case flows.CloseWait:
		f.ID = StuckCloseWait
		f.Summary = fmt.Sprintf("%v %s: it acknowledged FIN(%s) and has not closed", side, how, m.finLetter(peer))
		f.Otherwise = fmt.Sprintf("the %v's application still works on its answer to a half-close", side)
	case flows.FinWait2:
		f.ID, f.At, f.Confidence, f.level = StuckFinWait2, party(peer), Possible, 0
		f.Otherwise = fmt.Sprintf("an orphan, which is gone without a packet; ss -tanp on the %v decides", side)
		f.Packets = []uint64{m.track.fin[side], m.track.moved[side]}
		f.Summary = fmt.Sprintf("%v %s: FIN(%s) was acknowledged, the %v's does not come; %s",
			side, how, m.finLetter(side), peer, m.kernel(side).finWait2Words(waited))
	case flows.FinWait1, flows.LastAck, flows.Closing:
		m.stuckUnacknowledged(side, waited, how, f)
		return
	case flows.SynReceived:
		f.ID, f.At, f.Confidence, f.level = StuckSynReceived, party(peer), min(f.Confidence, Likely), 0
		f.Packets = []uint64{m.track.moved[side]}
		f.Summary = fmt.Sprintf("%v %s: the ACK of its SYN(K) does not come; Linux drops such a request after %s (tcp_synack_retries, %s)",
			side, how, roughly(m.kernel(side).synAckLasts()), m.kernel(side).of())
		f.Otherwise = "the SYN-ACK, or the ACK, is lost on the way; a capture beside the client decides"
	default:
		return
	}
	m.tell(f)
}

// stuckUnacknowledged is for an end whose FIN is not acknowledged.
func (m *moment) stuckUnacknowledged(side flows.Side, waited time.Duration, how string, f Finding) {
	f.ID = unacknowledged(m.states[side])
	f.At = Network
	f.Confidence = min(f.Confidence, Likely)
	f.Packets = []uint64{m.track.fin[side]}
	if m.story != nil && m.story.fin[side].n > 0 {
		f.Packets = m.story.fin[side].evidence()
	}
	f.Summary = fmt.Sprintf("%v %s: its FIN(%s) has not been acknowledged", side, how, m.finLetter(side))
	if m.story != nil && m.story.fin[side].n >= enough && m.rec != nil {
		r := &m.story.fin[side]
		f.level = grade(r.n) + 1
		f.Summary = fmt.Sprintf("%v %s: FIN(%s) sent %d times in %s without an answer; %s", side, how, m.finLetter(side), r.n,
			roughly(r.span()), m.kernel(side).orphanWords(waited))
	}
	f.Otherwise = beside(side.Peer())
	m.tell(f)
}

func lookLevel(waited time.Duration) (n uint8) {
	for _, at := range looks {
		if waited >= at {
			n++
		}
	}
	return n
}

// grade turns how often something was sent into a level: it rises with each
// doubling, and leaves room for what is told in the end.
func grade(n int) (level uint8) {
	for ; n > 1; n /= 2 {
		level += 4
	}
	return level
}

// finally is a grade that rises when the flow has ended, if what was sent was
// sent more often since it was told last.
func (m *moment) finally(n int) uint8 {
	const few = 8
	if m.rec != nil && n > few && n&(n-1) != 0 {
		return grade(n) + 1
	}
	return grade(n)
}
