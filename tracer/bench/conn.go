package bench

import (
	"encoding/binary"

	"tcptrace/flows"
)

// conn is a connection as its ends see it.
type conn struct {
	ends [2]end
	v6   bool
}

// end is one end of it.
type end struct {
	addr  [16]byte // of IPv4 the first four bytes
	port  uint16
	next  flows.Seq // the first number that it has not sent
	clock uint32    // of its timestamps, when the capture begins
	heard uint32    // the last timestamp of its peer
}

// segment is what one end sends.
type segment struct {
	from     flows.Side
	flags    flows.Flags
	seq, ack flows.Seq
	length   int          // bytes of payload
	hole     [2]flows.Seq // a block for SACK; none if both are the same
}

// newConn is the n-th connection of a capture: no other has its addresses, be n
// below clients times ports.
func newConn(r *random, n int) conn {
	var c conn
	s := &c.ends[flows.Server]
	number := r.below(servers)
	binary.BigEndian.PutUint32(s.addr[:], 198<<24|18<<16|uint32(number+1)) // RFC 2544: for benchmarks
	s.port = serverPorts[number%len(serverPorts)]
	client(&c.ends[flows.Client], n)
	c.start(r.next(), r.next())
	return c
}

const (
	servers = 500
	clients = 60_000
	ports   = 28_000 // of a client, from 32,768: what Linux takes
)

var serverPorts = [...]uint16{443, 443, 443, 80, 443, 8443, 22, 5432, 443, 6379}

// client gives an end the address of the n-th client.
func client(e *end, n int) {
	host := uint32(n % clients)
	binary.BigEndian.PutUint32(e.addr[:], 10<<24|(host*251+1))
	e.port = uint16(32_768 + n/clients%ports)
}

// start gives both ends the numbers and clocks that they begin with.
func (c *conn) start(isn, clock uint64) {
	for side := range c.ends {
		e := &c.ends[side]
		e.next, e.clock = flows.Seq(isn), uint32(clock)
		isn, clock = isn>>32, clock>>32
	}
}

// toV6 moves a connection to IPv6.
func (c *conn) toV6() {
	c.v6 = true
	for side := range c.ends {
		a := &c.ends[side].addr
		*a = [16]byte{0x20, 0x01, 0x0d, 0xb8, byte(side), 12: a[0], a[1], a[2], a[3]} // RFC 3849: for documentation
	}
}

// mss is the payload that fits behind the headers and timestamps.
func (c *conn) mss() int {
	if c.v6 {
		return 1500 - 40 - 32
	}
	return 1500 - 20 - 32
}

// say lets an end send what comes next.
func (c *conn) say(r *recorder, from flows.Side, flags flows.Flags, length int) {
	s := segment{from: from, flags: flags, seq: c.ends[from].next, ack: c.ends[from.Peer()].next, length: length}
	c.send(r, &s)
}

// send records a segment; its sender's next number lies behind it.
func (c *conn) send(r *recorder, s *segment) {
	me, peer := &c.ends[s.from], &c.ends[s.from.Peer()]
	me.next = me.next.Latest(s.seq.Add(uint32(s.length + s.phantoms())))
	r.tick()
	r.counts.sent(s)
	stamp := me.stamp(r.now)
	r.record(c.frame(r, s, stamp))
	peer.heard = stamp
}

// stamp is what its clock shows: it ticks in milliseconds (RFC 7323 §5.4).
func (e *end) stamp(now int64) uint32 { return e.clock + uint32((now-began)/1e6) }

// phantoms is how many numbers a segment takes up beside its payload (RFC 9293
// §3.4).
func (s *segment) phantoms() (n int) {
	if s.flags.Has(flows.SYN) {
		n++
	}
	if s.flags.Has(flows.FIN) {
		n++
	}
	return n
}

// open is the handshake.
func (c *conn) open(r *recorder) {
	c.say(r, flows.Client, flows.SYN, 0)
	c.say(r, flows.Server, flows.SYN|flows.ACK, 0)
	c.say(r, flows.Client, flows.ACK, 0)
}

// close ends it, one end first.
func (c *conn) close(r *recorder, first flows.Side) {
	c.say(r, first, flows.FIN|flows.ACK, 0)
	c.say(r, first.Peer(), flows.FIN|flows.ACK, 0)
	c.say(r, first, flows.ACK, 0)
	r.counts.ends(flows.ClosedFlow)
}
