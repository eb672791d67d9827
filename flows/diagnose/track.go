package diagnose

import (
	"time"

	"tcptrace/flows"
)

// track is what is kept of every flow. There are very many of them: it holds
// no pointers, and what only few flows need is in their story.
type track struct {
	told     uint64          // the conditions that were told, a bit each
	listener uint32          // its listener in Engine.listeners, from 1; 0: none
	next     uint32          // slot of the next flow on the same addresses while this one is in TIME_WAIT; 0: none
	full     [2]flows.Seq    // behind the first full-size segment of each end; valid if sentFull
	idle     uint16          // seconds of silence before the payload that is afterIdle
	survived uint16          // the longest such silence after which the peer answered
	lacks    flows.OptionSet // what its SYN asks for; once the SYN-ACK has come, what of that it lacks
	flow     trackFlowMarks  // of the flow
	marks    [2]trackMarks   // of each end
	unused   uint8           // how many seconds its addresses were unused since a flow in TIME_WAIT, plus 1; 0: no such flow
}

type trackMarks uint8

const (
	sentFull  trackMarks = 1 << iota // it sent a segment of full size
	afterIdle                        // it sent payload after a long silence, and heard nothing since
	probed                           // it sent a keep-alive, and heard nothing since
	missing                          // it sent what the capture does not hold
)

type trackFlowMarks uint16

const (
	hasStory     trackFlowMarks = 1 << iota
	begun                       // its SYN or its SYN-ACK was seen: not picked up midway
	ontoTimeWait                // its server was in TIME_WAIT when its SYN came
	midway                      // it was picked up midway, and is counted as such
	oneSided                    // only one end was captured, and it is counted as such
	oddLast                     // its last segment was of no use to its receiver, which was there a moment before
	waiting                     // it waits at its listener: one SYN so far, and no third ACK
	bare                        // its SYN has no option at all
	plain                       // its SYN asks for no option of today, MSS apart
	synData                     // its SYN carries payload, and has no SYN-ACK yet
	likeCookie                  // its SYN-ACK looks like a SYN cookie
	compared                    // its SYN-ACK was compared with its SYN
	ontoOpen                    // its SYN came while the server had another connection on the same addresses
)

// has reports whether a condition was told.
func (t *track) has(id ID) bool { return t.told>>id&1 == 1 }

// remember takes note of a segment once the rules have looked at it: they
// compare it with those before.
func (m *moment) remember() {
	s := m.st.Segment
	if s == nil {
		return
	}
	if s.Flags.Has(flows.SYN) && !s.Flags.Has(flows.RST) {
		m.track.flow |= begun
	}
	m.rememberLast()
}

// finFrame is the frame of the first FIN of an end; 0: none yet.
func (m *moment) finFrame(side flows.Side) uint64 {
	_, fin := m.frames(side)
	return fin
}

// movedFrame is the frame that moved an end last; 0: none yet.
func (m *moment) movedFrame(side flows.Side) uint64 {
	moved, _ := m.frames(side)
	return moved
}

func (m *moment) frames(side flows.Side) (moved, fin uint64) {
	if m.rec != nil {
		return m.rec.Moved(side)
	}
	return m.st.Moved(side)
}

// swap lets the ends change places.
func (m *moment) swap() {
	t := m.track
	t.marks[0], t.marks[1] = t.marks[1], t.marks[0]
	t.full[0], t.full[1] = t.full[1], t.full[0]
	if s := m.story; s != nil {
		s.data[0], s.data[1] = s.data[1], s.data[0]
		s.fin[0], s.fin[1] = s.fin[1], s.fin[0]
		s.probe[0], s.probe[1] = s.probe[1], s.probe[0]
		s.reset[0], s.reset[1] = s.reset[1], s.reset[0]
		s.heard[0], s.heard[1] = s.heard[1], s.heard[0]
		s.closed[0], s.closed[1] = s.closed[1], s.closed[0]
		s.asks[0], s.asks[1] = s.asks[1], s.asks[0]
	}
}

// story is what is kept of a flow that is not plain: something came twice, or
// was refused. Its memory is bounded, see Engine.tell.
type story struct {
	levels [numIDs]uint8 // as the findings had them

	syn    repeat    // SYNs of the client with the ISN that counts
	synAck repeat    // SYN-ACKs of the server, likewise
	data   [2]repeat // of each end: what starts at its oldest unacknowledged number
	fin    [2]repeat
	probe  [2]repeat // keep-alive or window probes
	reset  [2]reset  // RSTs of an end that had not closed
	after  repeat    // SYN-ACKs that came after the third ACK had passed
	badAck repeat    // SYN-ACKs that acknowledge another number than J+1: that number

	attempt   [2]uint64  // frames of a SYN with another ISN and of its challenge ACK; 0: none
	opener    flows.Side // who sent that SYN
	challenge [2]uint64  // frames of the ACK out of TIME_WAIT that answered its SYN, and of the RST to it
	heard     [2]uint64  // of each end: frame of its peer's newest segment since data began to repeat; 0: none
	closed    [2]repeat  // of each end: segments with window 0 in a row
	asks      [2]int     // of each end: how often it has asked its peer's closed window
	narrow    narrowing  // what a router said of the path's MTU
}

// watches reports whether what is kept waits for an answer, which any segment may
// be.
func (s *story) watches(m *moment) bool {
	for side := range flows.Side(2) {
		if s.probe[side].n > 0 || s.closed[side].n > 0 || s.reset[side].n > 0 {
			return true
		}
		if r := &s.data[side]; r.n > 0 {
			if f := m.facts(side); f.Unacknowledged() && f.Una.Seq.AtOrBefore(r.seq) {
				return true
			}
		}
	}
	return s.after.n == 1
}

// repeat is a segment that is sent again and again.
type repeat struct {
	seq         flows.Seq
	n           int // how often it was sent, the first time included; 0: never
	first, last flows.Time
	frames      [maxEvidence]uint64 // of the first ones and of the last one
}

const maxEvidence = 8

// again takes note that seq was sent at a moment; another number begins anew.
func (r *repeat) again(seq flows.Seq, at flows.Time, packet uint64) {
	if r.n == 0 || r.seq != seq {
		*r = repeat{seq: seq, first: at}
	}
	r.frames[min(r.n, maxEvidence-1)] = packet
	r.n++
	r.last = at
}

// evidence lists the frames.
func (r *repeat) evidence() []uint64 {
	return append([]uint64(nil), r.frames[:min(r.n, maxEvidence)]...)
}

// span is the time from the first to the last.
func (r *repeat) span() time.Duration { return r.last.Sub(r.first) }
