package flowtest

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"tcptrace/flows"
)

// kept is a handler that keeps what it is told.
type kept struct {
	steps   []*flows.Step
	records []*flows.Record
}

func (k *kept) Step(st *flows.Step) { k.steps = append(k.steps, st.Clone()) }

func (k *kept) End(r *flows.Record) {
	c := *r
	for side := range c.Ends {
		c.Ends[side].History = slices.Clone(c.Ends[side].History)
	}
	k.records = append(k.records, &c)
}

// connection is a connection from SYN to the last ACK, as a table tells it.
func connection(start flows.Time) *kept {
	const j, k = flows.Seq(2891337121), flows.Seq(1193046)
	client, server := netip.MustParseAddrPort("10.0.0.5:51324"), netip.MustParseAddrPort("10.0.0.9:443")
	var told kept
	table := flows.NewTable(flows.Limits{}, &told)
	for i, s := range []flows.Segment{
		{Src: client, Dst: server, Flags: flows.SYN, Seq: j},
		{Src: server, Dst: client, Flags: flows.SYN | flows.ACK, Seq: k, Ack: j + 1},
		{Src: client, Dst: server, Flags: flows.ACK, Seq: j + 1, Ack: k + 1},
		{Src: client, Dst: server, Flags: flows.ACK | flows.PSH, Seq: j + 1, Ack: k + 1, Length: 517},
		{Src: server, Dst: client, Flags: flows.FIN | flows.ACK, Seq: k + 1, Ack: j + 518},
		{Src: client, Dst: server, Flags: flows.ACK, Seq: j + 518, Ack: k + 2},
		{Src: client, Dst: server, Flags: flows.FIN | flows.ACK, Seq: j + 518, Ack: k + 2},
		{Src: server, Dst: client, Flags: flows.ACK, Seq: k + 2, Ack: j + 519},
	} {
		s.Time, s.Packet, s.Window = start.Add(time.Duration(i)*271*time.Microsecond), uint64(100_000+i), 502
		table.Observe(&s)
	}
	table.Finish()
	return &told
}

// pairs are the addresses of many flows.
func pairs(v6 bool) (pairs [1 << 10][2]netip.AddrPort) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range pairs {
		client, server := netip.AddrFrom4([4]byte{10, byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32())}),
			netip.AddrFrom4([4]byte{198, 18, byte(r.Uint32() % 4), byte(r.Uint32())})
		if v6 {
			a, b := client.As4(), server.As4()
			client = netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, a[1], 0, 0, 0, 0, a[1], a[2], a[3], a[0]})
			server = netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, b[2], b[3]})
		}
		pairs[i] = [2]netip.AddrPort{
			netip.AddrPortFrom(client, uint16(32768+r.Uint32()%28000)), netip.AddrPortFrom(server, []uint16{22, 80, 443, 5432}[r.Uint32()%4]),
		}
	}
	return pairs
}

// Replay is what a table tells of one connection, again and again: each time of
// another one. It is for benchmarks of handlers.
type Replay struct {
	Steps   []*flows.Step // from SYN to the last ACK; they know no Facts
	Records []*flows.Record

	pairs [1 << 10][2]netip.AddrPort
	start flows.Time
	n     int
}

// NewReplay is of connections over IPv4, or IPv6, that begin at start.
func NewReplay(start flows.Time, v6 bool) *Replay {
	told := connection(start)
	return &Replay{Steps: told.steps, Records: told.records, pairs: pairs(v6), start: start}
}

// Next makes the steps and records those of the next connection.
func (r *Replay) Next() {
	rec := r.NextRecord()
	for i, st := range r.Steps {
		at := r.n*len(r.Steps) + i
		st.Flow, st.Client, st.Server = rec.Flow, rec.Client, rec.Server
		st.Time = r.start.Add(time.Duration(at) * time.Microsecond)
		if st.Segment != nil {
			st.Segment.Packet = uint64(at)
		}
	}
}

// NextRecord is how the next connection ended.
func (r *Replay) NextRecord() *flows.Record {
	pair, rec := &r.pairs[r.n%len(r.pairs)], r.Records[0]
	r.n++
	rec.Flow, rec.Client, rec.Server = flows.FlowID(r.n), pair[0], pair[1]
	rec.Last.Time = r.start.Add(time.Duration(r.n) * time.Microsecond)
	return rec
}
