package diagnose

import (
	mathbits "math/bits"
	"slices"

	"tcptrace/flows"
)

// voice is what findings are put together in, so that hardly anything is
// allocated for them.
type voice struct {
	finding Finding  // the newest
	frames  []uint64 // room for the frames of the next ones
}

// tell reports a finding of the flow, unless it was told before and is no
// worse now, something told already explains it, or it may be due to what the
// capture does not hold.
func (m *moment) tell(finding Finding) {
	t, f := m.track, &m.e.voice.finding
	*f = finding
	told, replaced := t.has(f.ID), uint64(0)
	if len(f.Replaces) > 0 {
		f.Replaces = slices.DeleteFunc(f.Replaces, func(id ID) bool { return !t.has(id) })
		replaced = bits(f.Replaces...)
	}
	if t.told&^replaced&silencedBy[f.ID] != 0 || told && !m.worse(f) || !m.believable(f) {
		return
	}
	if f.level > 0 && m.open() != nil {
		m.story.levels[f.ID] = f.level
	}
	f.Time, f.Flow, f.Client, f.Server, f.Update = m.time, m.flow, m.client(), m.server(), told
	f.States = m.states
	for more := t.told & silences[f.ID] &^ replaced; more != 0; more &= more - 1 {
		id := ID(mathbits.TrailingZeros64(more))
		f.Replaces = append(f.Replaces, id)
		replaced |= bits(id)
	}
	t.told = t.told&^replaced | bits(f.ID)
	m.ask(f)
	m.e.report(f)
}

// manyFrames is for how many frames room is made at once.
const manyFrames = 64

// evidence lists a few frames that show a finding. No list is ever used again, for
// some sinks keep findings as they are.
func (m *moment) evidence(frames ...uint64) []uint64 {
	v := &m.e.voice
	if len(v.frames) < len(frames) {
		v.frames = make([]uint64, manyFrames)
	}
	list := v.frames[:len(frames):len(frames)]
	v.frames = v.frames[len(frames):]
	copy(list, frames)
	return list
}

// worse reports whether the flow's finding has risen since it was told.
func (m *moment) worse(f *Finding) bool {
	return m.story != nil && f.level > m.story.levels[f.ID]
}

// grade turns how often something was sent into a level: it rises with each
// doubling, and leaves room for what is told in the end.
func grade(n int) (level uint8) {
	for ; n > 1; n /= 2 {
		level += 4
	}
	return level
}

// finally is a grade that rises when the flow has ended, if what was sent was
// sent more often since it was told last.
func (m *moment) finally(n int) uint8 {
	const few = 8
	if m.rec != nil && n > few && n&(n-1) != 0 {
		return grade(n) + 1
	}
	return grade(n)
}

// report hands a finding on, with its frames in order.
func (e *Engine) report(f *Finding) {
	if !inOrder(f.Packets) {
		slices.Sort(f.Packets)
		f.Packets = slices.Compact(f.Packets)
	}
	if len(f.Packets) > 0 && f.Packets[0] == 0 {
		f.Packets = f.Packets[1:] // no frame
	}
	e.next.Finding(f)
}

// inOrder reports whether each frame stands behind the one before, as they mostly
// do.
func inOrder(frames []uint64) bool {
	for i := 1; i < len(frames); i++ {
		if frames[i] <= frames[i-1] {
			return false
		}
	}
	return true
}

// bits is a set of conditions.
func bits(ids ...ID) (set uint64) {
	for _, id := range ids {
		set |= 1 << id
	}
	return set
}

// silencedBy says which findings of a flow explain another one, which is not
// told then.
var silencedBy = [numIDs]uint64{
	RetransmissionTimeout: bits(PhantomEstablished, StuckFinWait1, StuckLastAck, KeepaliveFailing, ZeroWindowStall,
		MSSBlackhole, NATIdleTimeout, HalfOpenAfterReboot, AcceptQueueOverflow),
	MSSBlackhole: bits(PhantomEstablished, AcceptQueueOverflow),
	SynNoAnswer: bits(SynAckBadAck, ICMPUnreachable, ConnectionRefused, RefusedByFirewall, SynFloodSuspected, AcceptQueueSynDrop, SynAckLost,
		TimeWaitChallengeAck, HalfOpenAfterReboot),
	AcceptQueueSynDrop: bits(TimeWaitChallengeAck, HalfOpenAfterReboot, ICMPUnreachable),
	ConnectAbandoned: bits(SynNoAnswer, AcceptQueueSynDrop, ICMPUnreachable, ConnectionRefused, RefusedByFirewall,
		SynAckLost, SynFloodSuspected, TimeWaitChallengeAck, HalfOpenAfterReboot),
	ConnectionRefused: bits(RefusedByFirewall),
	StuckFinWait2:     bits(StuckLastAck, StuckFinWait1, StuckClosing),
	FinRetransmitted:  bits(StuckFinWait1, StuckLastAck, StuckClosing),
	RstAbortiveClose: bits(RstUnreadData, RstInjectedSuspect, KeepaliveFailing, AcceptOverflowAbort, LateDataAfterClose,
		FinWait2Expired, ConntrackInvalidRst, NATIdleTimeout, HalfOpenAfterReboot, GhostSynAck, SynAckBadAck),
	AcceptQueueOverflow:   bits(AcceptOverflowAbort),
	DeferAccept:           bits(AcceptQueueOverflow),
	TimeWaitReuseAccepted: bits(TimeWaitChallengeAck),
	TimeWaitChallengeAck:  bits(SynAckBadAck),
	PortReuseFast:         bits(TimeWaitChallengeAck),
	HalfOpenAfterReboot: bits(AcceptQueueOverflow, AcceptOverflowAbort, DeferAccept, PhantomEstablished, NATIdleTimeout,
		RstInjectedSuspect, ConntrackInvalidRst),
	RstUnreadData:       bits(RstInjectedSuspect, KeepaliveFailing, NATIdleTimeout),
	RstInjectedSuspect:  bits(NATIdleTimeout, AcceptOverflowAbort),
	ConntrackInvalidRst: bits(RstInjectedSuspect),
	LateDataAfterClose:  bits(FinWait2Expired, RstInjectedSuspect),
	HalfCloseInUse:      bits(FinWait2Expired, LateDataAfterClose),
	RstBackscatter:      bits(GhostSynAck),
	StuckSynReceived:    bits(AcceptQueueOverflow, AcceptOverflowAbort, SynAckLost, DeferAccept, SynFloodSuspected),
}

// silences says which findings of a flow another one explains: silencedBy from
// the other side.
var silences = func() (by [numIDs]uint64) {
	for id := range silencedBy {
		for explains := silencedBy[id]; explains != 0; explains &= explains - 1 {
			by[mathbits.TrailingZeros64(explains)] |= 1 << id
		}
	}
	return by
}()

// fromSilence are the conditions that conclude from what is not in the
// capture: where the capture may be at fault they are less sure, and where only
// one direction was captured they are not told.
var fromSilence = bits(SynNoAnswer, ConnectAbandoned, SynAckLost, AcceptQueueOverflow, AcceptQueueSynDrop,
	PhantomEstablished, DeferAccept, SynFloodSuspected, StuckCloseWait, StuckFinWait2, StuckFinWait1, StuckLastAck,
	StuckClosing, StuckSynReceived, NATIdleTimeout, KeepaliveFailing, RetransmissionTimeout, MSSBlackhole, ZeroWindowStall)

// believable lowers the confidence of a finding that leans on what the capture
// does not hold, and reports whether anything is left of it.
func (m *moment) believable(f *Finding) bool {
	if fromSilence>>f.ID&1 == 0 || m.facts(flows.Client).Basis == flows.Kernel || m.facts(flows.Server).Basis == flows.Kernel {
		return true // a kernel does not miss packets
	}
	switch m.doubt() {
	case oneWay:
		return false
	case holes:
		if f.Confidence > Possible {
			f.Confidence--
		}
	}
	return true
}
