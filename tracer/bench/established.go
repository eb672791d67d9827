package bench

import "tcptrace/flows"

// apart is by how many connections those differ that are a line apart.
const apart = 1000

// crowd is the connections that stay open. Of a million of them nothing is kept:
// what one has said follows from its number.
type crowd struct {
	seed  uint64
	size  int
	lines []line
}

// rows is how many lines are said before the crowd goes on to the next ones: all
// open, and then all ask.
const rows = 3

// established writes connections that stay open.
func established(r *recorder, packets int) {
	c := crowd{seed: r.next(), lines: opening[:2*rows]}
	c.size = max(1, packets/len(c.lines))
	for first := 0; first < len(c.lines); first += rows {
		for n := range c.size + (rows-1)*apart {
			for row := range rows {
				c.say(r, n-row*apart, first+row)
			}
		}
	}
	for range c.size {
		r.counts.ends(flows.Open)
	}
}

// say lets the n-th connection come to a line, if there is such a connection.
func (c *crowd) say(r *recorder, n, at int) {
	if n < 0 || n >= c.size {
		return
	}
	own := newRandom(c.seed + uint64(n))
	s := short{conn: newConn(&own, n), asked: own.between(80, 300), answered: own.between(100, 800)}
	for i := range c.lines[:at] {
		said := s.segment(&c.lines[i])
		e := &s.ends[said.from]
		e.next = said.seq.Add(uint32(said.length + said.phantoms()))
		s.ends[said.from.Peer()].heard = e.stamp(c.saidAt(r, n, i))
	}
	out := s.segment(&c.lines[at])
	s.send(r, &out)
}

// saidAt is about when a connection was at a line.
func (c *crowd) saidAt(r *recorder, n, at int) int64 {
	packets := rows * (at/rows*(c.size+(rows-1)*apart) + n + at%rows*apart)
	return began + int64(packets)*int64(r.spacing)
}
