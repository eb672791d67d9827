package diagnose

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"tcptrace/flows"
)

// reusing looks at connections that follow another one on the same addresses and
// ports.
func (m *moment) reusing() {
	s, t := m.st.Segment, m.track
	if m.st.Prior.Flow != 0 {
		m.follows()
	}
	switch {
	case s.Flags.Has(flows.RST):
		m.assassinated()
		m.lostState()
	case s.Flags.Has(flows.SYN):
		if t.unused != 0 {
			m.portReused()
		}
		if m.st.Notes.Has(flows.SYNOnConnection) && !s.Flags.Has(flows.ACK) {
			m.attempted()
		}
	case t.next != 0 && m.states[m.st.From] == flows.TimeWait && s.Length == 0 && !s.Flags.Has(flows.FIN):
		m.challenges(0)
	case m.story != nil && m.story.attempt[0] != 0 && m.st.Notes.Has(flows.ChallengeAck):
		m.story.attempt[1] = s.Packet
	}
}

// timeWait is how long TIME_WAIT lasts: TCP_TIMEWAIT_LEN of include/net/tcp.h.
const timeWait = 60 * time.Second

// maxUnused is the greatest value of track.unused.
const maxUnused = 1 + int(timeWait/time.Second)

// follows is for the first SYN of a flow on addresses whose last connection is
// known. After a RST both ends are free, and nothing is to be said.
func (m *moment) follows() {
	p, t := &m.st.Prior, m.track
	if p.States[flows.Client] != flows.TimeWait && p.States[flows.Server] != flows.TimeWait {
		return
	}
	t.unused = 1 + uint8(min(p.Quiet, timeWait)/time.Second)
	if p.States[flows.Server] != flows.TimeWait {
		return
	}
	t.flow |= ontoTimeWait
	if p.Slot != 0 && p.Slot != m.st.Slot {
		old := &m.e.tracks[p.Slot/chunkSize][p.Slot%chunkSize]
		old.next = m.st.Slot
	}
}

// portReused is for the SYNs and SYN-ACKs of a flow whose addresses were in
// TIME_WAIT just before.
func (m *moment) portReused() {
	switch s := m.st.Segment; {
	case m.st.Prior.Flow != 0:
		if m.e.listeners.ports.count(m.server(), m.client(), m.time) == manyPorts {
			m.tellReuse(reuses[m.track.unused].soon, m.evidence(s.Packet))
		}
	case s.Flags.Has(flows.ACK):
		if m.track.flow&ontoTimeWait != 0 && m.st.From == flows.Server && m.moves(flows.Server, flows.SynReceived) {
			m.challengedBySYN()
			m.tell(Finding{ID: TimeWaitReuseAccepted, Confidence: Certain, At: Nobody,
				Packets: m.evidence(m.movedFrame(flows.Client), s.Packet),
				Summary: reuses[m.track.unused].accepted})
		}
	case m.st.From == flows.Client && m.st.Notes.Has(flows.Retransmission):
		m.challengedBySYN()
		if client := m.facts(flows.Client); client.SYNs >= 3 && m.packets(flows.Server) == 0 && !m.track.has(TimeWaitChallengeAck) {
			again := fmt.Sprintf(", and SYN(J) gets no answer, %d times: something still remembers that one", client.SYNs)
			m.tellReuse(reuses[m.track.unused].again+again, m.evidence(m.movedFrame(flows.Client), s.Packet))
		}
	}
}

func (m *moment) tellReuse(summary string, frames []uint64) {
	m.tell(Finding{ID: PortReuseFast, Confidence: Likely, At: Client,
		Packets:   frames,
		Summary:   summary,
		Otherwise: "a client that binds its port by intent; several clients behind one SNAT would look the same",
	})
}

// reuses are what is said of ports that are used again, by track.unused. There
// are few of them, and where ports come round each is said very often.
var reuses = func() (texts [maxUnused + 1]struct{ again, soon, accepted string }) {
	for unused := range texts {
		after := "less than 1 s"
		if unused > 1 {
			after = strconv.Itoa(unused-1) + " s"
		}
		t := &texts[unused]
		t.again = "the client's port is used again " + after + " after its last connection"
		t.soon = t.again + ", as " + strconv.Itoa(manyPorts-1) + " others of this client: its ports come round too soon"
		t.accepted = "SYN(J) " + after + " after the last connection found the server in TIME_WAIT, and was accepted"
	}
	return texts
}()

// timeWaitLeft is how long the TIME_WAIT of the connection before lasts when the
// SYN comes, in words.
func (m *moment) timeWaitLeft() string {
	return fmt.Sprintf("%d s left", int(timeWait/time.Second)-max(int(m.track.unused)-1, 0))
}

// moves reports whether the step moves an end into a state.
func (m *moment) moves(end flows.Side, to flows.State) bool {
	for i := range m.st.Transitions {
		if t := &m.st.Transitions[i]; t.End == end && t.To == to {
			return true
		}
	}
	return false
}

// challenges notes in the next flow's story that its SYN was answered out of
// TIME_WAIT: by an ACK (0), and that by a RST (1).
func (m *moment) challenges(which int) {
	next := m.track.next
	t := &m.e.tracks[next/chunkSize][next%chunkSize]
	if t.flow&ontoTimeWait == 0 {
		return // another flow has its slot by now
	}
	its := m.e.stories[next]
	if its == nil {
		if len(m.e.stories) >= maxStories {
			return
		}
		its = &story{}
		m.e.stories[next] = its
		t.flow |= hasStory
	}
	if its.challenge[which] == 0 {
		its.challenge[which] = m.packet()
	}
}

// challengedBySYN says that a SYN ran into TIME_WAIT: RFC 9293 §3.10.7.4 has it
// answered with an ACK, which a client in SYN_SENT resets.
func (m *moment) challengedBySYN() {
	if m.story == nil || m.story.challenge[0] == 0 {
		return
	}
	c := &m.story.challenge
	f := Finding{ID: TimeWaitChallengeAck, Confidence: Certain, At: Client,
		Packets: m.evidence(m.movedFrame(flows.Client), c[0], c[1], m.packet()),
		Summary: fmt.Sprintf("SYN(J) ran into TIME_WAIT, %s: a bare ACK of the old numbers, then RST; it has to come again", m.timeWaitLeft()),
	}
	if c[1] == 0 {
		f.Confidence = Likely
		f.Summary = fmt.Sprintf("SYN(J) ran into TIME_WAIT, %s: a bare ACK of the old numbers, and no RST to it", m.timeWaitLeft())
		f.Otherwise = "an old ACK that was on its way; the RST may not have been captured"
	}
	m.tell(f)
}

// assassinated is for a RST that ends TIME_WAIT, RFC 1337.
func (m *moment) assassinated() {
	for i := range m.st.Transitions {
		t := &m.st.Transitions[i]
		if t.From != flows.TimeWait || t.To != flows.Closed || t.End == m.st.From {
			continue
		}
		if m.track.next != 0 {
			m.challenges(1)
		}
		m.tell(Finding{ID: TimeWaitAssassinated, Confidence: Likely, At: party(m.st.From),
			Packets:   m.evidence(m.movedFrame(t.End), m.packet()),
			Summary:   fmt.Sprintf("a RST of the %v ends TIME_WAIT of the %v after %s of %s", m.st.From, t.End, roughly(t.After), roughly(timeWait)),
			Otherwise: "with tcp_rfc1337=1 it is ignored, and TIME_WAIT goes on",
		})
	}
}

// manyPorts is how many ports of one client must have come round within a
// minute for the client to be short of them: one that is always used again is
// bound by intent.
const manyPorts = 8

// ports remembers which clients use ports again that were in TIME_WAIT.
// What is kept is bounded: beyond maxListeners the newest are not.
type ports struct {
	m map[clientOf]*recentPorts
}

type clientOf struct {
	client netip.Addr
	server netip.AddrPort
}

// recentPorts are the ports of one client that came round in the last minute.
type recentPorts struct {
	port [manyPorts]uint16
	at   [manyPorts]flows.Time
	n    int // how many of them there are
}

// count takes note of a port and returns how many different ones of its client
// came round within a minute, up to manyPorts.
func (p *ports) count(server, client netip.AddrPort, now flows.Time) int {
	if p.m == nil {
		p.m = make(map[clientOf]*recentPorts)
	}
	key := clientOf{client.Addr(), server}
	r := p.m[key]
	if r == nil {
		if len(p.m) >= maxListeners {
			return 0
		}
		r = &recentPorts{}
		p.m[key] = r
	}
	r.forget(now)
	for i := range r.n {
		if r.port[i] == client.Port() {
			r.at[i] = now
			return r.n
		}
	}
	if r.n == manyPorts {
		return r.n
	}
	r.port[r.n], r.at[r.n] = client.Port(), now
	r.n++
	return r.n
}

// forget drops the ports that came round more than a minute ago.
func (r *recentPorts) forget(now flows.Time) {
	kept := 0
	for i := range r.n {
		if now.Sub(r.at[i]) <= timeWait {
			r.port[kept], r.at[kept] = r.port[i], r.at[i]
			kept++
		}
	}
	r.n = kept
}
