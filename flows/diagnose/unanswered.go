package diagnose

import (
	"fmt"
	"time"

	"tcptrace/flows"
)

// patience is how long a SYN must have been without an answer for that to be
// more than a lost packet or two: all systems have sent it three times by then.
const patience = 2900 * time.Millisecond

// nearby is how long before an attempt somebody must have got through for its
// server to be thought alive then.
const nearby = 5 * time.Second

// askedAgain counts the copies of a SYN; the first is only remembered.
func (m *moment) askedAgain() {
	s, t := m.st.Segment, m.track
	t.lacks &= asks(s) // some stacks ask for less after a while
	story := m.open()
	if story == nil {
		return
	}
	r := &story.syn
	if r.n == 0 || r.seq != s.Seq {
		r.again(s.Seq, m.since(flows.Client), m.movedFrame(flows.Client))
	}
	r.again(s.Seq, m.time, s.Packet)
	if !m.silent() {
		return
	}
	m.unanswered(false)
	m.wake(r.last.Add(m.kernel(flows.Client).synOverdue(r.n, r.span())))
}

// silent reports whether the client has sent SYNs and nothing came back.
func (m *moment) silent() bool {
	return m.states[flows.Client] == flows.SynSent && m.packets(flows.Server) == 0 && m.client() != m.server()
}

// unanswered says that the SYN is sent again and again. Whose fault it is the
// packets do not tell, unless others came through at the same time.
func (m *moment) unanswered(stopped bool) {
	r, k := &m.story.syn, m.kernel(flows.Client)
	if r.n < 3 || m.rec == nil && m.time.Sub(r.first) < patience {
		return
	}
	f := Finding{ID: SynNoAnswer, At: Network, Confidence: Likely, Packets: r.evidence(), level: 1 + grade(r.n/2)}
	if r.n < enough && !stopped {
		f.Confidence, f.level = Possible, 1
	}
	if r.n >= k.synSends() {
		f.level++ // the last one
	}
	how := k.synWords(r.n, r.span())
	if m.facts(flows.Client).Basis == flows.Kernel {
		how = "it had begun before the trace"
	}
	if stopped {
		f.level = 200 // worse than any count: it is over
		how = "then it stopped" + k.synLeft(r.n, r.span())
	}
	f.Summary = fmt.Sprintf("SYN(J) sent %d times in %s, nothing came back; %s", r.n, roughly(r.span()), how)
	f.Otherwise = "a filter, a dead host or a full accept queue look alike; a capture at the server decides"
	m.tell(m.besides(r, f))
}

// besides makes more of unanswered SYNs if another connection of the same
// client to the same listener came through meanwhile: path and host work then.
// Others that came through prove less, for filters tell clients apart.
func (m *moment) besides(r *repeat, f Finding) Finding {
	if m.full() {
		f.ID, f.At, f.Confidence, f.Otherwise = AcceptQueueSynDrop, Server, Certain, ""
		f.Summary = fmt.Sprintf("SYN(J) sent %d times in %s without an answer: the listener's accept queue is full", r.n, roughly(r.span()))
		return f
	}
	l := m.listener()
	if l == nil || l.passedFrame == 0 || l.passed < r.first.Add(-nearby) {
		return f
	}
	if l.passedFrom != addressOf(m.client().Addr()) {
		f.Otherwise = "others reach this listener: a filter for this client, or a full accept queue; ss -ltn at the server decides"
		return f
	}
	f.ID, f.At = AcceptQueueSynDrop, Server
	f.Packets = append(f.Packets[:min(len(f.Packets), maxEvidence-1)], l.passedFrame)
	f.Summary = fmt.Sprintf("SYN(J) sent %d times in %s without an answer, while frame %d ends a handshake of the same client with this listener",
		r.n, roughly(r.span()), l.passedFrame)
	f.Otherwise = "a filter or rate limit that drops these SYNs; Recv-Q above Send-Q in ss -ltn at the server decides"
	return f
}

// stopped looks at a client that sends no SYN any more.
func (m *moment) stopped() {
	if m.track.flow&begun == 0 || !m.silent() {
		return
	}
	if m.trying() {
		if m.story != nil && m.story.syn.n > 1 {
			m.unanswered(false)
		}
		m.wake(m.time.Add(patience))
		return
	}
	if m.story == nil || m.story.syn.n < 2 {
		m.stoppedAtOnce()
		return
	}
	r, k := &m.story.syn, m.kernel(flows.Client)
	overdue := k.synOverdue(r.n, r.span())
	if m.time.Sub(r.last) < overdue {
		if m.rec == nil {
			m.wake(r.last.Add(overdue))
		}
		m.unanswered(false)
		return
	}
	if m.unanswered(true); r.n >= k.synSends() {
		return
	}
	m.tell(Finding{ID: ConnectAbandoned, At: Client, Confidence: Likely, Packets: r.evidence(),
		Summary: fmt.Sprintf("SYN(J) sent %d times in %s, nothing came back, then no more for %s%s",
			r.n, roughly(r.span()), roughly(m.time.Sub(r.last)), k.synLeft(r.n, r.span())),
		Otherwise: "the client host died or lost its network; its application's connect timeout decides"})
}

// stoppedAtOnce is for a SYN that was sent once. Scanners do not send theirs
// again either: only the SYNs of real stacks, which ask for these options,
// count.
func (m *moment) stoppedAtOnce() {
	t := m.track
	waited := m.time.Sub(m.since(flows.Client))
	if t.lacks&(flows.HasWindowScale|flows.HasSACKPermitted) != flows.HasWindowScale|flows.HasSACKPermitted ||
		waited < patience {
		return
	}
	m.tell(Finding{ID: ConnectAbandoned, At: Client, Confidence: Possible, Packets: []uint64{m.movedFrame(flows.Client)},
		Summary: fmt.Sprintf("SYN(J) sent once and not again for %s: nothing came back, and Linux would have tried after %s",
			roughly(waited), roughly(m.kernel(flows.Client).synTimeout(1))),
		Otherwise: "a connect timeout below a second, a client host that died, or a probe; the client's application decides"})
}
