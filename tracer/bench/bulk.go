package bench

import "tcptrace/flows"

// transfer is a connection in which one end sends and the other acknowledges.
type transfer struct {
	conn
	from    flows.Side // who sends
	one     int        // of so many segments is lost or late
	unacked int        // segments that arrived and were not acknowledged

	missing flows.Seq // the segment that the receiver waits for; valid if wait > 0
	wait    int       // so many others come before it
	again   bool      // it was captured before, and lost behind the capture
}

// lossy is of how many segments one is lost or late: with the acknowledgements
// between them, of a hundred packets one.
const lossy = 60

// step sends a segment, and its acknowledgement when it is time for one.
func (t *transfer) step(r *recorder) {
	mss := uint32(t.mss())
	if t.wait > 0 {
		if t.wait--; t.wait == 0 {
			t.repair(r)
			return
		}
	} else if r.oneIn(t.one) {
		t.lose(r)
		return
	}
	t.say(r, t.from, flows.ACK, int(mss))
	if t.wait > 0 {
		t.acknowledge(r, t.missing)
	} else if t.unacked++; t.unacked == 2 { // RFC 1122 §4.2.3.2
		t.acknowledge(r, t.ends[t.from].next)
	}
}

// lose lets the next segment not arrive in its turn. Half of them only come
// late; the others passed the capture and are sent again when three duplicate
// acknowledgements have come (RFC 5681 §3.2).
func (t *transfer) lose(r *recorder) {
	me := &t.ends[t.from]
	t.missing, t.again = me.next, r.oneIn(2)
	if t.again {
		t.wait = r.between(5, 12)
		t.say(r, t.from, flows.ACK, t.mss())
		return
	}
	t.wait = r.between(2, 4)
	me.next = me.next.Add(uint32(t.mss()))
}

// repair sends what is missing.
func (t *transfer) repair(r *recorder) {
	switch {
	case t.again:
		r.counts.Retransmitted++
	case t.missing.Add(uint32(t.mss())) != t.ends[t.from].next: // something went before it
		r.counts.Late++
	}
	t.wait = 0
	s := segment{from: t.from, flags: flows.ACK, seq: t.missing, ack: t.ends[t.from.Peer()].next, length: t.mss()}
	t.send(r, &s)
	t.acknowledge(r, t.ends[t.from].next)
}

// acknowledge acknowledges everything before a number, and tells what came behind
// it.
func (t *transfer) acknowledge(r *recorder, ack flows.Seq) {
	t.unacked = 0
	s := segment{from: t.from.Peer(), flags: flows.ACK, seq: t.ends[t.from.Peer()].next, ack: ack}
	if newest := t.ends[t.from].next; ack != newest {
		s.hole = [2]flows.Seq{ack.Add(uint32(t.mss())), newest}
	}
	t.send(r, &s)
}

// finish ends it; the sender closes first.
func (t *transfer) finish(r *recorder) {
	if t.wait > 0 {
		t.repair(r)
	}
	t.close(r, t.from)
}

// transfers is how many there are at once.
const transfers = 100

// bulk writes long transfers.
func bulk(r *recorder, packets int) {
	all := make([]transfer, transfers)
	for i := range all {
		all[i] = transfer{conn: newConn(&r.random, i), from: flows.Client, one: lossy}
		all[i].open(r)
	}
	for r.counts.Packets+5*transfers < uint64(packets) {
		t := &all[r.below(transfers)]
		for range r.between(1, 8) { // a window is sent in bursts
			t.step(r)
		}
	}
	for i := range all {
		all[i].finish(r)
	}
}
