package diagnose

import (
	"fmt"

	"tcptrace/flows"
)

// attempted is for a SYN with another ISN on a connection that is open: its
// sender has forgotten that one, or the SYN is forged. The answers decide (RFC
// 9293 §3.5.1, RFC 5961 §4.2).
func (m *moment) attempted() {
	if m.open() == nil {
		return
	}
	m.story.attempt = [2]uint64{m.packet(), 0}
	m.story.opener = m.st.From
}

// lostState is for a RST of an end that knows nothing of a connection in which
// nobody has closed.
func (m *moment) lostState() {
	s, from := m.st.Segment, m.st.From
	after, open := m.aborted(from.Peer())
	if !open || s.Flags.Has(flows.ACK) || s.Window != 0 || !m.ownTTL() {
		return
	}
	if m.story != nil && m.story.attempt[1] != 0 && m.story.opener == from {
		m.tell(Finding{ID: HalfOpenAfterReboot, Confidence: Certain, At: party(from),
			Packets: []uint64{m.story.attempt[0], m.story.attempt[1], s.Packet},
			Summary: fmt.Sprintf("%v opens anew on a connection that the %v still has: a challenge ACK, and RST: the %[1]v has forgotten it",
				from, from.Peer())})
		return
	}
	if !m.answersPayload(from) {
		return
	}
	f := Finding{ID: HalfOpenAfterReboot, Confidence: Likely, At: party(from),
		Packets: []uint64{m.movedFrame(from), m.sent(from.Peer()).Asked, s.Packet},
		Summary: fmt.Sprintf("payload of the %v gets a RST without ACK, as from no socket, and no FIN before: the %v has forgotten the connection",
			from.Peer(), from),
		Otherwise: fmt.Sprintf("a NAT that lost its entry, or a FIN of the %v that was not captured; the log of the %[1]v decides", from),
	}
	if from == flows.Server && m.onlyAnswered() && after < late { // it may never have had the connection
		f.Confidence = Possible
		f.Otherwise = "a request that had expired, a listener that was closed, or a middlebox; the log of server decides"
	}
	m.tell(f)
}

// answersPayload reports whether a RST can only answer payload that its sender
// has not acknowledged. After a long silence a NAT that has forgotten the
// connection is as good an explanation; another rule tells that.
func (m *moment) answersPayload(from flows.Side) bool {
	t, peer := m.track, from.Peer()
	una, sender := m.facts(from).Una, m.facts(peer)
	switch {
	case !m.sent(peer).Data, t.marks[peer]&afterIdle != 0, !sender.Unacknowledged():
		return false
	case m.facts(from).RSTs > 1, m.st.Gaps():
		return false // it has aborted before, or closed unseen
	}
	return una.Known && una.Seq == m.st.Segment.Seq && m.time.Sub(m.sent(peer).Payload) <= m.promptly(from)
}
