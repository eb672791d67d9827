package text

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"tcptrace/flows"
	"tcptrace/tracer/sink/palette"
)

// begun is when the connections of the benchmarks begin.
var begun = flows.TimeOf(start)

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
func connection() *kept {
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
		s.Time, s.Packet, s.Window = begun.Add(time.Duration(i)*271*time.Microsecond), uint64(100_000+i), 502
		table.Observe(&s)
	}
	table.Finish()
	return &told
}

// ends are the addresses of many flows.
func ends(v6 bool) (pairs [1 << 10][2]netip.AddrPort) {
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

// replay gives a sink the steps of one connection after the other.
type replay struct {
	*kept
	pairs [1 << 10][2]netip.AddrPort
	n     int
}

// next makes the steps those of the next connection.
func (r *replay) next() {
	pair := &r.pairs[r.n%len(r.pairs)]
	r.n++
	for i, st := range r.steps {
		st.Client, st.Server = pair[0], pair[1]
		st.Flow, st.Time = flows.FlowID(r.n), begun.Add(time.Duration(r.n*len(r.steps)+i)*time.Microsecond)
		if st.Segment != nil {
			st.Segment.Packet = uint64(r.n*len(r.steps) + i)
		}
	}
	for _, rec := range r.records {
		rec.Flow, rec.Client, rec.Server = flows.FlowID(r.n), pair[0], pair[1]
		rec.Last.Time = begun.Add(time.Duration(r.n) * time.Microsecond)
	}
}

// counter counts lines and throws them away.
type counter struct{ lines, bytes int }

func (c *counter) Write(b []byte) (int, error) {
	c.lines += bytes.Count(b, []byte{'\n'})
	c.bytes += len(b)
	return len(b), nil
}

// linesOf is how many lines what feed does once makes, flushed.
func linesOf(s *Sink, feed func()) int {
	var c counter
	s.w = &c
	feed()
	s.w = io.Discard
	return max(c.lines, 1)
}

// TestEndAllocatesNothing: a million flows may end stuck.
func TestEndAllocatesNothing(t *testing.T) {
	s, rec := New(io.Discard, Options{}), stuckRecord()
	if n := testing.AllocsPerRun(100, func() { s.End(rec) }); n != 0 {
		t.Errorf("%v allocations for a flow, want 0", n)
	}
}

var benches = []struct {
	name string
	o    Options
	v6   bool
}{
	{"moves/IPv4", Options{}, false},
	{"moves/IPv4/16-colours", Options{Depth: palette.Colour16}, false},
	{"moves/IPv4/256-colours", Options{Depth: palette.Colour256}, false},
	{"moves/IPv4/16-colours/120-columns", Options{Depth: palette.Colour16, Width: columnsOf(120)}, false},
	{"moves/IPv6", Options{}, true},
	{"moves/IPv6/16-colours", Options{Depth: palette.Colour16}, true},
	{"all/IPv4", Options{Detail: All}, false},
	{"all/IPv4/16-colours", Options{Detail: All, Depth: palette.Colour16}, false},
	{"closing/IPv4", Options{Detail: Closing}, false},
}

// BenchmarkConnection prints the steps of whole connections.
func BenchmarkConnection(b *testing.B) {
	for _, bench := range benches {
		b.Run(bench.name, func(b *testing.B) {
			s, r := New(io.Discard, bench.o), &replay{kept: connection(), pairs: ends(bench.v6)}
			feed := func() {
				if bench.o.Detail != Closing {
					r.next()
				}
				for _, st := range r.steps {
					s.Step(st)
				}
			}
			lines := linesOf(s, feed)
			if bench.o.Detail == Closing {
				lines = len(r.steps)
			}
			b.ReportAllocs()
			for b.Loop() {
				feed()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*lines), "ns/line")
		})
	}
}

// BenchmarkEnd ends flows.
func BenchmarkEnd(b *testing.B) {
	for _, outcome := range []flows.Outcome{flows.ClosedFlow, flows.Stuck} {
		b.Run(outcome.String(), func(b *testing.B) {
			s, r := New(io.Discard, Options{}), &replay{kept: connection(), pairs: ends(false)}
			rec := r.records[0]
			rec.Outcome = outcome
			b.ReportAllocs()
			for b.Loop() {
				s.End(rec)
			}
		})
	}
}
