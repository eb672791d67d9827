package flows

import "time"

// plain follows a segment of an open connection that moves no end and has
// nothing peculiar: fresh payload in order, or an ACK, a duplicate one included.
// Most segments are such, and for them this does what follow does. It reports
// false, and has done nothing, if the segment is any other.
func (t *Table) plain(i slot, a *arrival, s *Segment) bool {
	f := t.at(i)
	from := f.sideOf(a.fromHi)
	snd, rcv := &f.ends[from], &f.ends[from.Peer()]
	quiet := s.Time.Sub(f.last.Time)
	if !f.quietlyOpen(s) || !snd.sendsPlainly(s, rcv) || quiet < 0 || quiet >= pause {
		return false
	}
	f.quiet, f.last.Time, f.last.Packet, f.print = quiet, s.Time, s.Packet, uint32(a.print)
	f.serverLast = from == Server
	snd.packets++
	snd.bytes += uint64(s.Length)
	snd.ttl, snd.id = s.TTL, s.ID

	f.judgeArrival(s, snd, rcv)
	if s.Ack.After(snd.acked) {
		snd.acked, rcv.waits = s.Ack, s.Time
	}
	snd.lastAck = s.Ack
	snd.offer(s)
	if s.Options.Present.Has(HasTimestamps) {
		snd.tsRecent = s.Options.TSVal // it is no older, or the segment is not plain
	}
	if s.Length == 0 {
		snd.know = snd.know&^challenged | sentBareAck
		return true
	}
	if rcv.acked == snd.nxt {
		snd.waits = s.Time
	}
	snd.nxt = snd.nxt.Add(s.Length)
	snd.max = snd.nxt
	snd.know &^= sentBareAck | challenged
	snd.asked, snd.payload = frame32(s.Packet), s.Time
	snd.sends |= sentPayload
	return true
}

// pause is how long a flow must have been silent for its next segment to be
// remarkable: the shortest idle timeout of a box on the path is a minute.
const pause = time.Minute

// quietlyOpen reports whether nothing but its payload matters of the flow.
func (f *flow) quietlyOpen(s *Segment) bool {
	return f.ends[0].state == Established && f.ends[1].state == Established && s.Flags&(SYN|FIN|RST|ACK) == ACK &&
		!f.watched && !f.superseded && !f.hasAttempt && f.prev == 0 &&
		f.ends[0].sends&f.ends[1].sends&spoke != 0 && !f.key.self()
}

const (
	// plainKnown must be known of both ends, plainUnknown of neither: else more
	// follows from a segment than from its numbers.
	plainKnown   = knowNxt | knowAcked | knowEdge
	plainUnknown = knowFIN | finPending | finAcked | firstFIN | heldAck | knowDoubt | knowReset | gotReset | guessedFIN |
		fragmented | finFloats | sentAhead | closedAhead | scattered
)

// sendsPlainly reports whether the end can have sent s as the next plain segment.
func (e *endpoint) sendsPlainly(s *Segment, peer *endpoint) bool {
	if e.know&peer.know&plainKnown != plainKnown || (e.know|peer.know)&plainUnknown != 0 ||
		s.Seq != e.nxt || e.max != e.nxt || peer.max != peer.nxt || s.Fragment || s.Window == 0 || s.BadSum ||
		e.know&(goodSums|offload) == 0 || e.know&challenged != 0 || e.basis == Delivered {
		return false
	}
	if peer.know&knowScale != 0 && s.Seq.After(peer.edge) || s.Ack.After(peer.nxt) || s.Ack.Before(e.acked) || peer.acked.After(e.nxt) {
		return false
	}
	const rare = HasMSS | HasWindowScale | HasSACKPermitted | HasFastOpen | OptionsCut
	if s.Options.Present&rare != 0 {
		return false
	}
	if s.Options.Present.Has(HasTimestamps) && (e.know&knowTS == 0 || int32(s.Options.TSVal-e.tsRecent) < 0) {
		return false
	}
	return s.Length < FullSize || e.sends&sentFull != 0
}
