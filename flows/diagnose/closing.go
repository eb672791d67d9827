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
	if t.has(HalfCloseInUse) || !m.sent(peer).Data || m.states[peer] != flows.CloseWait {
		return
	}
	sender := m.facts(peer)
	if m.sent(peer).Payload <= sender.Since || sender.Unacknowledged() {
		return
	}
	m.tell(Finding{ID: HalfCloseInUse, Confidence: Certain, Packets: m.evidence(m.finFrame(from), m.packet()),
		Summary: "the " + from.String() + " closed its direction with FIN(" + m.finLetter(from) + "), and takes what the " + peer.String() + " goes on sending"})
}

// countFIN counts the copies of a FIN; the first is only remembered, for most
// FINs come once.
func (m *moment) countFIN(from flows.Side) {
	s := m.st.Segment
	fin := s.Seq.Add(s.Length)
	if m.finFrame(from) == 0 || !m.st.Notes.Has(flows.Retransmission) {
		return
	}
	story := m.open()
	if story == nil {
		return
	}
	r := &story.fin[from]
	if r.n == 0 {
		r.again(fin, m.since(from), m.finFrame(from))
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
		m.tell(Finding{ID: SimultaneousClose, Confidence: Certain, Packets: m.evidence(m.finFrame(0), m.finFrame(1), m.packet()),
			Summary: "the FINs crossed: the " + t.End.String() + " goes through CLOSING to TIME_WAIT"})
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
