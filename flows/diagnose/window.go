package diagnose

import (
	"fmt"
	"time"

	"tcptrace/flows"
)

// window looks at whether a segment closes or opens the window of its sender.
func (m *moment) window(from flows.Side) {
	s := m.st.Segment
	if m.st.Notes.Has(flows.ZeroWindow) {
		story := m.open()
		if story == nil {
			return
		}
		z := &story.closed[from]
		z.again(0, m.time, s.Packet)
		if z.n == 1 {
			story.asks[from.Peer()] = 0
			m.wake(m.time.Add(m.e.o.Stuck / 2))
			return
		}
		m.stalled(from, m.e.o.Stuck/2)
		return
	}
	if m.story != nil && m.story.closed[from].n > 0 {
		m.story.closed[from] = repeat{}
	}
}

// windowWaits looks at the windows that are still closed.
func (m *moment) windowWaits() {
	if m.story == nil {
		return
	}
	for side := range flows.Side(2) {
		if z := &m.story.closed[side]; z.n > 0 {
			m.stalled(side, m.e.o.Stuck/2)
			m.wake(z.first.Add(m.nextStall(m.time.Sub(z.first))))
		}
	}
}

// nextStall is after which time a window that stays closed is looked at again.
func (m *moment) nextStall(waited time.Duration) time.Duration {
	for _, at := range [...]time.Duration{m.e.o.Stuck / 2, m.e.o.Stuck} {
		if waited < at {
			return at
		}
	}
	return nextLook(waited)
}

// windowLeft says that a window was closed when the capture ended.
func (m *moment) windowLeft(side flows.Side) {
	if m.story.closed[side].n > 0 {
		m.stalled(side, m.e.remarkable())
	}
}

const (
	// stillClosed is how often a window must be told to be 0: a receiver that
	// makes room within a few probes is only slow.
	stillClosed = 3
	// asksEnough is how often its peer must have asked: who has nothing to send
	// does not ask, and then nothing stalls.
	asksEnough = 2
)

// stalled says that a window has been closed for at least so long while its
// peer wants to send.
func (m *moment) stalled(side flows.Side, least time.Duration) {
	z, asks := &m.story.closed[side], m.story.asks[side.Peer()]
	waited := m.time.Sub(z.first)
	if waited < least || z.n < stillClosed || asks < asksEnough || m.over() {
		return
	}
	f := Finding{ID: ZeroWindowStall, Confidence: Certain, At: party(side), Packets: z.evidence(), level: 2 + lookLevel(waited)}
	f.Summary = fmt.Sprintf("%v keeps its window at 0 for %s: its application does not read; the %v asked %d times, %d answers say 0",
		side, roughly(waited), side.Peer(), asks, z.n-1)
	if waited < m.e.o.Stuck {
		f.Confidence, f.level = Likely, 1
		f.Otherwise = fmt.Sprintf("an application of the %v that is slow, or holds back on purpose; a window that opens within %s decides",
			side, roughly(m.e.o.Stuck))
	}
	if waited < m.e.o.Stuck/2 {
		f.Confidence, f.level = Possible, 0
	}
	m.tell(f)
}

// over reports whether an end is closed, or only waits for the other's last
// segments: nothing stalls then.
func (m *moment) over() bool {
	for _, state := range m.states {
		if state == flows.Closed || state == flows.TimeWait {
			return true
		}
	}
	return false
}
