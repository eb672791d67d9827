package diagnose

import (
	"fmt"

	"tcptrace/flows"
)

// refused finds the RST that answers a SYN. The state machine has made sure
// that it acknowledges the SYN (RFC 9293 §3.10.7.3, second).
func (m *moment) refused() {
	if m.st.From != flows.Server || m.syns(flows.Server) > 0 {
		return
	}
	for i := range m.st.Transitions {
		t := &m.st.Transitions[i]
		if t.End == flows.Client && t.From == flows.SynSent && t.To == flows.Closed {
			m.refusedBy()
			return
		}
	}
}

// another is by how many hops two packets must differ for their senders to
// differ: routes change by one or two.
const another = 3

// refusedBy asks who refuses: the server's host, or somebody at another
// distance who speaks in its name.
func (m *moment) refusedBy() {
	s := m.st.Segment
	f := Finding{ID: ConnectionRefused, At: Server, Confidence: Certain,
		Packets: []uint64{m.movedFrame(flows.Client), s.Packet},
		Summary: fmt.Sprintf("SYN(J) answered by RST,ACK(J+1) with window %d after %s", s.Window, roughly(m.st.Quiet()))}
	if m.track.flow&ontoOpen != 0 {
		f.Confidence = Possible
		f.Otherwise = "the server still had the last connection of these ports and dropped it with this RST; the next SYN decides"
	}
	ttl, own := m.usualTTL()
	if apart := int(s.TTL) - int(ttl); ttl != 0 && s.TTL != 0 && (apart >= another || apart <= -another) {
		f.ID, f.At, f.Confidence = RefusedByFirewall, Network, Possible
		f.Otherwise = "another port of this address may lead to another host; a capture at the server decides"
		if own {
			f.Confidence = Likely
			f.Otherwise = "the route or the server's host changed; a capture at the server decides: the SYN does not reach it"
		}
		f.Summary = fmt.Sprintf("SYN(J) answered by RST,ACK(J+1) with TTL %d, the server's SYN-ACKs come with TTL %d", s.TTL, ttl)
	}
	m.tell(f)
}

// usualTTL is that of the listener's SYN-ACKs, or else of those of its host's
// other listeners; 0 if none was seen.
func (m *moment) usualTTL() (ttl uint8, own bool) {
	if l := m.listener(); l != nil && l.ttl != 0 {
		return l.ttl, true
	}
	return m.e.listeners.hosts.at(addressOf(m.server().Addr())).ttl, false
}
