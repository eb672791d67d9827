package flows

import "time"

// packed is a flow in its slot. There may be millions: it holds no pointers, so
// that the garbage collector need not look into it, and what most flows do not
// need has no room in it. A flow that does not fit, because something odd
// happened to it, is kept whole elsewhere; see [slots].
//
// It takes four lines of a cache: the head, the two ends, for every segment, and
// the rest for those that move an end. Heads stand beside heads: a flow of nothing
// but a SYN has no more than that, see fresh.go, and a flood of them touches a
// quarter of the memory. Times are kept as the distance from the first segment, in
// 48 bits: 39 hours to either side.
type packed struct {
	*head
	*body
}

// head is what every flow has.
type head struct {
	lo4, hi4       uint32 // the addresses, if both are of IPv4
	loPort, hiPort uint16
	print          uint32
	marks          marks
	queue          queueID
	fresh          bool   // nothing but its SYN has come: the body is 0
	lastPacket     uint32 // from firstPacket on; where it is kept if isWhole; the ISN if fresh
	last           Time   // of a fresh one: what else its SYN says, see sow
	id             FlowID // 0: the slot is free
	first          Time
	firstPacket    uint64
	older, newer   slot // neighbours in its queue
}

// body is what a flow has that is not fresh.
type body struct {
	ends [2]packedEnd

	deadline     Time   // when time alone may change it; 0: never
	wake         Time   // when the handler wants to be told; 0: never
	handshakeRTT uint32 // nanoseconds
	duplicates   [2]uint16
	rest         [2]packedRest
}

// empty makes a packed flow one that holds nothing.
func (p packed) empty() {
	if !p.fresh {
		*p.body = body{}
	}
	*p.head = head{}
}

// touch reads each line of a packed flow that the next segment needs, so that it
// is in a cache then; what it returns has no meaning.
func (p packed) touch() uint32 {
	return p.print + uint32(p.ends[Client].state) + uint32(p.ends[Server].state) + uint32(p.wake)
}

// marks are the yes and no of a packed flow.
type marks uint16

const (
	isClientHi marks = 1 << iota
	isGuessed
	isKnowSYN
	isNoScale
	isCutSYN
	isGaps
	isRefused
	isFiltered
	isReset
	isReused
	isSuperseded
	isServerLast
	isWatched
	isLong   // the addresses are of IPv6, and kept elsewhere
	isWhole  // it is kept whole, elsewhere
	isActive // it had a segment since it was put into its queue
)

// kept are the marks that are those of the slot.
const kept = isLong | isActive

// packedEnd is one end of a packed flow, as far as every segment needs it.
type packedEnd struct {
	know                  known
	iss, nxt, acked, edge Seq
	tsRecent              uint32
	packets               uint32
	asked                 uint32
	low                   [numWide]uint32
	high                  [numWide]uint16
	id                    uint16
	state                 State
	basis                 Basis
	scale, ttl            uint8
	sends                 sends
	syns                  uint8
}

// packedRest is the rest of an end.
type packedRest struct {
	rtt             uint32 // nanoseconds
	history         uint32 // up to seven states, four bits each; their number in the top ones
	moved, fin      uint32
	retransmissions uint16
	fins, rsts      uint8
}

// The numbers of 48 bits of an end.
const (
	wideBytes = iota
	wideSince
	wideWaits
	widePayload
	numWide
)

// cut48 keeps the lower 48 bits of a number, and says whether that is all of it.
func cut48(v int64) (low uint32, high uint16, ok bool) {
	return uint32(v), uint16(v >> 32), v == v<<16>>16
}

func join48(low uint32, high uint16) int64 {
	return int64(uint64(high)<<48|uint64(low)<<16) >> 16
}

func (e *packedEnd) put(which int, v int64) (ok bool) {
	e.low[which], e.high[which], ok = cut48(v)
	return ok
}

// setTime is putTime for a distance that is known to fit.
func (e *packedEnd) setTime(which int, distance int64) {
	distance++
	e.low[which], e.high[which] = uint32(distance), uint16(distance>>32)
}

// addBytes counts payload; there must be room for it.
func (e *packedEnd) addBytes(n uint32) {
	e.low[wideBytes] += n
	if e.low[wideBytes] < n {
		e.high[wideBytes]++
	}
}

func (e *packedEnd) get(which int) int64 { return join48(e.low[which], e.high[which]) }

// putTime keeps a time as its distance from another one, and 1 more: 0 stands for
// no time.
func (e *packedEnd) putTime(which int, t, from Time) (ok bool) {
	if t == 0 {
		return e.put(which, 0)
	}
	return e.put(which, int64(t-from)+1) && t+1 != from
}

// getTime is the reverse of putTime.
func (e *packedEnd) getTime(which int, from Time) Time {
	v := e.get(which)
	if v == 0 {
		return 0
	}
	return from + Time(v-1)
}

// pack puts a flow into its slot; it reports whether it fits. The key and what
// the queues and deadlines need are there already.
func (p packed) pack(f *flow) bool {
	if f.prev != 0 || f.synData != 0 || f.hasAttempt || f.evicted ||
		f.knowSYN && f.synTime != f.first.Time || uint64(f.handshakeRTT)>>32 != 0 ||
		f.last.Packet < f.first.Packet || (f.last.Packet-f.first.Packet)>>32 != 0 {
		return false
	}
	for side := range f.ends {
		if !p.ends[side].pack(&f.ends[side], f.first.Time) || !p.rest[side].pack(&f.ends[side]) {
			return false
		}
		p.duplicates[side] = uint16(f.ends[side].duplicates)
	}
	p.id, p.first, p.firstPacket = f.id, f.first.Time, f.first.Packet
	p.last, p.lastPacket = f.last.Time, uint32(f.last.Packet-f.first.Packet)
	p.handshakeRTT, p.print = uint32(f.handshakeRTT), f.print
	p.marks = p.marks&kept |
		mark(f.clientHi, isClientHi) | mark(f.guessed, isGuessed) | mark(f.knowSYN, isKnowSYN) |
		mark(f.noScale, isNoScale) | mark(f.cutSYN, isCutSYN) | mark(f.gaps, isGaps) |
		mark(f.refused, isRefused) | mark(f.filtered, isFiltered) | mark(f.wasReset, isReset) |
		mark(f.wasReused, isReused) | mark(f.superseded, isSuperseded) |
		mark(f.serverLast, isServerLast) | mark(f.watched, isWatched)
	return true
}

func mark(is bool, m marks) marks {
	if is {
		return m
	}
	return 0
}

// unusual are the facts about an end that have no room in a packed one.
const unusual = finPending | knowDoubt | knowReset | sentAhead | closedAhead | scattered

func (p *packedEnd) pack(e *endpoint, first Time) bool {
	if e.know&unusual != 0 || e.max != e.nxt || e.ooo != (Range{}) || e.ackTS != 0 || e.duplicates>>16 != 0 ||
		e.has(knowFIN) && e.fin.Add(1) != e.nxt || e.has(knowAcked) && e.lastAck != e.acked ||
		e.bytes>>47 != 0 || e.packets>>32 != 0 || e.syns>>8 != 0 {
		return false
	}
	ok := p.put(wideBytes, int64(e.bytes)) && p.putTime(wideSince, e.since, first) &&
		p.putTime(wideWaits, e.waits, first) && p.putTime(widePayload, e.payload, first)
	p.know, p.iss, p.nxt, p.acked, p.edge, p.tsRecent = e.know, e.iss, e.nxt, e.acked, e.edge, e.tsRecent
	p.packets, p.asked, p.id, p.sends = uint32(e.packets), e.asked, e.id, e.sends
	p.state, p.basis, p.scale, p.ttl, p.syns = e.state, e.basis, e.scale, e.ttl, uint8(e.syns)
	return ok
}

func (p *packedRest) pack(e *endpoint) bool {
	n := e.history.len()
	if uint64(e.rtt)>>32 != 0 || e.retransmissions>>16 != 0 || (e.fins|e.rsts)>>8 != 0 || n > maxPackedHistory || e.history.cut() {
		return false
	}
	p.history = uint32(e.history)&(1<<28-1) | uint32(n)<<28
	p.rtt, p.moved, p.fin = uint32(e.rtt), e.moved, e.finFrame
	p.retransmissions, p.fins, p.rsts = uint16(e.retransmissions), uint8(e.fins), uint8(e.rsts)
	return true
}

const maxPackedHistory = 7

// unpack is the reverse of pack. It sets every field but the key: what has no room
// in a packed flow is zero in those that fit.
func (p packed) unpack(f *flow) {
	m := p.marks
	f.id = p.id
	f.first, f.last = Mark{p.first, p.firstPacket}, Mark{p.last, p.firstPacket + uint64(p.lastPacket)}
	f.handshakeRTT, f.quiet = time.Duration(p.handshakeRTT), 0
	f.print, f.prev, f.synData = p.print, 0, 0
	f.clientHi, f.guessed, f.knowSYN = m&isClientHi != 0, m&isGuessed != 0, m&isKnowSYN != 0
	f.noScale, f.cutSYN, f.gaps = m&isNoScale != 0, m&isCutSYN != 0, m&isGaps != 0
	f.refused, f.filtered, f.wasReset = m&isRefused != 0, m&isFiltered != 0, m&isReset != 0
	f.wasReused, f.superseded = m&isReused != 0, m&isSuperseded != 0
	f.serverLast, f.watched = m&isServerLast != 0, m&isWatched != 0
	f.evicted, f.hasAttempt, f.handshakeNow = false, false, false
	f.synTime = 0
	if f.knowSYN {
		f.synTime = p.first
	}
	for side := range f.ends {
		e := &f.ends[side]
		p.ends[side].unpack(e, p.first)
		p.rest[side].unpack(e)
		e.duplicates = uint32(p.duplicates[side])
	}
}

func (p *packedEnd) unpack(e *endpoint, first Time) {
	e.know, e.iss, e.nxt, e.max, e.acked, e.lastAck, e.edge, e.tsRecent = p.know, p.iss, p.nxt, p.nxt, p.acked, p.acked, p.edge, p.tsRecent
	e.packets, e.asked, e.id, e.sends = uint64(p.packets), p.asked, p.id, p.sends
	e.state, e.basis, e.scale, e.ttl, e.syns = p.state, p.basis, p.scale, p.ttl, uint32(p.syns)
	e.bytes = uint64(p.get(wideBytes))
	e.since, e.waits, e.payload = p.getTime(wideSince, first), p.getTime(wideWaits, first), p.getTime(widePayload, first)
	e.fin = 0
	if p.know&knowFIN != 0 {
		e.fin = p.nxt.Add(^uint32(0))
	}
	e.ooo, e.doubt, e.reset, e.answered, e.ahead, e.ackTS = Range{}, 0, 0, 0, 0, 0
}

func (p *packedRest) unpack(e *endpoint) {
	e.rtt, e.moved, e.finFrame = time.Duration(p.rtt), p.moved, p.fin
	e.history = history(p.history&(1<<28-1)) | history(p.history>>28)<<historyCountShift
	e.retransmissions, e.fins, e.rsts = uint32(p.retransmissions), uint32(p.fins), uint32(p.rsts)
}
