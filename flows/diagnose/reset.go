package diagnose

import (
	"fmt"
	"time"

	"tcptrace/flows"
)

// resets looks at RSTs: who sent them, and why.
func (m *moment) resets() {
	switch s := m.st.Segment; {
	case m.st.Notes&(flows.BadFlags|flows.NoAckFlag) != 0:
		m.badFlags()
	case s.Flags.Has(flows.RST):
		m.wasReset()
	case m.story != nil && m.story.reset[m.st.From].n > 0:
		m.afterReset()
	}
}

// badFlags says which combination it was.
func (m *moment) badFlags() {
	s := m.st.Segment
	var what string
	switch control := s.Flags & (flows.SYN | flows.FIN | flows.RST | flows.PSH | flows.URG); {
	case s.Flags.Has(flows.SYN | flows.FIN):
		what = "SYN and FIN in one segment"
	case s.Flags.Has(flows.SYN | flows.RST):
		what = "SYN and RST in one segment"
	case control == 0 && s.Length == 0:
		what = "no flag at all (null scan)"
	case control == flows.FIN|flows.PSH|flows.URG:
		what = "FIN, PSH and URG without ACK (Xmas scan)"
	case s.Flags.Has(flows.FIN):
		what = "FIN without ACK"
	default:
		what = fmt.Sprintf("flags %v without SYN, RST and ACK, and %d bytes of payload", s.Flags, s.Length)
	}
	m.tell(Finding{ID: BadFlagCombo, Confidence: Certain, At: party(m.st.From), Packets: m.evidence(s.Packet),
		Summary: m.st.From.String() + " sends " + what + ", which no stack does"})
}

// wasReset is for a RST.
func (m *moment) wasReset() {
	from, t := m.st.From, m.track
	if m.client() == m.server() || m.st.Notes.Has(flows.BadChecksum) {
		return
	}
	if !m.sent(0).Spoke && !m.sent(1).Spoke {
		m.loneReset()
		return
	}
	before, lasted := m.stood(from)
	switch {
	case !m.sent(from).Spoke || !m.sent(from.Peer()).Spoke:
		return // of one direction nothing is known
	case before == flows.Closed && (m.story == nil || m.story.reset[from].n == 0):
		m.bothWays()
		return // what there is to say was said when the end closed
	case before == flows.FinWait1, before == flows.FinWait2:
		m.resetAfterFIN(before, lasted)
		return
	case before != flows.Established && before != flows.CloseWait && before != flows.Closed:
		return // while it opens, and when both ends have closed
	case m.finFrame(from) != 0:
		return
	}
	how := m.origin()
	story := m.open()
	suspect := story != nil && m.suspect(story, how)
	switch {
	case suspect || m.st.Notes.Has(flows.SuspectReset) || before == flows.Closed:
	case how == noSocket && story != nil && story.reset[from].odd && !t.has(HalfOpenAfterReboot):
		m.untranslated(from, &story.reset[from], 0)
	case how == abort && (before == flows.CloseWait || m.finFrame(from.Peer()) != 0):
		m.abortsInsteadOfFIN()
	case how == abort:
		m.aborts()
	case how == unclear && before == flows.Established:
		m.abortsBare()
	}
}

// stood is the state in which an end was before the step, and for how long.
func (m *moment) stood(side flows.Side) (flows.State, time.Duration) {
	for i := range m.st.Transitions {
		if tr := &m.st.Transitions[i]; tr.End == side {
			return tr.From, tr.After
		}
	}
	return m.states[side], m.time.Sub(m.since(side))
}

// loneReset is for a RST of a flow of which nothing else is known.
func (m *moment) loneReset() {
	s := m.st.Segment
	what := "that nobody sent here"
	if s.Flags.Has(flows.ACK) {
		what = "up to " + decimal(s.Ack) + " that nobody sent here"
	}
	n := m.facts(m.st.From).RSTs
	m.tell(Finding{ID: RstBackscatter, Confidence: Possible, At: Nobody, Packets: m.evidence(s.Packet), level: grade(int(n)),
		Summary:   decimal(n) + " RST from " + m.addr(m.st.From).String() + ", in answer to segments " + what,
		Otherwise: "the connection is older than the capture, or only this direction was captured"})
}

// What the time before a RST tells of its reason.
const (
	// used is how long payload must have been there to count as left unread: an
	// application that waits for it has read it by then.
	used = 10 * time.Millisecond
	// idle is how long nothing must have happened for a RST of the client to be
	// its way to drop a connection that it keeps for later.
	idle = 5 * time.Second
	// gaveUp is how long an end must have waited for an ACK for its RST to mean
	// that its stack gave up: the path is to blame, not the application.
	gaveUp = 3 * time.Second
)

// aborts is for an abort where neither end has closed.
func (m *moment) aborts() {
	s, from := m.st.Segment, m.st.From
	to, t := from.Peer(), m.track
	own, peer := m.facts(from), m.facts(to)
	if own.Unacknowledged() && m.time.Sub(own.Waits) >= gaveUp || t.marks[from]&probed != 0 {
		return
	}
	f := Finding{ID: RstAbortiveClose, Confidence: Likely, At: party(from), Packets: m.evidence(m.movedFrame(from), m.before(), s.Packet)}
	said, heard := m.sent(from).Data, m.sent(to).Data
	waits, lost := m.time.Sub(m.sent(to).Payload), uint32(0)
	if peer.Next.Known && s.Ack.Before(peer.Next.Seq) {
		lost = uint32(peer.Next.Seq.Sub(s.Ack))
	}
	unanswered := heard && (!said || m.sent(to).Payload > m.sent(from).Payload)
	f.Otherwise = "close() with unread input instead of SO_LINGER 0; nstat on " + from.String() + " decides"
	switch {
	case lost > 0:
		f.Summary = from.String() + " aborts by RST,ACK while " + decimal(lost) + " bytes of the " + to.String() + " are on their way to it"
	case m.st.GuessedClient:
		return
	case m.e.o.NoPayload:
		f.Confidence = Possible
		f.Summary = from.String() + " aborts by RST,ACK " + roughly(m.st.Quiet()) + " after the last segment that was kept"
	case !said && !heard:
		if from == flows.Client {
			return // a probe of the port: nobody wanted the connection
		}
		if s.Options.Present.Has(flows.HasTimestamps) {
			f.Confidence, f.Otherwise = Certain, ""
		}
		f.Summary = "server aborts by RST,ACK " + roughly(m.age(from)) + " after the handshake, before anybody sent payload"
	case unanswered && waits-own.RTT >= used && waits < idle && (from == flows.Server || !said):
		m.unread(waits, Likely)
		return
	case from == flows.Client && unanswered && said && waits >= idle:
		return
	case unanswered:
		f.Summary = from.String() + " aborts by RST,ACK " + roughly(waits) + " after the last payload of the " + to.String() + ", all acknowledged"
	default:
		f.Summary = from.String() + " aborts by RST,ACK " + roughly(m.time.Sub(m.sent(from).Payload)) + " after its own last payload"
	}
	if t.flow&begun == 0 {
		f.Confidence = Possible
	}
	m.tell(f)
}

// abortsBare is for a RST without ACK that answers nothing: some old stacks
// abort so, and most forgers.
func (m *moment) abortsBare() {
	s, from := m.st.Segment, m.st.From
	if s.Flags.Has(flows.ACK) || m.st.GuessedClient || !m.sent(0).Data && !m.sent(1).Data || m.finFrame(from.Peer()) != 0 ||
		from == flows.Client && m.st.Quiet() >= idle {
		return
	}
	m.tell(Finding{ID: RstAbortiveClose, Confidence: Possible, At: party(from), Packets: m.evidence(m.movedFrame(from), m.before(), s.Packet),
		Summary:   from.String() + " aborts by a RST without ACK, not as one without a socket does, " + roughly(m.st.Quiet()) + " after the last segment",
		Otherwise: "a forged RST: Linux aborts by RST,ACK; what the " + from.String() + " sends next, or a capture beside it, decides"})
}

// age is how long an end had been in its state when the step came.
func (m *moment) age(side flows.Side) time.Duration {
	_, lasted := m.stood(side)
	return lasted
}

// unread says that an end left payload unread; waits is how long ago that came.
func (m *moment) unread(waits time.Duration, c Confidence) {
	s, from, t := m.st.Segment, m.st.From, m.track
	if t.flow&begun == 0 {
		c = Possible
	}
	m.tell(Finding{ID: RstUnreadData, Confidence: c, At: party(from),
		Packets: m.evidence(m.sent(from.Peer()).Asked, m.before(), s.Packet),
		Summary: from.String() + " sends RST,ACK " + roughly(waits) + " after payload of the " + from.Peer().String() +
			" that it acknowledged and did not answer",
		Otherwise: "SO_LINGER 0 after all was read, or a listener closed before it accepted; " +
			"nstat TcpExtTCPAbortOnClose on the " + from.String() + " decides"})
}

// abortsInsteadOfFIN is for an abort where the peer has closed and a FIN was
// due. Clients and load balancers end connections so that have served their
// purpose; a server that owes an answer does not.
func (m *moment) abortsInsteadOfFIN() {
	from := m.st.From
	to := from.Peer()
	waits := m.time.Sub(m.sent(to).Payload)
	if from == flows.Client || m.st.GuessedClient || !m.sent(to).Data || waits-m.facts(from).RTT < used ||
		m.sent(from).Data && m.sent(to).Payload <= m.sent(from).Payload {
		return
	}
	c := Likely
	if waits >= idle {
		c = Possible // it may have waited for somebody else, and given up
	}
	m.unread(waits, c)
}

// rememberLast takes note of whether the segment, which a RST may answer, was of
// use to its receiver.
func (m *moment) rememberLast() {
	s, t, from := m.st.Segment, m.track, m.st.From
	t.flow &^= oddLast
	odd := m.st.Notes&(flows.OutOfWindow|flows.OldTimestamp) != 0
	if m.st.Notes.Has(flows.Retransmission) {
		f := m.facts(from)
		odd = odd || f.Una.Known && s.End().AtOrBefore(f.Una.Seq)
	}
	if odd && m.st.Quiet() < idle {
		t.flow |= oddLast
	}
}

// spokeLast reports whether the segment before this one was from an end.
func (m *moment) spokeLast(side flows.Side) bool {
	_, from := m.st.Before()
	return from == side
}

// before is the frame of the segment before this one.
func (m *moment) before() uint64 {
	before, _ := m.st.Before()
	return before.Packet
}
