package bench

import "tcptrace/flows"

// pair is two ends that are at it until the capture ends, over one connection or
// many.
type pair interface {
	// step lets some packets pass.
	step(r *recorder)
	// finish comes to an end.
	finish(r *recorder)
}

// pairs is how many there are of each sort.
const pairs = 100

// mixed writes traffic as a busy machine sees it, and whole frames of it: half
// its packets are those of short connections.
func mixed(r *recorder, packets int) {
	all := make([]pair, 0, 5*pairs)
	n := 0
	fresh := func() conn {
		c := newConn(&r.random, n)
		if n++; n%4 == 0 {
			c.toV6()
		}
		return c
	}
	for i := range pairs {
		all = append(all,
			begin(r, &transfer{conn: fresh(), from: flows.Side(i % 2), one: lossy}),
			begin(r, &dialogue{conn: fresh(), asked: 500, answered: 20_000}),
			begin(r, &dialogue{conn: fresh(), asked: 40, answered: 60, stays: true}),
			&visitor{fresh: fresh}, &visitor{fresh: fresh})
	}
	for r.counts.Packets+25*pairs < uint64(packets) {
		all[r.below(len(all))].step(r)
	}
	for _, p := range all {
		p.finish(r)
	}
}

// opener is a pair that talks on one connection.
type opener interface {
	pair
	open(*recorder)
}

func begin(r *recorder, p opener) pair {
	p.open(r)
	return p
}

// dialogue is requests and responses on a connection that is kept for them.
type dialogue struct {
	conn
	asked, answered int // bytes, at most
	stays           bool
}

// step is one request and its response.
func (d *dialogue) step(r *recorder) {
	d.say(r, flows.Client, flows.PSH|flows.ACK, r.between(1, d.asked))
	for left, n := r.between(1, d.answered), 1; left > 0; n++ {
		size := min(left, d.mss())
		left -= size
		flags := flows.ACK
		if left == 0 {
			flags |= flows.PSH
		}
		d.say(r, flows.Server, flags, size)
		if n%2 == 0 || left == 0 {
			d.say(r, flows.Client, flows.ACK, 0)
		}
	}
}

func (d *dialogue) finish(r *recorder) {
	if d.stays {
		r.counts.ends(flows.Open)
		return
	}
	d.close(r, flows.Server)
}

// visitor makes one short connection after the other.
type visitor struct {
	fresh func() conn
	short short
	busy  bool
}

// step is as much as passes before somebody else has the line: mostly one packet
// or two.
func (v *visitor) step(r *recorder) {
	for range r.between(1, 6) {
		if !v.busy {
			v.short, v.busy = newShort(r, 0), true
			v.short.conn = v.fresh()
		}
		v.busy = !v.short.step(r)
	}
}

func (v *visitor) finish(r *recorder) {
	for v.busy {
		v.busy = !v.short.step(r)
	}
}
