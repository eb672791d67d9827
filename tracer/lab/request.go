package lab

import (
	"time"

	"tcptrace/flows"
)

// A server answers a SYN out of a request, which the tracepoint does not show:
// the child is logged as LISTEN -> SYN_RECEIVED when the last ACK of the
// handshake arrives, microseconds before it is ESTABLISHED. A Fast Open child is
// a socket from the SYN on, and logged as such.

const (
	// sampleLate is how much later than its cause a sample may be taken, on a
	// machine that is busy.
	sampleLate = 50 * time.Millisecond
	// clockSkew is how far the time stamps of a packet and of what it causes
	// may be out of order: they are taken at different places.
	clockSkew = 50 * time.Microsecond
)

// beginWithRequest dates SYN_RECEIVED of a server back to the request: to the
// first SYN-ACK with the number that was acknowledged in the end.
func (w *watched) beginWithRequest(l *life, found []*presence) {
	if l.active {
		return
	}
	child := l.start()
	first := child
	for _, p := range found {
		ended := p.gone == 0 || p.gone >= child.Add(-time.Millisecond)
		if p.first().kind == request && p.first().at <= child.Add(sampleLate) && ended && !p.used {
			p.used = true
			first = min(first, p.first().at)
			break
		}
	}
	answers := synAcks(w.near(l.local, l.remote), l, child.Add(clockSkew))
	if n := len(answers); n > 0 {
		for _, s := range answers {
			if s.Seq == answers[n-1].Seq {
				first = min(child, s.Time)
				break
			}
		}
	}
	if first < child {
		l.moves[0].at = first
		l.moves[0].origin = byPacket
	}
}

// synAcks are the SYN-ACKs that an end sent until a moment.
func synAcks(list []sighting, l *life, until flows.Time) []sighting {
	var sent []sighting
	for _, s := range list {
		if s.Time <= until && s.isSYNACK(l.local) {
			sent = append(sent, s)
		}
	}
	return sent
}

// requestOnly is the life of a request that never got a child, if p is one.
func (w *watched) requestOnly(p *presence, traced []*life) *life {
	seen := p.first().at
	if p.used || p.first().kind != request {
		return nil
	}
	for _, l := range traced {
		// A Fast Open child that waits to be accepted looks like a request.
		if !l.active && l.start() <= seen.Add(5*time.Millisecond) &&
			(!l.over() || l.lastMove() >= seen.Add(2*time.Millisecond)) {
			return nil
		}
	}
	l := &life{local: p.local, remote: p.remote}
	at, o := seen, byDump
	for _, s := range during(w.near(p.local, p.remote), seen.Add(-sampleLate), seen) {
		if s.isSYNACK(p.local) {
			at, o = s.Time, byPacket
			break
		}
	}
	l.enter(flows.SynReceived, at, o)
	if p.gone != 0 {
		w.vanish(l, p.gone, flows.RST)
	}
	return l
}

// vanish ends a life whose thing was gone in a dump, at the packet with one of
// the flags that did it if there is one.
func (w *watched) vanish(l *life, gone flows.Time, by flows.Flags) {
	from := max(l.lastMove(), gone.Add(-300*time.Millisecond))
	for _, s := range during(w.near(l.local, l.remote), from, gone) {
		if s.Src == l.remote && s.Flags.Any(by) && !s.Flags.Has(flows.SYN|flows.ACK) {
			l.enter(flows.Closed, s.Time, byPacket)
			return
		}
	}
	l.enter(flows.Closed, gone, byDump)
}
