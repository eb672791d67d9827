package diagnose

import (
	"fmt"

	"tcptrace/flows"
)

// opening looks at SYNs: those that nothing answers, and what they ask for.
func (m *moment) opening() {
	s, t := m.st.Segment, m.track
	if !s.Flags.Any(flows.SYN|flows.RST) && t.lacks == 0 && t.flow&waiting == 0 && m.st.HandshakeRTT == 0 {
		return
	}
	switch {
	case s.Flags.Has(flows.SYN | flows.RST):
	case s.Flags.Has(flows.SYN | flows.ACK):
		m.crossed()
		if m.st.From == flows.Server && !m.st.Notes.Has(flows.WrongAck) {
			m.granted()
			m.fastOpened()
		}
	case s.Flags.Has(flows.SYN):
		switch {
		case m.st.From == flows.Server:
			t.lacks = 0 // the SYNs cross: each asks for itself
		case !m.st.Notes.Has(flows.SYNOnConnection):
			m.asked()
		}
	case s.Flags.Has(flows.RST):
		m.refused()
	default:
		m.usedUngranted()
		m.selfConnected()
	}
	m.through()
}

// asked looks at a SYN of the client.
func (m *moment) asked() {
	if m.st.Notes.Has(flows.Retransmission) {
		if !m.copied() {
			m.askedAgain()
		}
		return
	}
	s, t := m.st.Segment, m.track
	t.lacks = asks(s)
	if s.Length > 0 {
		t.flow |= synData
	}
	if p := &m.st.Prior; p.Flow != 0 && p.States[flows.Server] != flows.Closed && p.States[flows.Server] != flows.Unknown {
		t.flow |= ontoOpen
	}
	if m.client() == m.server() || m.st.First().Packet != s.Packet {
		return // not the beginning of an attempt at a listener
	}
	m.e.listeners.enter(m)
	m.flood()
}

// crossed finds SYNs that crossed: an end that had sent its own answers the
// other's.
func (m *moment) crossed() {
	for i := range m.st.Transitions {
		t := &m.st.Transitions[i]
		if t.From != flows.SynSent || t.To != flows.SynReceived || m.client() == m.server() {
			continue
		}
		m.tell(Finding{ID: SimultaneousOpen, Confidence: Certain,
			Packets: []uint64{m.movedFrame(0), m.movedFrame(1), m.packet()},
			Summary: fmt.Sprintf("SYN(J) and SYN(K) crossed: the %v had sent its own SYN before this SYN-ACK", t.End)})
	}
}

// selfConnected finds a socket that has reached itself: one SYN is both, and
// goes through a simultaneous open (RFC 9293 §3.5).
func (m *moment) selfConnected() {
	if m.client() != m.server() {
		return
	}
	for i := range m.st.Transitions {
		if t := &m.st.Transitions[i]; t.To == flows.Established {
			m.tell(Finding{ID: SelfConnect, Confidence: Certain, At: Client,
				Packets: []uint64{m.st.First().Packet, m.movedFrame(0), m.packet()},
				Summary: fmt.Sprintf("%v is connected to itself: its SYN(J) met its own socket", m.client())})
		}
	}
}

// fastOpened looks at what became of the payload of a SYN (RFC 7413 §4.2).
func (m *moment) fastOpened() {
	t, j := m.track, m.st.ISN[flows.Client]
	if t.flow&synData == 0 || !j.Known {
		return
	}
	t.flow &^= synData
	f := Finding{ID: TFODataInSyn, Confidence: Certain, Packets: []uint64{m.movedFrame(flows.Client), m.packet()}}
	n := m.st.Segment.Ack.Sub(j.Seq) - 1
	switch {
	case n > 0:
		f.Summary = fmt.Sprintf("SYN(J) carries data, and ACK(J+%d) took %d octets of them: a round trip earlier than else", n+1, n)
	case m.syns(flows.Client) > 1:
		f.Summary = "SYN(J) with data had to be sent again before ACK(J+1) came, which took none of them"
	default:
		f.Summary = "SYN(J) carries data, ACK(J+1) took none of them: they are sent again after the handshake"
	}
	m.tell(f)
}

// through takes note of an attempt that is none any more: it came through, was
// refused, or proved that a real stack makes it.
func (m *moment) through() {
	if m.track.flow&waiting != 0 && (m.states[flows.Client] != flows.SynSent || m.syns(flows.Client) > 1) {
		m.e.listeners.settle(m)
	}
	if m.st.HandshakeRTT != 0 {
		m.passed()
	}
}

// passed takes note of the end of a handshake at the listener.
func (m *moment) passed() {
	l := m.listener()
	if l == nil {
		return
	}
	l.reached = true
	l.wave.pass(m.time)
	l.passed, l.passedFrame, l.passedFrom = m.time, m.packet(), addressOf(m.client().Addr())
	m.cookies()
}

// openingWaits is called when time has passed and nothing else happened.
func (m *moment) openingWaits() {
	m.flooded()
	m.stopped()
}

// openingLeft is called when the flow has ended.
func (m *moment) openingLeft() {
	if m.track.flow&waiting != 0 {
		m.flood()
	}
	m.flooded()
	m.stopped()
}
