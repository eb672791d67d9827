package diagnose

import (
	"fmt"
	"time"

	"tcptrace/flows"
)

// probes looks at a segment that asks whether the peer is there, or whether its
// window has opened.
func (m *moment) probes(from flows.Side) {
	s, t := m.st.Segment, m.track
	f := m.facts(from)
	closed := m.story != nil && m.story.closed[from.Peer()].n > 0
	if !closed && s.Length == 1 && f.Una.Known && f.Una.Seq == s.Seq {
		m.dataAgain(from) // the octet itself was never acknowledged
		return
	}
	if closed {
		m.story.asks[from]++
	}
	if t.marks[from]&probed == 0 {
		// Most are answered: the first is only marked.
		t.marks[from] |= probed
		return
	}
	story := m.open()
	if story == nil {
		return
	}
	r := &story.probe[from]
	if r.n == 0 || r.seq != s.Seq {
		*r = repeat{}
		r.again(s.Seq, m.time.Add(-m.st.Quiet()), m.sent(from).Asked)
	}
	r.again(s.Seq, m.time, s.Packet)
	switch {
	case closed && r.n >= timeouts:
		m.tell(Finding{ID: RetransmissionTimeout, Confidence: Likely, At: Network, Packets: r.evidence(), level: grade(r.n),
			Summary: fmt.Sprintf("%v asked the closed window of the %v %d times in %s without an ACK; %s", from, from.Peer(),
				r.n, roughly(r.span()), m.kernel(from).dataWords()),
			Otherwise: fmt.Sprintf("the path, or the %v gone; a capture beside the %[1]v decides", from.Peer())})
	case !closed && r.n > fails:
		m.keepaliveFails(from, Likely, "")
	}
}

// fails is how many keep-alives must be without an answer.
const fails = 3

// keepaliveFails says that an end hears nothing from its peer.
func (m *moment) keepaliveFails(from flows.Side, c Confidence, then string) {
	r, peer := &m.story.probe[from], from.Peer()
	f := Finding{ID: KeepaliveFailing, Confidence: c, At: Network, Packets: r.evidence(), level: grade(r.n)}
	f.Summary = fmt.Sprintf("%d keep-alives of the %v in %s, the %v answers none%s", r.n, from, roughly(r.span()), peer, then)
	if then == "" {
		f.Summary += "; " + m.kernel(from).keepaliveWords()
	} else {
		f.Packets = append(f.Packets, m.packet())
	}
	f.Otherwise = fmt.Sprintf("the path, or the %v gone; a capture beside the %[1]v decides", peer)
	m.tell(f)
}

// keepaliveGaveUp looks at a RST by the end whose keep-alives have no answer.
func (m *moment) keepaliveGaveUp() {
	from := m.st.From
	if m.story == nil || m.story.probe[from].n < 2 || m.story.closed[from.Peer()].n > 0 {
		return
	}
	c := Certain
	if m.story.probe[from].n < fails {
		c = Likely
	}
	m.keepaliveFails(from, c, fmt.Sprintf(", then RST by the %v: it gives up", from))
}

// probesLeft says that keep-alives were still unanswered when the flow ended.
func (m *moment) probesLeft(side flows.Side) {
	r := &m.story.probe[side]
	if r.n >= fails && m.story.closed[side.Peer()].n == 0 && m.time.Sub(r.last) >= time.Second {
		m.keepaliveFails(side, Likely, "")
	}
}

// keepaliveWords says when the probes end (net/ipv4/tcp_timer.c,
// tcp_keepalive_timer); sockets may have values of their own.
func (k Kernel) keepaliveWords() string {
	return fmt.Sprintf("Linux resets after %d, unless the socket has its own values (tcp_keepalive_probes, %s)", k.KeepaliveProbes, k.of())
}
