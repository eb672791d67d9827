package diagnose

import (
	"fmt"
	"time"

	"tcptrace/flows"
)

// waitsFor is how long an end may be in a state before that is remarkable; 0:
// for ever.
func (m *moment) waitsFor(side flows.Side) time.Duration {
	if m.last() < m.clockSince {
		return 0 // what the clock has told since is no time of this flow
	}
	if m.mayHaveClosed(side) {
		return 0
	}
	switch m.states[side] {
	case flows.CloseWait, flows.FinWait1, flows.LastAck, flows.Closing:
		return m.e.o.Stuck
	case flows.FinWait2:
		if m.here(side) {
			return m.e.o.Stuck // whether it is an orphan can be asked then
		}
		// Linux ends an orphan by itself, and without a packet.
		return max(m.e.o.Stuck, m.kernel(side).FinTimeout) + m.e.o.Stuck/2
	case flows.SynReceived:
		// The request is dropped after its last retry: what is longer is remarkable.
		return max(m.e.o.Stuck, m.kernel(side).synAckLasts())
	}
	return 0
}

// mayHaveClosed reports whether the FIN that is missed may lie before the
// capture, which began midway: whoever should send it has sent no payload since.
func (m *moment) mayHaveClosed(side flows.Side) bool {
	late := side
	switch m.states[side] {
	case flows.CloseWait:
	case flows.FinWait2:
		late = side.Peer()
	default:
		return false
	}
	return m.track.flow&begun == 0 && m.facts(side).Basis != flows.Kernel && m.facts(late).Bytes == 0
}

// clock is since when an end has been waiting: since it entered its state, or
// since payload passed, which says that the two still work.
func (m *moment) clock(side flows.Side) flows.Time {
	since := max(m.since(side), m.clockSince)
	for end := range flows.Side(2) {
		if at, any := m.payload(end); any {
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
	if m.states == [2]flows.State{flows.Established, flows.Established} && m.story == nil {
		m.st.Wake = 0 // the handshake is over: nothing is waited for any more
	}
	for side := range flows.Side(2) {
		if !mayWait(m.states[side]) {
			continue
		}
		if limit := m.waitsFor(side); limit > 0 {
			m.wake(m.clock(side).Add(limit))
		}
	}
}

// mayWait reports whether waitsFor may set a limit to a state.
func mayWait(s flows.State) bool {
	return s == flows.SynReceived || s >= flows.FinWait1 && s <= flows.LastAck
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
		m.stuck(side, waited, fmt.Sprintf("in %v for %s%s", m.states[side], m.atLeast(side), roughly(waited)))
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
		if !mayWait(m.states[side]) {
			continue
		}
		limit := m.waitsFor(side)
		waited := m.time.Sub(m.clock(side))
		early := m.e.remarkable()
		if m.states[side] == flows.FinWait2 {
			early = limit // it may well be an orphan: nobody holds it
		}
		if limit > 0 && waited >= min(limit, early) {
			m.stuck(side, waited, fmt.Sprintf("still in %v when the %s ended, %s%s", m.states[side], m.ending(), m.atLeast(side), roughly(waited)))
		}
	}
}

func (m *moment) ending() string {
	if m.e.o.Live {
		return "trace"
	}
	return "capture"
}

// atLeast qualifies how long a state has lasted that a kernel told: it does not
// say when the state began.
func (m *moment) atLeast(side flows.Side) string {
	if m.facts(side).Basis == flows.Kernel {
		return "at least "
	}
	return ""
}

// finName is FIN(M) or FIN(N), or a FIN that was not seen.
func (m *moment) finName(side flows.Side) string {
	if m.finFrame(side) == 0 {
		return "a FIN"
	}
	return "FIN(" + m.finLetter(side) + ")"
}

// stuck says that an end has been in its state for long.
func (m *moment) stuck(side flows.Side, waited time.Duration, how string) {
	peer := side.Peer()
	f := Finding{At: party(side), Confidence: Certain, Packets: []uint64{m.finFrame(peer), m.movedFrame(side)}, level: 2 + 2*lookLevel(waited)}
	if m.rec != nil && !m.e.o.Live && waited > m.waitsFor(side)*3/2 {
		f.level++ // how long it was when the capture ended
	}
	if waited < m.waitsFor(side) {
		f.Confidence, f.level = Possible, 0
	}
	switch m.states[side] {
	case flows.CloseWait:
		f.ID = StuckCloseWait
		f.Summary = fmt.Sprintf("%v %s: it acknowledged %s and has not closed", side, how, m.finName(peer))
		f.Otherwise = fmt.Sprintf("the %v's application still works on its answer to a half-close", side)
	case flows.FinWait2:
		m.stuckFinWait2(side, waited, how)
		return
	case flows.FinWait1, flows.LastAck, flows.Closing:
		m.stuckUnacknowledged(side, waited, how, f)
		return
	case flows.SynReceived:
		f.ID, f.At, f.Confidence, f.level = StuckSynReceived, party(peer), min(f.Confidence, Likely), 0
		f.Packets = []uint64{m.movedFrame(side)}
		f.Summary = fmt.Sprintf("%v %s: the ACK of its SYN(K) does not come; Linux drops such a request after %s (tcp_synack_retries, %s)",
			side, how, roughly(m.kernel(side).synAckLasts()), m.kernel(side).of())
		f.Otherwise = "the SYN-ACK, or the ACK, is lost on the way; a capture beside the client decides"
	default:
		return
	}
	m.tell(f)
}

// stuckFinWait2 is for an end whose FIN was acknowledged, and whose peer does
// not close. It is told once.
func (m *moment) stuckFinWait2(side flows.Side, waited time.Duration, how string) {
	peer := side.Peer()
	f := Finding{ID: StuckFinWait2, At: party(peer), Confidence: Possible, Packets: []uint64{m.finFrame(side), m.movedFrame(side)},
		Otherwise: fmt.Sprintf("an orphan, which is gone without a packet; ss -tanp on the %v decides", side)}
	after := m.kernel(side).finWait2Words(waited)
	if m.here(side) {
		if !m.owned(side) {
			return // an orphan: the kernel ends it in its time
		}
		f.Confidence, f.Otherwise = Certain, ""
		after = "no timer ends a socket that is held"
	}
	f.Summary = fmt.Sprintf("%v %s: %s was acknowledged, the %v's does not come; %s", side, how, m.finName(side), peer, after)
	m.tell(f)
}

// stuckUnacknowledged is for an end whose FIN is not acknowledged.
func (m *moment) stuckUnacknowledged(side flows.Side, waited time.Duration, how string, f Finding) {
	f.ID = unacknowledged(m.states[side])
	f.At = Network
	f.Confidence = min(f.Confidence, Likely)
	f.Packets = []uint64{m.finFrame(side)}
	if m.story != nil && m.story.fin[side].n > 0 {
		f.Packets = m.story.fin[side].evidence()
	}
	f.Summary = fmt.Sprintf("%v %s: %s of its own has not been acknowledged", side, how, m.finName(side))
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
