package flows_test

import (
	"container/heap"
	"math/rand/v2"
	"net/netip"
	"time"

	"tcptrace/flows"
)

// network is two hosts that talk TCP over a path, in simulated time, with a
// capture somewhere on the path. It is a TCP of its own, as small as it can be
// (no windows, no delayed ACKs, no reassembly), to know the states of both ends
// for certain and what a capture saw of them.
type network struct {
	rng     *rand.Rand
	now     time.Duration
	queue   events
	hosts   [2]*host
	delay   time.Duration // from one end to the other
	place   float64       // of the capture, 0 at the client, 1 at the server
	loss    float64       // share of segments that are lost, on either side of the capture
	stamps  bool
	capture []flows.Segment
}

// host is one end.
type host struct {
	net      *network
	side     flows.Side
	addr     netip.AddrPort
	state    flows.State
	history  []flows.State
	active   bool // it opened itself: it has a socket of its own from the start
	iss      flows.Seq
	una, nxt flows.Seq
	rcv      flows.Seq // what it expects next
	fin      flows.Seq // valid if closed
	closed   bool      // its FIN was sent
	eager    bool      // it closes as soon as its peer has closed
	recent   uint32    // the newest timestamp that it received in order
	id       uint16
}

// event is something that happens at a moment; of several at the same moment
// the one that was planned first.
type event struct {
	at    time.Duration
	order int
	do    func()
}

type events struct {
	list    []event
	planned int
}

func (q *events) Len() int      { return len(q.list) }
func (q *events) Swap(i, j int) { q.list[i], q.list[j] = q.list[j], q.list[i] }
func (q *events) Push(x any)    { q.list = append(q.list, x.(event)) }
func (q *events) Less(i, j int) bool {
	a, b := q.list[i], q.list[j]
	return a.at < b.at || a.at == b.at && a.order < b.order
}
func (q *events) Pop() any {
	e := q.list[len(q.list)-1]
	q.list = q.list[:len(q.list)-1]
	return e
}

// plan lets something happen later.
func (n *network) plan(in time.Duration, do func()) {
	n.queue.planned++
	heap.Push(&n.queue, event{n.now + in, n.queue.planned, do})
}

// run lets everything happen that was planned.
func (n *network) run() {
	for n.queue.Len() > 0 {
		e := heap.Pop(&n.queue).(event)
		n.now = e.at
		e.do()
	}
}

// enter moves a host to a state.
func (h *host) enter(s flows.State) {
	if h.state != s {
		h.state = s
		h.history = append(h.history, s)
	}
}

// send sends a segment, and sends it again until it is acknowledged.
func (h *host) send(flags flows.Flags, seq flows.Seq, length uint32) {
	s := flows.Segment{Flags: flags, Seq: seq, Length: length}
	h.transmit(s)
	if s.End() != seq && !flags.Has(flows.RST) {
		h.nxt = h.nxt.Latest(s.End())
		h.insist(s, 250*time.Millisecond, 5)
	}
}

// insist sends a segment again if it is not acknowledged in time.
func (h *host) insist(s flows.Segment, timeout time.Duration, tries int) {
	h.net.plan(timeout, func() {
		over := h.state == flows.Closed || h.state == flows.TimeWait || s.End().AtOrBefore(h.una)
		if over || tries == 0 || s.Flags == flows.SYN && h.state != flows.SynSent {
			return
		}
		h.transmit(s)
		h.insist(s, 2*timeout, tries-1)
	})
}

// transmit puts a segment on the path, past the capture to the peer.
func (h *host) transmit(s flows.Segment) {
	n := h.net
	peer := n.hosts[h.side.Peer()]
	h.id++
	s.Src, s.Dst, s.ID, s.Window = h.addr, peer.addr, h.id, 65535
	if s.Flags.Has(flows.ACK) {
		s.Ack = h.rcv
	}
	if n.stamps && !s.Flags.Has(flows.RST) {
		s.Options.Present = flows.HasTimestamps
		s.Options.TSVal = 1<<31 - 2000 + uint32(h.side)*7 + uint32(n.now/time.Millisecond)
		s.Options.TSEcr = h.recent
	}
	before := time.Duration(float64(n.delay) * n.place)
	if h.side == flows.Server {
		before = n.delay - before
	}
	if n.rng.Float64() < n.loss {
		return // lost in front of the capture
	}
	lost := n.rng.Float64() < n.loss
	n.plan(before, func() {
		s.Time = flows.Time(n.now)
		s.Packet = uint64(len(n.capture) + 1)
		n.capture = append(n.capture, s)
		if !lost {
			n.plan(n.delay-before, func() { peer.receive(&s) })
		}
	})
}

func (h *host) ack() { h.send(flows.ACK, h.nxt, 0) }

// refuse answers a segment for which there is no connection.
func (h *host) refuse(s *flows.Segment) {
	if s.Flags.Has(flows.RST) {
		return
	}
	if s.Flags.Has(flows.ACK) {
		h.send(flows.RST, s.Ack, 0)
		return
	}
	h.rcv = s.End()
	h.send(flows.RST|flows.ACK, 0, 0)
}

// open opens actively.
func (h *host) open() {
	h.active = true
	h.una, h.nxt = h.iss, h.iss
	h.enter(flows.SynSent)
	h.send(flows.SYN, h.iss, 0)
}

// write sends payload, if it may.
func (h *host) write(length uint32) {
	if h.state == flows.Established || h.state == flows.CloseWait {
		h.send(flows.PSH|flows.ACK, h.nxt, length)
	}
}

// close closes the sending direction.
func (h *host) close() {
	switch {
	case h.state == flows.Established:
		h.enter(flows.FinWait1)
	case h.state == flows.CloseWait:
		h.enter(flows.LastAck)
	default:
		return
	}
	h.fin, h.closed = h.nxt, true
	h.send(flows.FIN|flows.ACK, h.nxt, 0)
}

// abort closes with RST.
func (h *host) abort() {
	switch h.state {
	case flows.Established, flows.CloseWait, flows.FinWait1, flows.FinWait2:
		h.enter(flows.Closed)
		h.send(flows.RST|flows.ACK, h.nxt, 0)
	}
}

// receive follows RFC 9293 §3.10.7.
func (h *host) receive(s *flows.Segment) {
	if s.Flags.Has(flows.SYN) || s.Seq.AtOrBefore(h.rcv) { // RFC 7323 §4.3
		h.recent = max(h.recent, s.Options.TSVal)
	}
	switch h.state {
	case flows.Closed:
		h.refuse(s)
	case flows.Unknown: // it listens
		h.receiveListening(s)
	case flows.SynSent:
		h.receiveOpening(s)
	default:
		h.receiveSynchronized(s)
	}
}

func (h *host) receiveListening(s *flows.Segment) {
	switch {
	case s.Flags.Has(flows.RST):
	case s.Flags.Has(flows.ACK):
		h.refuse(s)
	default:
		h.rcv = s.Seq.Add(1)
		h.una, h.nxt = h.iss, h.iss
		h.enter(flows.SynReceived)
		h.send(flows.SYN|flows.ACK, h.iss, 0)
	}
}

func (h *host) receiveOpening(s *flows.Segment) {
	acceptable := s.Flags.Has(flows.ACK) && s.Ack == h.iss.Add(1)
	switch {
	case s.Flags.Has(flows.RST):
		if acceptable {
			h.enter(flows.Closed)
		}
	case s.Flags.Has(flows.SYN | flows.ACK):
		h.rcv = s.Seq.Add(1)
		h.una = h.iss.Add(1)
		h.enter(flows.Established)
		h.ack()
	case s.Flags.Has(flows.SYN):
		h.rcv = s.Seq.Add(1)
		h.enter(flows.SynReceived)
		h.send(flows.SYN|flows.ACK, h.iss, 0)
	}
}

func (h *host) receiveSynchronized(s *flows.Segment) {
	if s.Flags.Has(flows.RST) {
		if s.Seq == h.rcv {
			h.enter(flows.Closed)
		}
		return
	}
	if s.Flags.Has(flows.SYN) && h.state != flows.SynReceived {
		h.ack()
		return
	}
	if s.Flags.Has(flows.SYN) && !s.Flags.Has(flows.ACK) {
		h.transmit(flows.Segment{Flags: flows.SYN | flows.ACK, Seq: h.iss})
		return
	}
	h.receiveAck(s)
	if h.state == flows.Closed {
		return
	}
	start := s.Seq
	if s.Flags.Has(flows.SYN) {
		start = start.Add(1)
	}
	switch {
	case s.Length == 0 && !s.Flags.Any(flows.FIN|flows.SYN):
		return
	case start != h.rcv || h.state == flows.TimeWait: // out of order, or known already
		h.ack()
		return
	}
	h.rcv = start.Add(s.Length)
	if s.Flags.Has(flows.FIN) {
		h.receiveFIN()
		return
	}
	h.ack()
}

// receiveAck is the fifth step: the acknowledgement.
func (h *host) receiveAck(s *flows.Segment) {
	if s.Ack.After(h.nxt) {
		return
	}
	h.una = h.una.Latest(s.Ack)
	if h.state == flows.SynReceived && s.Ack.After(h.iss) {
		h.enter(flows.Established)
	}
	if !h.closed || s.Ack != h.fin.Add(1) {
		return
	}
	switch h.state {
	case flows.FinWait1:
		h.enter(flows.FinWait2)
	case flows.Closing:
		h.enter(flows.TimeWait)
	case flows.LastAck:
		h.enter(flows.Closed)
	}
}

// receiveFIN is the eighth step: the FIN.
func (h *host) receiveFIN() {
	h.rcv = h.rcv.Add(1)
	switch h.state {
	case flows.Established:
		h.enter(flows.CloseWait)
		if h.eager {
			h.close() // one segment acknowledges and closes
			return
		}
	case flows.FinWait1:
		h.enter(flows.Closing)
	case flows.FinWait2:
		h.enter(flows.TimeWait)
	}
	h.ack()
}

// simulate makes a connection with a life of its own from a seed: opened by
// one end or by both, data either way, closed or aborted by whom and when the
// seed wants.
func simulate(seed uint64, loss float64, aborts bool) *network {
	rng := rand.New(rand.NewPCG(seed, 9293))
	n := &network{
		rng: rng, delay: time.Duration(1+rng.IntN(40)) * time.Millisecond, place: rng.Float64(),
		loss: loss, stamps: rng.IntN(2) == 0,
	}
	addrs := []netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("198.51.100.2:443")}
	for side := range flows.Side(2) {
		n.hosts[side] = &host{net: n, side: side, addr: addrs[side], iss: flows.Seq(rng.Uint32()), eager: rng.IntN(3) == 0}
	}
	n.plan(0, n.hosts[flows.Client].open)
	var settled time.Duration
	if rng.IntN(5) == 0 { // SYNs cross
		n.plan(time.Duration(rng.Int64N(int64(n.delay))), n.hosts[flows.Server].open)
		settled = 4 * n.delay // who closes earlier may do so in SYN_RECEIVED, and nobody could tell
	}
	for range rng.IntN(12) {
		h := n.hosts[rng.IntN(2)]
		when := settled + time.Duration(rng.IntN(400))*time.Millisecond
		switch what := rng.IntN(10); {
		case what < 6:
			length := uint32(1 + rng.IntN(2000))
			n.plan(when, func() { h.write(length) })
		case what < 9 || !aborts:
			n.plan(when, h.close)
		default:
			n.plan(when, h.abort)
		}
	}
	if rng.IntN(3) > 0 { // mostly, both close in the end
		for _, h := range n.hosts {
			n.plan(settled+time.Duration(400+rng.IntN(100))*time.Millisecond, h.close)
		}
	}
	n.run()
	return n
}
