package flows

import "time"

// doubles recognises segments that the capture holds twice: seen on two
// interfaces (`any`, a bridge and its veth), by a mirror port in both
// directions, or before and behind a router. It remembers the newest segments
// in a table of fixed size; a double comes at once or not at all.
type doubles struct {
	seen *[sightings]sighting // by itself, for it begins with a line of a cache then
}

const sightings = 1 << 12

func newDoubles() doubles { return doubles{new([sightings]sighting)} }

// sighting is one segment. Its size is that of four in a line of a cache.
type sighting struct {
	print uint32 // of its fingerprint, the upper half: the lower one says where it stands
	iface uint32 // and 1 more; 0: nothing stands here
	time  Time
}

const (
	// doubleWithin is how far apart the copies may be when they are known to be
	// copies: by another interface, or by the same IPv4 identification, which a
	// retransmission does not share.
	doubleWithin = 5 * time.Millisecond
	// twinWithin is how far apart they may be otherwise. No stack sends the
	// same twice as fast.
	twinWithin = 100 * time.Microsecond
)

// double says whether s was seen before, and remembers it. A twin is a double
// only if nothing came between the two in their flow: a server whose timer runs
// out just when the SYN comes again sends two equal SYN-ACKs at once.
func (d *doubles) double(s *Segment, print uint64) (kind likeness) {
	e := &d.seen[print%uint64(len(d.seen))]
	// Field by field: a whole one would be put together in memory first.
	known, iface, at := e.print, e.iface, e.time
	e.print, e.iface, e.time = uint32(print>>32), s.Interface+1, s.Time
	if iface == 0 || known != uint32(print>>32) {
		return unlike
	}
	apart := s.Time.Sub(at)
	if apart < 0 {
		apart = -apart
	}
	switch {
	case (s.ID != 0 || s.Interface+1 != iface) && apart <= doubleWithin:
		return copied
	case apart <= twinWithin && !s.Flags.Has(RST): // each of several segments draws a RST of its own
		return twin
	}
	return unlike
}

// likeness is how a segment resembles one that was seen before.
type likeness uint8

const (
	unlike likeness = iota
	twin            // it says the same at the same time
	copied          // it is the same
)

// fingerprint hashes what copies of a segment have in common; hash is that of
// its addresses. The checksum and the time to live are not among it: network
// cards and routers change them.
func fingerprint(s *Segment, hash uint64) uint64 {
	h := fold(hash^uint64(s.Seq)<<32^uint64(s.Ack), uint64(s.Length)<<32^uint64(s.Flags)<<16^uint64(s.Window)^0x9e3779b97f4a7c15)
	h = fold(h^uint64(s.Options.TSVal)<<32^uint64(s.Options.TSEcr), uint64(s.ID)<<32^uint64(s.Src.Port())<<16^uint64(s.Dst.Port())^0xff51afd7ed558ccd)
	if s.Options.SACKCount > 0 {
		h = fold(h^uint64(s.Options.SACK[0].From), uint64(s.Options.SACK[0].To)^0xc4ceb9fe1a85ec53)
	}
	return h
}
