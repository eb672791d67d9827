package diagnose

import (
	"fmt"
	"time"

	"tcptrace/flows"
)

// sign is something in a flow that hints at a full accept queue. Alone it may
// be due to packets that were lost; signs of different kinds in several flows of
// one listener are not.
type sign uint8

const (
	signAgain   sign = iota // a SYN-ACK came again once although its ACK had passed
	signFull                // a full accept queue was told
	signIgnored             // payload got no answer at all after a handshake
	numSigns
)

// signs holds when a listener showed each of them last.
type signs struct {
	at [numSigns]flows.Time
	ok [numSigns]bool
}

// showed notes a sign of the flow.
func (m *moment) showed(kind sign) {
	if l := m.listener(); l != nil {
		l.signs.at[kind], l.signs.ok[kind] = m.time, true
	}
}

// near reports whether the flow's listener showed one of the signs so near to a
// time that its queue may have been full all the while: a minute, as long as
// Linux keeps a request.
func (m *moment) near(at flows.Time, kinds ...sign) bool {
	l := m.listener()
	if l == nil {
		return false
	}
	for _, kind := range kinds {
		seen := l.signs.at[kind]
		if l.signs.ok[kind] && max(at.Sub(seen), seen.Sub(at)) <= m.kernel(flows.Server).synAckLasts() {
			return true
		}
	}
	return false
}

// late is how long after the ACK a SYN-ACK comes again whose server has put
// the ACK off (TCP_DEFER_ACCEPT); a request that waits for an ACK repeats it
// after 1 s, and after 3 s where RFC 1122 is followed to the letter.
const late = 2500 * time.Millisecond

// synAckAfterACK is for a SYN-ACK that comes again although its ACK has passed.
// One that was sent before the ACK can have arrived does not count.
func (m *moment) synAckAfterACK() {
	waited := m.time.Sub(m.since(flows.Client))
	if waited <= m.answerLasts() {
		return
	}
	r := &m.story.after
	r.again(m.st.Segment.Seq, m.time, m.packet())
	quiet := !m.sent(flows.Client).Data
	client := m.facts(flows.Client)
	passed := client.Packets - uint64(client.SYNs) // all of them acknowledge K+1
	switch {
	case r.n == 1 && quiet && waited >= late:
		m.deferAccept(waited)
	case r.n == 1 && (quiet || passed < 3), r.n == 2 && m.track.has(DeferAccept):
		m.showed(signAgain)
	default:
		m.overflow(waited)
	}
}

// answerLasts is how long the answer of the server to a segment of the client
// may take, seen from the capture.
func (m *moment) answerLasts() time.Duration {
	const slack = 200 * time.Millisecond // TCP_RTO_MIN of include/net/tcp.h
	if rtt := m.facts(flows.Server).RTT; rtt > 0 {
		return rtt + rtt/2 + slack
	}
	// It was not measured: the opening as a whole cannot have been shorter.
	return max(m.since(flows.Client).Sub(m.st.First().Time), 0) + slack
}

func (m *moment) deferAccept(waited time.Duration) {
	f := Finding{ID: DeferAccept, Confidence: Likely, At: Nobody,
		Packets:   []uint64{m.movedFrame(flows.Client), m.packet()},
		Summary:   fmt.Sprintf("the bare ACK(K+1) passed, one SYN-ACK came again %s later and none before: the server waits for data (TCP_DEFER_ACCEPT)", roughly(waited)),
		Otherwise: "the ACK was lost on its way to a server with slow timers; ss -tan state syn-recv on the server decides",
	}
	if waited < 2*late {
		f.Confidence = Possible
	}
	m.tell(f)
}

// noPath is how short the way from the capture to an end and back is when it was
// captured beside it: what passed has arrived.
const noPath = time.Millisecond

// overflow says that the server goes on with its SYN-ACK (net/ipv4/tcp_minisocks.c,
// tcp_check_req).
func (m *moment) overflow(waited time.Duration) {
	r, k := &m.story.after, m.kernel(flows.Server)
	f := Finding{ID: AcceptQueueOverflow, Confidence: m.fullness(r.n), At: Server,
		Packets: append([]uint64{m.movedFrame(flows.Client)}, r.evidence()...),
		Summary: fmt.Sprintf("SYN-ACK sent %s after the client's ACK, for %s: the server's accept queue is full", times(r.n), roughly(waited)),
	}
	f.level = 1 + grade(r.n) + uint8(f.Confidence)
	if left := k.synAckLasts() - waited; left > 0 {
		f.Summary += fmt.Sprintf("; Linux gives up in %s (%s)", roughly(left), k.of())
	}
	if f.Confidence < Certain {
		f.Otherwise = "the client's ACKs are lost behind the capture; a capture beside the server decides"
	}
	if f.Confidence > Possible {
		m.showed(signFull)
	}
	m.tell(f)
}

// fullness is how sure a full accept queue is after n SYN-ACKs too many: two
// lost ACKs would do for two of them, unless payload was lost as well.
func (m *moment) fullness(n int) Confidence {
	rtt := m.facts(flows.Server).RTT
	switch {
	case n >= 3 && rtt > 0 && rtt < noPath:
		return Certain
	case n == 2 && !m.sent(flows.Client).Data && (rtt == 0 || rtt >= noPath) && !m.near(m.time, signFull, signIgnored):
		return Possible
	}
	return Likely
}

// refusedOnce is for a flow whose SYN-ACK came again once after its ACK: what
// other flows of the listener show decides between a full queue and a loss.
func (m *moment) refusedOnce() {
	r := &m.story.after
	if m.track.has(AcceptQueueOverflow) || m.track.has(DeferAccept) || !m.near(r.last, signFull, signIgnored) {
		return
	}
	m.tell(Finding{ID: AcceptQueueOverflow, Confidence: Likely, At: Server, level: 1,
		Packets:   append([]uint64{m.movedFrame(flows.Client), m.movedFrame(flows.Server)}, r.evidence()...),
		Summary:   "SYN-ACK sent once more after the client's ACK; other connections show that the server's accept queue was full then",
		Otherwise: "the client's ACK was lost behind the capture; a capture beside the server decides",
	})
}

func times(n int) string {
	if n == 1 {
		return "once more"
	}
	return fmt.Sprintf("%d times", n)
}

// abortedAccept is for a RST that answers the third ACK, as Linux does with
// tcp_abort_on_overflow (net/ipv4/tcp_minisocks.c, tcp_check_req).
func (m *moment) abortedAccept() {
	s, isn := m.st.Segment, m.st.ISN[flows.Server]
	if s.Flags.Has(flows.ACK) || s.Window != 0 || !isn.Known || s.Seq != isn.Seq.Add(1) || !m.onlyAnswered() || !m.ownTTL() {
		return
	}
	waited, reset := m.aborted(flows.Client)
	repeats := m.story != nil && m.story.after.n > 0
	if repeats {
		waited = min(waited, m.time.Sub(m.story.after.last))
	}
	server := m.facts(flows.Server)
	if !reset || server.RSTs > 1 || waited > m.promptly(flows.Server) || !repeats && server.SYNs > 1 {
		return // a SYN-ACK that was sent again before the ACK came: the request may have expired
	}
	f := Finding{ID: AcceptOverflowAbort, Confidence: Possible, At: Server,
		Packets:   []uint64{m.movedFrame(flows.Client), m.movedFrame(flows.Server), s.Packet},
		Summary:   fmt.Sprintf("RST(K+1) with window 0 %s after ACK(K+1): the accept queue is full and tcp_abort_on_overflow is 1", roughly(m.st.Quiet())),
		Otherwise: "the listener was closed at that moment, or a middlebox has no server behind it; nstat -az TcpExtListenOverflows decides",
	}
	switch {
	case repeats: // first ignored, then reset: there was a listener
		f.Confidence = Certain
		f.Packets = append(f.Packets, m.story.after.evidence()...)
		f.Summary = fmt.Sprintf("ACK(K+1) is ignored, SYN-ACK sent again, the next ACK(K+1) gets RST(K+1) after %s: the accept queue is full, tcp_abort_on_overflow is 1",
			roughly(m.st.Quiet()))
		f.Otherwise = ""
	case m.near(m.time, signFull):
		f.Confidence = Likely
	}
	m.showed(signFull)
	m.tell(f)
}

// aborted reports whether the step closes an end that was ESTABLISHED, and for
// how long it had been.
func (m *moment) aborted(end flows.Side) (after time.Duration, ok bool) {
	for i := range m.st.Transitions {
		if t := &m.st.Transitions[i]; t.End == end && t.From == flows.Established && t.To == flows.Closed {
			return t.After, true
		}
	}
	return 0, false
}

// promptly is within which time the answer of an end passes the capture.
func (m *moment) promptly(end flows.Side) time.Duration {
	if rtt := m.facts(end).RTT; rtt > 0 {
		return 2*rtt + 20*time.Millisecond
	}
	return time.Second
}

// ownTTL reports whether a segment came as far as the others of its sender.
func (m *moment) ownTTL() bool {
	from := m.st.From
	return !m.sent(from).Spoke || m.sent(from).TTL == m.st.Segment.TTL
}

// unheard is for payload that the client sends again to a server that has sent
// nothing but a SYN-ACK.
func (m *moment) unheard() {
	if !m.onlyAnswered() || m.states[flows.Server] == flows.Closed || m.open() == nil {
		return
	}
	if m.ignored() >= enough-1 {
		m.showed(signIgnored)
		m.phantom()
	}
}

// ignored is how often the client has sent payload again.
func (m *moment) ignored() int {
	client := m.facts(flows.Client)
	return int(client.Retransmissions) - max(int(client.SYNs)-1, 0)
}

// phantom says that the server knows nothing of the connection, if other flows
// of the listener show that its accept queue was full: the packets of this
// flow alone would fit a broken path as well.
func (m *moment) phantom() {
	client := m.facts(flows.Client)
	n := m.ignored()
	if n < enough-1 || m.story.after.n > 0 || !m.onlyAnswered() || !m.sent(flows.Client).Data ||
		m.facts(flows.Server).RSTs > 0 || !m.near(m.sent(flows.Client).Payload, signFull, signAgain) {
		return
	}
	m.tell(Finding{ID: PhantomEstablished, Confidence: Likely, At: Server, level: grade(n),
		Packets: append([]uint64{m.movedFrame(flows.Client), m.packet()}, m.story.data[flows.Client].evidence()...),
		Summary: fmt.Sprintf("payload sent again %d times in %s after the handshake, not a packet from the server: it has no such connection",
			n, roughly(m.time.Sub(client.Waits))),
		Otherwise: "the path broke right after the handshake; ss -tan on the server decides: no socket is a phantom",
	})
}
