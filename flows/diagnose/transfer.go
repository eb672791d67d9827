package diagnose

import (
	"fmt"
	"time"

	"tcptrace/flows"
)

// transfer looks at an open connection: at what is sent again, at windows that
// are closed and at probes.
func (m *moment) transfer() {
	s, notes, from := m.st.Segment, m.st.Notes, m.st.From
	m.listen(from)
	switch {
	case notes&(flows.KeepAlive|flows.WindowProbe) != 0:
		m.probes(from)
	case s.Length == 0:
	case notes.Has(flows.Retransmission):
		m.dataAgain(from)
	default:
		m.fresh(from)
	}
	m.window(from)
}

// transferWaits is called when time has passed and nothing else happened.
func (m *moment) transferWaits() { m.windowWaits() }

// transferLeft is called when the flow has ended.
func (m *moment) transferLeft() {
	m.pickedUp()
	if m.story == nil || m.over() || m.rec.Outcome == flows.Reused {
		return
	}
	for side := range flows.Side(2) {
		m.probesLeft(side)
		m.windowLeft(side)
		r, f := &m.story.data[side], m.facts(side)
		if r.n >= enough && f.Unacknowledged() && f.Una.Seq == r.seq {
			m.noAck(side)
		}
	}
}

// listen takes note that an end is alive: what its peer asked has an answer,
// of whatever kind.
func (m *moment) listen(from flows.Side) {
	peer := from.Peer()
	if m.track.marks[peer]&(probed|afterIdle) != 0 {
		m.survive(peer)
		m.track.marks[peer] &^= probed | afterIdle
	}
	if m.story == nil {
		return
	}
	m.story.probe[peer].n = 0
	if m.story.data[peer].n > 0 {
		m.story.heard[peer] = m.st.Segment.Packet
	}
}

// fresh takes note of payload that is sent for the first time.
func (m *moment) fresh(from flows.Side) {
	s, t := m.st.Segment, m.track
	if s.Length >= flows.FullSize && t.marks[from]&sentFull == 0 {
		t.full[from] = s.Seq.Add(s.Length)
		t.marks[from] |= sentFull
	}
	m.afterSilence(from)
}

// dataAgain counts how often the oldest payload without an ACK is sent. That
// is what a retransmission timer repeats (RFC 6298 §5.4); other holes are
// filled by loss recovery, and say nothing.
func (m *moment) dataAgain(from flows.Side) {
	s := m.st.Segment
	if s.Flags.Has(flows.FIN) {
		return // closing.go counts these
	}
	f := m.facts(from)
	oldest := s.Seq
	if f.Una.Known {
		oldest = f.Una.Seq
	}
	if s.Seq.After(oldest) || s.Seq.Add(s.Length).AtOrBefore(oldest) {
		return // an ACK was lost, or came late: spurious
	}
	story := m.open()
	if story == nil {
		return
	}
	if r := &story.data[from]; r.n == 0 || r.seq != oldest {
		m.firstOf(r, oldest, from, f)
		story.heard[from] = 0
	}
	story.data[from].again(oldest, m.time, s.Packet)
	if story.closed[from.Peer()].n > 0 {
		story.asks[from]++ // the window went to 0 on data that were on their way
	}
	m.noAck(from)
}

// firstOf begins a count with the first time that the number was sent. Its
// frame is known if nothing was sent behind it.
func (m *moment) firstOf(r *repeat, oldest flows.Seq, from flows.Side, f flows.Facts) {
	at := f.Waits
	if !f.Una.Known {
		at = m.sent(from).Payload
	}
	var packet uint64
	if at == m.sent(from).Payload {
		packet = m.sent(from).Asked
	}
	*r = repeat{}
	r.again(oldest, at, packet)
}

const (
	// timeouts is how often data must have been sent to be called stalled: five
	// timeouts in a row are no loss. Windows gives up there
	// (TcpMaxDataRetransmissions), Linux has waited for 6 s at the least.
	timeouts = 6
	// stalls is how long it must last at the least: recovery with SACK may send
	// the same several times within a few round trips.
	stalls = 5 * time.Second
)

// noAck says that payload is sent again and again.
func (m *moment) noAck(from flows.Side) {
	r := &m.story.data[from]
	if r.n < enough || m.story.closed[from.Peer()].n > 0 || m.blackhole(from) {
		return
	}
	if m.rec == nil && (r.n < timeouts || r.span() < stalls) || r.span() < stalls/2 {
		return
	}
	if m.idledOut(from) {
		return
	}
	peer := from.Peer()
	f := Finding{ID: RetransmissionTimeout, Confidence: Likely, At: Network, Packets: r.evidence(), level: m.finally(r.n)}
	f.Summary = fmt.Sprintf("data of the %v from %s sent %d times in %s without an ACK; %s", from, m.offset(from, r.seq),
		r.n, roughly(r.span()), m.kernel(from).dataWords())
	f.Otherwise = fmt.Sprintf("the path, or the %v gone; a capture beside the %[1]v decides", peer)
	if heard := m.story.heard[from]; heard != 0 {
		f.Packets = append(f.Packets, heard)
		f.Otherwise = fmt.Sprintf("the %v is alive, for it still sends: a filter drops these data, or the ACKs get lost; a capture beside the %[1]v decides", peer)
	}
	m.tell(f)
}

// offset writes a sequence number by its distance from the ISN of its end.
func (m *moment) offset(side flows.Side, seq flows.Seq) string {
	letter, isn := "J", m.isn(side)
	if side == flows.Server {
		letter = "K"
	}
	if !isn.Known {
		return fmt.Sprintf("SEQ %d", uint32(seq))
	}
	return fmt.Sprintf("%s+%d", letter, uint32(seq-isn.Seq))
}

func (m *moment) isn(side flows.Side) flows.Number {
	if m.rec != nil {
		return m.rec.Ends[side].ISN
	}
	return m.st.ISN[side]
}

const (
	rtoMin = 200 * time.Millisecond // TCP_RTO_MIN of include/net/tcp.h
	rtoMax = 120 * time.Second      // TCP_RTO_MAX
)

// dataLasts is how long Linux sends data again at the least: tcp_retries2 stands
// for the time that so many timeouts would take from TCP_RTO_MIN on
// (net/ipv4/tcp_timer.c, tcp_model_timeout).
func (k Kernel) dataLasts() (d time.Duration) {
	for rto, n := rtoMin, 0; n <= min(k.Retries2, 1000); n++ {
		d += min(rto, rtoMax)
		rto = min(2*rto, rtoMax)
	}
	return d
}

func (k Kernel) dataWords() string {
	return fmt.Sprintf("tcp_retries2 gives up after about %d s (%s)", int(k.dataLasts().Seconds()), k.of())
}
