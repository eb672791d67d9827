package diagnose

import "tcptrace/flows"

// accepting looks at SYN-ACKs, and at servers that do not take what was opened.
func (m *moment) accepting() {
	s, from := m.st.Segment, m.st.From
	switch {
	case s.Flags.Has(flows.SYN | flows.ACK):
		if from == flows.Server {
			m.answered()
		}
	case s.Flags.Has(flows.RST):
		if from == flows.Server {
			m.abortedAccept()
		} else {
			m.refusedSYNACK()
		}
	case s.Flags.Has(flows.SYN):
		if from == flows.Client && m.st.Notes.Has(flows.Retransmission) {
			m.synAckLost()
		}
	case s.Length > 0 && m.st.Notes.Has(flows.Retransmission) && from == flows.Client:
		m.unheard()
	case m.story != nil && m.story.after.n == 1 && m.time.Sub(m.story.after.last) > m.promptly(flows.Server):
		m.refusedOnce() // neither a RST nor anything else has answered the ACK
	}
}

// acceptingLeft is called when the flow has ended: other flows of the listener
// may have shown meanwhile what this one only hints at.
func (m *moment) acceptingLeft() {
	if m.story == nil {
		return
	}
	if m.story.after.n == 1 {
		m.refusedOnce()
	}
	m.phantom()
	m.challengedBySYN()
}

// answered looks at a SYN-ACK of the server.
func (m *moment) answered() {
	switch {
	case m.st.Notes.Has(flows.WrongAck):
		m.wrongAck()
	case m.states[flows.Server] != flows.SynReceived:
	case m.isnChanged():
		m.newISN()
	case !m.st.Notes.Has(flows.Retransmission) || m.open() == nil:
	case m.states[flows.Client] == flows.SynSent:
		m.synAckAgain()
	case m.states[flows.Client] != flows.Unknown && m.states[flows.Client] != flows.Closed:
		m.synAckAfterACK()
	}
}

// onlyAnswered reports whether the segments of the server so far were SYN-ACKs and RSTs
// and nothing else: nothing shows that it ever had a socket.
func (m *moment) onlyAnswered() bool {
	server := m.facts(flows.Server)
	return server.SYNs > 0 && server.Packets == uint64(server.SYNs)+uint64(server.RSTs)
}
