package diagnose

import (
	"fmt"
	"time"

	"tcptrace/flows"
)

// synAckAgain counts the SYN-ACKs that came before any ACK of them.
func (m *moment) synAckAgain() {
	r := &m.story.synAck
	if r.n == 0 {
		r.again(m.st.Segment.Seq, m.since(flows.Server), m.movedFrame(flows.Server))
	}
	r.again(m.st.Segment.Seq, m.time, m.packet())
}

// deaf is how long a client must have gone on with its SYN while SYN-ACKs
// passed: more than a long path, or two lost packets, would explain.
const deaf = 2500 * time.Millisecond

// synAckLost is for a SYN that comes again: if SYN-ACKs have passed all the
// while, they do not reach the client.
func (m *moment) synAckLost() {
	if m.story == nil || m.states != [2]flows.State{flows.SynSent, flows.SynReceived} {
		return
	}
	r := &m.story.synAck
	if r.n < 3 || m.time.Sub(r.first) < deaf {
		return
	}
	syns, synAcks := m.syns(flows.Client), m.syns(flows.Server)
	f := Finding{ID: SynAckLost, Confidence: Likely, At: Network, level: grade(int(syns)),
		Packets: append([]uint64{m.movedFrame(flows.Client), m.packet()}, r.frames[:min(r.n, maxEvidence-2)]...),
		Summary: fmt.Sprintf("SYN(J) sent %d times in %s, and SYN-ACKs passed %d times: they do not reach the client",
			syns, roughly(m.time.Sub(m.st.First().Time)), synAcks),
		Otherwise: "dropped by a filter of the client's own host, if this was captured beside the client",
	}
	if r.n >= enough {
		f.Confidence = Certain
		f.level++
	}
	m.tell(f)
}

// isnChanged reports whether a SYN-ACK answers the same SYN with another ISN:
// the flow table then closes the server's end and opens it again.
func (m *moment) isnChanged() bool {
	for i := range m.st.Transitions {
		if t := &m.st.Transitions[i]; t.End == flows.Server && t.To == flows.Closed {
			return true
		}
	}
	return false
}

// newISN is for a SYN-ACK with another K for the same J.
func (m *moment) newISN() {
	var held time.Duration // how long the first K is known to have been held
	for i := range m.st.Transitions {
		held += m.st.Transitions[i].After
	}
	k := m.kernel(flows.Server)
	f := Finding{ID: ISNChangedMidway, Confidence: Likely, At: Server,
		Packets: []uint64{m.movedFrame(flows.Client), m.movedFrame(flows.Server), m.packet()}}
	if held >= k.synAckLasts()-time.Second {
		f.Summary = fmt.Sprintf("SYN(J) is answered with another K %s after the first: the request had expired, as on Linux after %s (%s)",
			roughly(held), roughly(k.synAckLasts()), k.of())
		f.Otherwise = "two servers behind one address; TTL and IP ID of both SYN-ACKs decide"
	} else {
		f.Summary = fmt.Sprintf("SYN(J) is answered with another K %s after the first: too soon for a request that expired (%s on Linux)",
			roughly(held), roughly(k.synAckLasts()))
		f.Otherwise = "two servers behind one address, a restart, a full SYN queue, or SYN cookies; nstat -az TcpExtSyncookiesSent decides"
	}
	m.tell(f)
}

// wrongAck is for a SYN-ACK that acknowledges another number than J+1: RFC 9293
// §3.10.7.3 (first) has the client answer with a RST of that number.
func (m *moment) wrongAck() {
	if m.states[flows.Client] != flows.SynSent || m.open() == nil {
		return
	}
	r := &m.story.badAck
	r.again(m.st.Segment.Ack, m.time, m.packet())
	if r.n >= 2 {
		m.tellBadAck(Likely, m.st.Label.Ack)
	}
}

func (m *moment) tellBadAck(c Confidence, ack flows.Name) {
	what, _ := ack.AppendText(nil)
	m.tell(Finding{ID: SynAckBadAck, Confidence: c, At: Server,
		Packets:   append([]uint64{m.movedFrame(flows.Client), m.packet()}, m.story.badAck.evidence()...),
		Summary:   fmt.Sprintf("the SYN-ACK acknowledges %s where J+1 is due: it answers a SYN that this client has not sent", what),
		Otherwise: "a middlebox or a forger; the TTL and the IP ID of that SYN-ACK decide",
	})
}

// refusedSYNACK is for a RST of the client that answers a SYN-ACK: one with
// another number than it waits for, or one that it never asked for.
func (m *moment) refusedSYNACK() {
	s := m.st.Segment
	if s.Flags.Has(flows.ACK) {
		return
	}
	if m.story != nil && m.story.badAck.n > 0 && m.story.badAck.seq == s.Seq {
		m.tellBadAck(Certain, m.st.Label.Seq)
		return
	}
	client, isn := m.facts(flows.Client), m.st.ISN[flows.Client]
	if client.Packets != uint64(client.RSTs) || !isn.Known || s.Seq != isn.Seq.Add(1) || !m.onlyAnswered() {
		return
	}
	m.tell(Finding{ID: GhostSynAck, Confidence: Certain, At: Nobody,
		Packets:   []uint64{m.movedFrame(flows.Server), s.Packet},
		Summary:   "a SYN-ACK without any SYN, answered by RST: its receiver has not asked for it",
		Otherwise: "its SYN took another path or came before the capture, and the client had given up",
	})
}
