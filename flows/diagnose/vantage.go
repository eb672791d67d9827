package diagnose

import "tcptrace/flows"

// vantage is what the capture can see, over all flows. What is wrong with it is
// told once, for the capture as a whole, and once more at the end with all
// numbers; see tellWide.
type vantage struct {
	segments uint64 // doubles included
	doubles  uint64
	dropped  uint64 // by the kernel or the interface, as far as anybody said
	flows    uint64 // that have ended
	idle     idleTimes

	last     flows.Time
	midway   wide // flows that were picked up midway
	oneSided wide // flows of which one end was not captured
	lossy    wide // flows of which segments are missing
	doubled  wide // segments that the capture holds twice
	lostBoth bool // a flow misses segments of both ends
}

// end takes note of a flow that is over.
func (v *vantage) end(r *flows.Record) {
	v.flows++
	v.last, v.segments = max(v.last, r.Ended), r.Segments
}

// doubt is why what the capture does not hold proves little.
type doubt uint8

const (
	whole  doubt = iota
	holes        // some packets of the flow were not captured, or its beginning was not
	oneWay       // one direction was not captured at all
)

// doubt says what the capture may lack of the flow.
func (m *moment) doubt() doubt {
	for side := range flows.Side(2) {
		if m.unseen(side) {
			return oneWay
		}
	}
	if m.packets(flows.Client) == 0 && m.syns(flows.Server) > 0 {
		return oneWay // what the SYN-ACK answers is not there
	}
	if m.rec != nil && (m.rec.Gaps || m.rec.GuessedClient) || m.st != nil && (m.st.Gaps() || m.st.GuessedClient) {
		return holes
	}
	return whole
}

// unseen reports whether an end sent something, for its peer answers it, and the
// capture holds nothing of it. A flow of SYNs that nothing answers is none such.
func (m *moment) unseen(side flows.Side) bool {
	f := m.facts(side)
	state := m.states[side]
	if state == flows.Closed {
		state = f.Before // a RST of its peer closed it
	}
	return f.Packets == 0 && state != flows.Unknown && state != flows.Closed && state != flows.Listen
}

// seen looks at what a segment says of the capture itself, and at RSTs that
// tell more than a RST.
func (m *moment) seen() {
	v, s, t, from := &m.e.vantage, m.st.Segment, m.track, m.st.From
	v.segments = m.st.Segments
	if m.st.Notes.Has(flows.Duplicate) {
		m.double()
		return
	}
	if s.Flags.Has(flows.RST) {
		m.keepaliveGaveUp()
		m.idledOutByRST()
	}
	if t.flow&(begun|midway) == 0 {
		m.noSYN()
	}
	if s.Flags.Has(flows.ACK) && t.flow&oneSided == 0 && !m.st.Spoke(from.Peer()) {
		m.halfSeen()
	}
	if m.st.Gaps() && t.flow&oneSided == 0 {
		m.gapped()
	}
}

// noSYN counts a flow that was picked up midway: with the second segment, for a
// single one may stand before its SYN in the capture, or belong to a connection
// that is over.
func (m *moment) noSYN() {
	if m.st.GuessedClient && m.st.Segment.Flags.Has(flows.ACK) && (m.st.Spoke(flows.Client) || m.st.Spoke(flows.Server)) {
		m.midstream(m.st.First().Packet)
	}
}

// pickedUp counts a flow that ended with the only segment that it had.
func (m *moment) pickedUp() {
	if !m.rec.GuessedClient || m.track.flow&midway != 0 {
		return
	}
	for _, end := range m.rec.Ends {
		if end.Packets > uint64(end.RSTs) && end.State != flows.Unknown {
			m.midstream(m.rec.First.Packet)
			return
		}
	}
}

func (m *moment) midstream(packet uint64) {
	v := &m.e.vantage
	m.track.flow |= midway
	if v.midway.add(packet) == 1 {
		m.e.tellWide(m.time, MidstreamPickup)
	}
}

// oneSideEnough is how many segments an end must have sent before its peer is
// taken to be out of sight: at the beginning the other direction may only be
// late in the capture.
const oneSideEnough = 5

// halfSeen counts a flow of which only one end was captured.
func (m *moment) halfSeen() {
	v, from := &m.e.vantage, m.st.From
	state := m.states[from.Peer()]
	if state == flows.SynSent || state == flows.SynReceived || !m.unseen(from.Peer()) || m.packets(from) < oneSideEnough {
		return
	}
	m.track.flow |= oneSided
	if v.oneSided.add(m.packet()) == 1 {
		m.e.tellWide(m.time, AsymmetricCapture)
	}
}

// settled is how many segments an end of a flow that was picked up midway must
// have sent before an ACK of something unseen speaks of a loss: before, what
// it acknowledges may have passed before the capture began.
const settled = 10

// gapped counts a flow of which ACKs cover what the capture does not hold. Loss
// shows on several flows, or in both directions of one; else a route may have
// changed.
func (m *moment) gapped() {
	v, t := &m.e.vantage, m.track
	first := (t.marks[0]|t.marks[1])&missing == 0
	if !first && (v.lostBoth || v.lossy.n > 1) {
		return // there is nothing more to learn from it
	}
	f := [2]flows.Facts{m.facts(flows.Client), m.facts(flows.Server)}
	if f[0].Packets == 0 || f[1].Packets == 0 || !f[0].Missed && !f[1].Missed {
		return // what is missing is a direction, or only came late
	}
	if first && m.st.GuessedClient && (f[0].Packets < settled || f[1].Packets < settled) {
		t.marks[0] |= missing
		t.marks[1] |= missing
		return
	}
	for side := range f {
		if f[side].Missed {
			t.marks[side] |= missing
		}
	}
	if first {
		v.lossy.add(m.packet())
	}
	v.lostBoth = v.lostBoth || f[0].Missed && f[1].Missed
	if (v.lostBoth || v.lossy.n > 1) && v.lossy.grown() {
		m.e.tellWide(m.time, CaptureLoss)
	}
}

// watchesGaps reports whether there is more to learn from a flow of which
// segments are missing.
func (m *moment) watchesGaps() bool {
	v, t := &m.e.vantage, m.track
	return t.flow&oneSided == 0 && ((t.marks[0]|t.marks[1])&missing == 0 || !v.lostBoth && v.lossy.n <= 1)
}

// doublesEnough is how many segments must be there twice, and doublesShare of how
// many one: a few may be copies that the network made.
const (
	doublesEnough = 3
	doublesShare  = 100
)

// double counts a segment that the capture holds twice.
func (m *moment) double() {
	v := &m.e.vantage
	v.doubles++
	v.doubled.add(m.packet())
	if v.doubled.told == 0 && v.doubles >= doublesEnough && v.doubles*doublesShare >= m.st.Segments {
		m.e.tellWide(m.time, DuplicateCapture)
	}
}

// Dropped says how many packets the kernel or the interface dropped before they
// could be read; call it before Conclude.
func (e *Engine) Dropped(n uint64) { e.vantage.dropped = n }
