package flows_test

import (
	"math"
	"net/netip"
	"time"

	"tcptrace/flows"
)

// script plays one well-behaved connection to a table, step by step. Its
// client has J = 1000, its server K = 5000.
type script struct {
	table          *flows.Table
	client, server netip.AddrPort
	seq            [2]flows.Seq // what each end sends next
	now            flows.Time
	packet         uint64
	segment        flows.Segment // the newest one
	heard          func(flows.Segment)
}

// firstPort lies above the server's, so that roles are guessed right.
const firstPort = 40000

// newScript is a connection of the n-th client port.
func newScript(table *flows.Table, n int) *script {
	return &script{
		table:  table,
		client: netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(n >> 22), byte(n >> 14)}), firstPort+uint16(n&(1<<14-1))),
		server: netip.MustParseAddrPort("192.0.2.2:443"),
		seq:    [2]flows.Seq{1000, 5000},
	}
}

// at sets the time, in seconds, of what follows.
func (s *script) at(seconds float64) *script {
	s.now = flows.Time(math.Round(seconds*1e6)) * flows.Time(time.Microsecond)
	return s
}

// send lets an end send a segment with the next numbers.
func (s *script) send(from flows.Side, flags flows.Flags, length uint32) {
	ends := [2]netip.AddrPort{s.client, s.server}
	s.packet++
	s.segment = flows.Segment{
		Time: s.now, Packet: s.packet, Src: ends[from], Dst: ends[from.Peer()],
		Seq: s.seq[from], Ack: s.seq[from.Peer()], Flags: flags, Window: 65535, Length: length,
	}
	s.seq[from] = s.segment.End()
	s.table.Observe(&s.segment)
	if s.heard != nil {
		s.heard(s.segment)
	}
}

// again lets an end send its last n sequence numbers again.
func (s *script) again(from flows.Side, flags flows.Flags, n, length uint32) {
	s.seq[from] -= flows.Seq(n)
	s.send(from, flags, length)
}

func (s *script) syn()  { s.send(flows.Client, flows.SYN, 0) }
func (s *script) data() { s.send(flows.Client, flows.PSH|flows.ACK, 100) }

// open opens the connection.
func (s *script) open() {
	s.syn()
	s.send(flows.Server, flows.SYN|flows.ACK, 0)
	s.send(flows.Client, flows.ACK, 0)
}

// close closes it, the client first: the client is in TIME_WAIT then.
func (s *script) close() {
	s.send(flows.Client, flows.FIN|flows.ACK, 0)
	s.send(flows.Server, flows.FIN|flows.ACK, 0)
	s.send(flows.Client, flows.ACK, 0)
}

// reset ends it with a RST of the client.
func (s *script) reset() { s.send(flows.Client, flows.RST|flows.ACK, 0) }

// recorder is a Handler that keeps what tests ask for.
type recorder struct {
	last    flows.Step // the newest step; its Transitions are a copy
	label   string     // of the newest step, as people get it
	moves   []flows.Transition
	times   []flows.Time // of moves
	records []flows.Record
}

// Step keeps a step.
func (r *recorder) Step(s *flows.Step) {
	r.last = *s
	r.last.Transitions = append([]flows.Transition(nil), s.Transitions...)
	r.label = string(s.Label.AppendWords(nil))
	for _, m := range s.Transitions {
		r.moves = append(r.moves, m)
		r.times = append(r.times, s.Time)
	}
}

// End keeps a record.
func (r *recorder) End(rec *flows.Record) {
	keep := *rec
	for side := range keep.Ends {
		keep.Ends[side].History = append([]flows.State(nil), keep.Ends[side].History...)
	}
	r.records = append(r.records, keep)
}

// ended are the numbers of the scripts whose flows have ended, in order.
func (r *recorder) ended() (list []int) {
	for i := range r.records {
		list = append(list, int(r.records[i].Client.Port()-firstPort))
	}
	return list
}
