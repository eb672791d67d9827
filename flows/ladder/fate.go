package ladder

import (
	"time"

	"tcptrace/flows"
)

// unacceptable are the notes on segments that their receiver cannot accept.
const unacceptable = flows.OutOfWindow | flows.UnsentAck | flows.OldTimestamp | flows.NoAckFlag | flows.BadFlags |
	flows.BadChecksum | flows.SuspectReset | flows.WrongAck

// wait is a segment that waits for its acknowledgement.
type wait struct {
	n        *node   // the newest copy
	early    []*node // those that were sent shortly before it
	seq, end flows.Seq
}

// unheard says that nothing came of any copy.
func (w *wait) unheard() {
	for _, n := range append(w.early, w.n) {
		if !n.gone && n.Fate == Arrived {
			n.Fate = Unheard
		}
	}
}

// What is watched is bounded: the newest segments of an end, and of each the
// first copies.
const (
	maxWaits = 32
	maxEarly = 4
)

// shortestTimer is below what any common stack takes for a retransmission
// timer (Linux: TCP_RTO_MIN, 200 ms). What is sent again earlier may well be on
// its way: duplicate acknowledgements, or a probe for a lost tail, caused it.
const shortestTimer = 190 * time.Millisecond

// hear lets go of what a segment acknowledges.
func (b *Builder) hear(n *node, s *flows.Segment) {
	if n.Fate == Refused {
		return
	}
	peer := n.From.Peer()
	if s.Flags.Has(flows.RST) {
		b.waits[n.From], b.waits[peer] = nil, nil // something arrived, or nobody waits any more
		return
	}
	if !s.Flags.Has(flows.ACK) || len(b.waits[peer]) == 0 && s.Options.SACKCount == 0 {
		return
	}
	kept := b.waits[peer][:0]
	for _, w := range b.waits[peer] {
		if w.end.After(s.Ack) && !sacked(s, w) {
			kept = append(kept, w)
		}
	}
	b.waits[peer] = kept
	b.heardTwice(peer, s)
}

// sacked reports whether a selective acknowledgement covers a segment, RFC 2018.
func sacked(s *flows.Segment, w wait) bool {
	for _, r := range s.Options.SACK[:min(int(s.Options.SACKCount), len(s.Options.SACK))] {
		if w.seq.AtOrAfter(r.From) && w.end.AtOrBefore(r.To) {
			return true
		}
	}
	return false
}

// heardTwice finds the segment that was taken for unheard, and that its
// receiver says it got twice: the first block is below the acknowledgement then,
// RFC 2883 §4.
func (b *Builder) heardTwice(sender flows.Side, s *flows.Segment) {
	if s.Options.SACKCount == 0 || s.Options.SACK[0].To.After(s.Ack) {
		return
	}
	const near = 32
	twice, arrived := s.Options.SACK[0], 0
	for n, i := b.rows.tail, 0; n != nil && i < near && arrived < 2; n, i = n.prev, i+1 {
		if n.Kind != Segment || n.From != sender || n.Seq.Before(twice.From) || n.Seq.AtOrAfter(twice.To) {
			continue
		}
		switch n.Fate {
		case Unheard:
			n.Fate = Arrived
			return
		case Arrived:
			arrived++ // two of them are what it got twice
		default:
		}
	}
}

// answer finds the RST that answers an ACK of what was never sent. It has the
// number that whoever sent that ACK accepts, RFC 9293 §3.10.7.3 (first).
func (b *Builder) answer(rst *node) {
	if rst.Fate != Refused || !rst.Label.Flags.Has(flows.RST) || rst.Label.Flags.Has(flows.ACK) {
		return
	}
	n := rst.prev
	for n != nil && n.Kind != Segment {
		n = n.prev
	}
	if n != nil && n.From != rst.From && n.Notes&(flows.WrongAck|flows.UnsentAck) != 0 && n.Ack == rst.Seq {
		rst.Fate = Arrived
		rst.Notes &^= flows.SuspectReset
	}
}

// await watches a segment that must be acknowledged. The one that it repeats was
// not heard of, if that was long enough ago for the timer of its sender; it
// reports whether that was so.
func (b *Builder) await(n *node, s *flows.Segment) (stalled bool) {
	if s.End() == s.Seq || n.Fate == Refused || n.Notes&(flows.KeepAlive|flows.WindowProbe) != 0 || s.Flags.Has(flows.RST) {
		return false
	}
	next := wait{n: n, seq: s.Seq, end: s.End()}
	list := b.waits[n.From]
	kept := list[:0]
	for _, w := range list {
		switch {
		case w.seq != s.Seq:
			kept = append(kept, w)
		case !n.Again():
		case n.Time.Sub(w.n.Time) >= shortestTimer:
			w.unheard()
			stalled = true
		case len(w.early) < maxEarly:
			next.early = append(w.early, w.n)
		}
	}
	if len(kept) >= maxWaits {
		kept = append(kept[:0], kept[1:]...)
	}
	b.waits[n.From] = append(kept, next)
	return stalled
}

// leave says what became of the segments that wait when the flow is over: those
// that were sent more than once, and those that nothing ever answered.
func (b *Builder) leave(r *flows.Record) {
	for side := range b.waits {
		for _, w := range b.waits[side] {
			if r.Ended.Sub(w.n.Time) >= time.Second && (w.n.Again() || r.Outcome == flows.Unanswered) {
				w.unheard()
			}
		}
	}
}

// takeBack marks the claims that a row's corrections withdraw, and the segments
// that were taken to have caused them.
func (b *Builder) takeBack(n *node) {
	for _, m := range n.Moves {
		if m.Back {
			b.withdraw(n.prev, m)
		}
	}
}

// refuse marks the ACKs that a repeated SYN-ACK shows were not taken, also those
// that no claim was built on any more: a server whose accept queue is full
// ignores each of them. One that came just before may have crossed the SYN-ACK.
func (b *Builder) refuse(again *node) {
	if !again.Label.Flags.Has(flows.SYN|flows.ACK) || !again.Again() {
		return
	}
	for n := again.prev; n != nil; n = n.prev {
		switch {
		case n.Kind != Segment:
		case n.From == again.From && n.Label.Flags.Has(flows.SYN|flows.ACK):
			return
		case n.From != again.From && handshakeAck(n, again.Seq) && n.Fate == Arrived && again.Time.Sub(n.Time) >= shortestTimer:
			n.Fate = Refuted
		}
	}
}

// handshakeAck reports whether a row is a bare ACK of a SYN.
func handshakeAck(n *node, syn flows.Seq) bool {
	const others = flows.SYN | flows.FIN | flows.RST
	return n.Label.Flags.Has(flows.ACK) && !n.Label.Flags.Any(others) && n.Label.Length == 0 && n.Ack == syn.Add(1)
}

// withdraw marks the moves of an end since it entered the state that it never
// left.
func (b *Builder) withdraw(n *node, back Move) {
	for ; n != nil; n = n.prev {
		for i := len(n.Moves) - 1; i >= 0; i-- {
			m := &n.Moves[i]
			if m.End != back.End || m.Back || m.Withdrawn {
				continue
			}
			if m.To == back.To {
				return
			}
			m.Withdrawn = true
			if n.Kind == Segment && n.From != back.End && m.Basis == flows.Delivered {
				n.Fate = Refuted
			}
			if m.From == back.To {
				return
			}
		}
	}
}

// swap makes the client the server: the roles were a guess, and wrong.
func (b *Builder) swap() {
	l := &b.l
	l.Begun[0], l.Begun[1] = l.Begun[1], l.Begun[0]
	l.States[0], l.States[1] = l.States[1], l.States[0]
	l.Segments[0], l.Segments[1] = l.Segments[1], l.Segments[0]
	l.Bytes[0], l.Bytes[1] = l.Bytes[1], l.Bytes[0]
	l.FirstFIN = l.FirstFIN.Peer()
	b.newest[0], b.newest[1] = b.newest[1], b.newest[0]
	b.waits[0], b.waits[1] = b.waits[1], b.waits[0]
	for n := b.rows.head; n != nil; n = n.next {
		n.mirror()
	}
}

// mirror makes the row one of a flow whose ends have changed places.
func (r *Row) mirror() {
	r.States[0], r.States[1] = r.States[1], r.States[0]
	if r.Kind == Segment || r.Kind == ICMP {
		r.From = r.From.Peer()
	}
	for i := range r.Moves {
		r.Moves[i].End = r.Moves[i].End.Peer()
	}
	if r.Run != nil {
		r.Run.Segments[0], r.Run.Segments[1] = r.Run.Segments[1], r.Run.Segments[0]
		r.Run.Bytes[0], r.Run.Bytes[1] = r.Run.Bytes[1], r.Run.Bytes[0]
	}
}
