package flows

import "time"

// The short way of a segment is in this file, in plain.go (open connections),
// fresh.go, ordinary.go and ordinary_close.go (how they open and close) and
// ordinary_step.go (what is told of that). It does what classify.go and apply.go
// do, for the segments that most connections are made of, on the packed flow. It has
// no opinion of its own: a segment of which it is not sure goes the long way, see
// [Table.follow], and package diagnose tests that both ways tell the same.

// shortly follows a segment the short way; i is the slot of the flow with its
// addresses, or 0. It reports false, and has done nothing, if that cannot be
// done.
func (t *Table) shortly(i slot, a *arrival, s *Segment) bool {
	if s.BadSum || s.Fragment || s.Time == 0 || a.key.self() || s.Options.Present&(OptionsCut|HasFastOpen) != 0 {
		return false
	}
	control := s.Flags & (SYN | FIN | RST | ACK)
	if i == 0 {
		return control == SYN && s.Length == 0 && t.opens(a, s)
	}
	// Field by field: a whole way would be put together elsewhere and copied.
	var w way
	w.i, w.s, w.p, w.print = i, s, t.in(i), uint32(a.print)
	if w.p.fresh {
		w.p.ripen()
	}
	if !w.enter(a.fromHi) {
		return false
	}
	switch {
	case control == SYN|ACK:
		return t.answers(&w)
	case control&(SYN|RST) != 0 || control&ACK == 0 || s.Window == 0:
		return false
	case control == ACK && w.snd.state == Established && w.rcv.state == Established:
		return t.plain(&w)
	case w.snd.state == SynSent:
		return control == ACK && t.completes(&w)
	}
	return t.closes(&w)
}

// way is a segment on the short way.
type way struct {
	i        slot
	s        *Segment
	p        packed
	print    uint32
	from     Side
	snd, rcv *packedEnd
	at       int64 // since the flow's first segment
	quiet    time.Duration
	wake     Time // that of the flow; of one that begins, nothing but 0 may be read
}

const (
	// pause is how long a flow must have been silent for its next segment to be
	// remarkable: the shortest idle timeout of a box on the path is a minute.
	pause = time.Minute
	// remarkable marks keep a flow from the short way.
	remarkable = isWhole | isWatched | isSuperseded
	// countless is where a count of a packed end is full, almost.
	countless = 1<<32 - 1
	// vast is the upper part of so many bytes that few more have room.
	vast = 1 << 14
)

// enter looks at what holds for all segments on the short way.
func (w *way) enter(fromHi bool) bool {
	p, s := w.p, w.s
	if fromHi != (p.marks&isClientHi != 0) {
		w.from = Server
	}
	w.snd, w.rcv = &p.ends[w.from], &p.ends[w.from.Peer()]
	w.at, w.quiet = int64(s.Time-p.first), s.Time.Sub(p.last)
	return p.marks&remarkable == 0 && w.quiet >= 0 && w.quiet < pause && uint64(w.at)>>47 == 0 &&
		(s.Packet-p.firstPacket)>>32 == 0 && w.snd.packets != countless && w.snd.high[wideBytes] < vast
}

// count takes note of the segment, as flow.count does.
func (w *way) count() {
	p, s := w.p, w.s
	p.last, p.lastPacket, p.print = s.Time, uint32(s.Packet-p.firstPacket), w.print
	p.marks |= isActive
	w.snd.packets++
	if s.Length != 0 {
		w.snd.addBytes(s.Length)
	}
}

// remember takes note of what the segment says of its sender, as flow.remember
// does.
func (w *way) remember() {
	p, s, snd := w.p, w.s, w.snd
	p.marks &^= isServerLast
	if w.from == Server {
		p.marks |= isServerLast
	}
	if s.Length > 0 {
		snd.setTime(widePayload, w.at)
		snd.asked = frame32(s.Packet)
		snd.sends |= sentPayload
		if s.Length >= FullSize {
			snd.sends |= sentFull
		}
	}
	snd.ttl, snd.id = s.TTL, s.ID
	snd.sends |= spoke
}

// lastMark is where the capture shows the newest segment.
func (h *head) lastMark() Mark {
	if h.fresh {
		return Mark{h.first, h.firstPacket}
	}
	return Mark{h.last, h.firstPacket + uint64(h.lastPacket)}
}

// lastFrom is who sent it.
func (h *head) lastFrom() Side {
	if h.marks&isServerLast != 0 {
		return Server
	}
	return Client
}

// states are those of the ends.
func (p packed) states() [2]State { return [2]State{p.ends[Client].state, p.ends[Server].state} }

// due is when time alone changes the flow; 0: never.
func (p packed) due() Time {
	c, s := &p.ends[Client], &p.ends[Server]
	return due(p.states(), [2]Time{c.getTime(wideSince, p.first), s.getTime(wideSince, p.first)}, p.last)
}
