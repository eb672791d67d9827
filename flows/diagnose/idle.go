package diagnose

import (
	"fmt"
	"time"

	"tcptrace/flows"
)

// shortest is the shortest idle timeout of a box that is worth a thought: a
// minute is what some NATs and load balancers have.
const shortest = time.Minute

// afterSilence takes note of payload that comes after a long silence, unless
// the connection has survived one as long.
func (m *moment) afterSilence(from flows.Side) {
	quiet := m.st.Quiet()
	if quiet < shortest {
		return
	}
	t := m.track
	seconds := uint16(min(quiet/time.Second, 1<<16-1))
	if m.states != [2]flows.State{flows.Established, flows.Established} || uint32(seconds)*10 <= uint32(t.survived)*11 {
		return
	}
	t.idle = seconds
	t.marks[from] |= afterIdle
}

// survive takes note that the peer answered after a silence.
func (m *moment) survive(side flows.Side) {
	if m.track.marks[side]&afterIdle != 0 {
		m.track.survived = max(m.track.survived, m.track.idle)
	}
}

// idledOut says that nothing answers what was sent after a long silence. It
// reports whether that is so.
func (m *moment) idledOut(from flows.Side) bool {
	if m.track.marks[from]&afterIdle == 0 {
		return false
	}
	r := &m.story.data[from]
	m.tellIdle(from, r.evidence(), fmt.Sprintf("then data of the %v sent %d times in %s without an answer", from, r.n, roughly(r.span())),
		Possible, grade(r.n))
	return true
}

// idledOutByRST looks at a RST that answers what was sent after a long silence,
// and acknowledges none of it: its sender knows nothing of the connection.
func (m *moment) idledOutByRST() {
	s, t, to := m.st.Segment, m.track, m.st.From.Peer()
	if t.marks[to]&afterIdle == 0 || m.st.Notes.Has(flows.SuspectReset) || m.finFrame(0)|m.finFrame(1) != 0 {
		return
	}
	if f := m.facts(to); s.Flags.Has(flows.ACK) && f.Una.Known && s.Ack.After(f.Una.Seq) {
		return // its sender had a socket for it, and aborts
	}
	c := Possible
	if other := m.sent(to.Peer()); other.Spoke && s.TTL != other.TTL && s.TTL != 0 && other.TTL != 0 {
		c = Likely // another host sent it
	}
	m.tellIdle(to, []uint64{m.sent(to).Asked, s.Packet}, fmt.Sprintf("then a RST answers the data of the %v", to), c, 0)
}

// tellIdle tells it: surer if other connections went the same way after as long.
func (m *moment) tellIdle(from flows.Side, packets []uint64, how string, c Confidence, level uint8) {
	idle := m.track.idle
	peer := from.Peer()
	if m.e.vantage.idle.add(idle, m.flow) {
		c = max(c, Likely)
		how += "; so on other connections"
	}
	m.tell(Finding{ID: NATIdleTimeout, Confidence: c, At: Network, Packets: packets, level: level,
		Summary: fmt.Sprintf("silent for %s, %s", roughly(time.Duration(idle)*time.Second), how),
		Otherwise: fmt.Sprintf("the %v lost the connection or its network meanwhile; the same pause on other connections, or a capture beside the %[1]v decides",
			peer)})
}

// idleTimes are the silences after which connections were forgotten, as many as
// there is room for.
type idleTimes struct {
	seconds [32]uint16
	flow    [32]flows.FlowID
	n       int
}

// add takes note of one, and reports whether another flow had a similar one.
func (t *idleTimes) add(seconds uint16, flow flows.FlowID) (similar bool) {
	for i := range t.n {
		if t.flow[i] == flow {
			seconds = t.seconds[i]
		}
	}
	known := false
	for i := range t.n {
		known = known || t.flow[i] == flow
		low, high := min(t.seconds[i], seconds), max(t.seconds[i], seconds)
		similar = similar || t.flow[i] != flow && uint32(low)*11 >= uint32(high)*10
	}
	if !known && t.n < len(t.seconds) {
		t.seconds[t.n], t.flow[t.n] = seconds, flow
		t.n++
	}
	return similar
}
