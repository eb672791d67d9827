package lab

import (
	"slices"
	"time"

	"tcptrace/flows"
)

// TIME_WAIT never shows up in the log: the kernel puts a minisock in the place
// of the socket and logs that the socket is closed. So it does with a socket in
// FIN_WAIT_2 that nobody holds any more (net/ipv4/tcp_minisocks.c,
// tcp_time_wait). Closed then means: look for the minisock.

// endWithMinisock replaces the end of a life by what its minisock went through.
func (w *watched) endWithMinisock(l *life, found []*presence, next flows.Time) {
	last := l.moves[len(l.moves)-1]
	if last.to != flows.Closed {
		return
	}
	switch last.from {
	case flows.FinWait1, flows.FinWait2, flows.Closing:
	default:
		return
	}
	for _, p := range found {
		states := minisockStates(p)
		if len(states) > 0 && states[0].at >= last.at.Add(-3*time.Millisecond) && states[0].at < next {
			w.followMinisock(l, p, states)
			return
		}
	}
	reset := func(at flows.Time) bool { return at >= last.at.Add(-time.Millisecond) && at <= last.at }
	if !slices.ContainsFunc(l.resets, reset) {
		w.modelMinisock(l, next)
	}
}

// minisockStates are the samples of p as a minisock.
func minisockStates(p *presence) []sample {
	i := slices.IndexFunc(p.seen, func(s sample) bool { return s.kind == minisock })
	if i < 0 {
		return nil
	}
	return p.seen[i:]
}

// followMinisock tells a life what its minisock went through.
func (w *watched) followMinisock(l *life, p *presence, states []sample) {
	born := l.lastMove()
	l.moves = l.moves[:len(l.moves)-1]
	for i, s := range states {
		at, o := s.at, byDump
		if i == 0 {
			at, o = born, byTracepoint
		}
		if l.state() != s.state && (i > 0 || s.state == flows.TimeWait) {
			at, o = w.dateTimeWait(l, at, o)
		}
		l.enter(s.state, at, o)
	}
	if p.gone != 0 {
		w.vanish(l, p.gone, flows.RST|flows.SYN)
	}
}

// dateTimeWait dates the move from FIN_WAIT_2 to TIME_WAIT by the FIN that made
// it, which a dump shows some milliseconds late.
func (w *watched) dateTimeWait(l *life, seen flows.Time, o origin) (flows.Time, origin) {
	from := max(l.lastMove(), seen.Add(-300*time.Millisecond))
	for _, s := range slices.Backward(during(w.near(l.local, l.remote), from, seen)) {
		if s.Src == l.remote && s.Flags.Has(flows.FIN) {
			return s.Time, byPacket
		}
	}
	return seen, o
}

// modelMinisock is for a minisock that no dump shows, because a RST or a SYN
// ended it too soon: what tcp_timewait_state_process does with the packets that
// the end got tells what it was. If no packet explains it, the socket was really
// closed.
func (w *watched) modelMinisock(l *life, next flows.Time) {
	closed := l.moves[len(l.moves)-1]
	list := during(w.near(l.local, l.remote), l.start().Add(-time.Millisecond), next-1)
	cause, ok := causeOf(list, l, closed.at)
	if !ok || cause.Flags.Any(flows.RST) {
		return
	}
	m := model{received: acknowledgedBy(list, l, closed.at.Add(time.Millisecond))}
	switch {
	case closed.from == flows.Closing:
		m.state = flows.TimeWait
	case closed.from == flows.FinWait2 && cause.Flags.Has(flows.FIN):
		m.state, m.received = flows.TimeWait, cause.End()
	case closed.from == flows.FinWait2 && cause.Flags.Has(flows.ACK):
		m.state = flows.FinWait2
	default:
		return
	}
	l.moves = l.moves[:len(l.moves)-1]
	l.enter(m.state, closed.at, byModel)
	for i := range list {
		s := &list[i]
		if s.Src == l.remote && s.Time > cause.Time && !l.over() {
			m.receive(s, next <= w.end)
			l.enter(m.state, s.Time, byModel)
		}
	}
	if !l.over() {
		// It is not in the last dump, so it is gone: used again, or timed out.
		l.enter(flows.Closed, min(next, w.end), byModel)
	}
}

// causeOf is the packet that closed the socket at a moment.
func causeOf(list []sighting, l *life, closed flows.Time) (sighting, bool) {
	for _, s := range slices.Backward(during(list, closed.Add(-3*time.Millisecond), closed.Add(20*time.Microsecond))) {
		if s.Src == l.remote {
			return s, true
		}
	}
	return sighting{}, false
}

// acknowledgedBy is the last number that the end had acknowledged by a moment.
func acknowledgedBy(list []sighting, l *life, by flows.Time) (ack flows.Seq) {
	for _, s := range list {
		if s.Src == l.local && s.Flags.Has(flows.ACK) && s.Time <= by {
			ack = s.Ack
		}
	}
	return ack
}

// model is a minisock that was not seen.
type model struct {
	state    flows.State
	received flows.Seq // the next number it expects
}

// receive is tcp_timewait_state_process for one packet. reused says that another
// connection on the same addresses followed.
func (m *model) receive(s *sighting, reused bool) {
	reset, syn, fin := s.Flags.Has(flows.RST), s.Flags.Has(flows.SYN), s.Flags.Has(flows.FIN)
	switch m.state {
	case flows.FinWait2:
		switch {
		case s.Seq.Before(m.received), s.Seq.After(m.received.Add(1 << 20)): // no window is that wide here
		case reset, syn:
			m.state = flows.Closed
		case !s.Flags.Has(flows.ACK), s.End() == m.received, s.End() == s.Seq:
		case fin && s.End() == m.received.Add(1):
			m.state, m.received = flows.TimeWait, s.End()
		default:
			m.state = flows.Closed // data, which gets a RST
		}
	case flows.TimeWait:
		if reset && s.Seq == m.received || syn && !s.Flags.Has(flows.ACK) && !reset && reused {
			m.state = flows.Closed
		}
	}
}
