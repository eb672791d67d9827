package flows_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"tcptrace/flows"
)

// talk is an endless exchange of data and ACKs on one open connection.
type talk struct {
	table        *flows.Table
	data, answer flows.Segment
	turn         int
}

func newTalk(table *flows.Table, n int) *talk {
	s := newScript(table, n)
	s.open()
	both := flows.Segment{Window: 65535, Options: flows.Options{Present: flows.HasTimestamps}}
	t := &talk{table: table, data: both, answer: both}
	t.data.Src, t.data.Dst, t.data.Flags, t.data.Length = s.client, s.server, flows.PSH|flows.ACK, 1448
	t.answer.Src, t.answer.Dst, t.answer.Flags = s.server, s.client, flows.ACK
	t.data.Seq, t.data.Ack = s.seq[flows.Client], s.seq[flows.Server]
	t.answer.Seq, t.answer.Ack = s.seq[flows.Server], s.seq[flows.Client]
	return t
}

// next lets one segment pass.
func (t *talk) next(at flows.Time) { t.table.Observe(t.segment(at)) }

// segment is the next one, data and ACK by turns. It is valid until the one after
// it.
func (t *talk) segment(at flows.Time) *flows.Segment {
	t.turn++
	if t.turn%2 == 0 {
		t.answer.Time, t.answer.Ack = at, t.data.Seq.Add(t.data.Length)
		t.answer.Packet = uint64(t.turn) + 3 // behind the handshake
		return &t.answer
	}
	if t.turn > 1 {
		t.data.Seq = t.data.Seq.Add(t.data.Length)
	}
	t.data.Time, t.data.Packet = at, uint64(t.turn)+3
	t.data.Options.TSVal = uint32(at / flows.Time(time.Millisecond))
	return &t.data
}

// ways runs a benchmark with segments that go the long way, and with those that may
// go the short one, as in a trace that does not print them all.
func ways(b *testing.B, run func(*testing.B, flows.Limits)) {
	b.Run("long", func(b *testing.B) { run(b, flows.Limits{}) })
	b.Run("short", func(b *testing.B) { run(b, flows.Limits{SkipPlain: true}) })
}

// BenchmarkObserve follows the segments of one known flow.
func BenchmarkObserve(b *testing.B) {
	ways(b, func(b *testing.B, l flows.Limits) {
		t := newTalk(flows.NewTable(l, silent{}), 1)
		b.ReportAllocs()
		var at flows.Time
		for b.Loop() {
			at += flows.Time(10 * time.Microsecond)
			t.next(at)
		}
	})
}

// BenchmarkObserveManyFlows follows 100,000 flows in turn: every one is out of
// the processor's caches when its next segment comes.
func BenchmarkObserveManyFlows(b *testing.B) { ways(b, observeManyFlows) }

func observeManyFlows(b *testing.B, l flows.Limits) {
	table := flows.NewTable(l, silent{})
	talks := make([]*talk, 100_000)
	for i := range talks {
		talks[i] = newTalk(table, i)
	}
	b.ReportAllocs()
	var at flows.Time
	i := 0
	for b.Loop() {
		at += flows.Time(10 * time.Microsecond)
		talks[i].next(at)
		if i++; i == len(talks) {
			i = 0
		}
	}
}

// BenchmarkObserveHandshakes follows whole connections, from SYN to TIME_WAIT
// and out of the table: one operation is one connection of eight segments.
func BenchmarkObserveHandshakes(b *testing.B) { ways(b, observeHandshakes) }

func observeHandshakes(b *testing.B, l flows.Limits) {
	table := flows.NewTable(l, silent{})
	b.ReportAllocs()
	n := 0
	s := newScript(table, 0)
	for b.Loop() {
		n++
		*s = *newScript(table, n%1_000_000)
		s.at(float64(n) / 100)
		s.open()
		s.data()
		s.send(flows.Server, flows.ACK, 0)
		s.close()
	}
	perPacket(b, 8)
}

// perPacket reports what one of the packets of an operation costs.
func perPacket(b *testing.B, packets int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*packets), "ns/packet")
}

// BenchmarkObserveSYNFlood follows SYNs of ever new addresses; the table is full,
// so each of them drives the oldest one out.
func BenchmarkObserveSYNFlood(b *testing.B) { ways(b, observeSYNFlood) }

func observeSYNFlood(b *testing.B, l flows.Limits) {
	const full = 100_000
	l.MaxFlows = full
	table := flows.NewTable(l, silent{})
	syn := flows.Segment{Dst: netip.MustParseAddrPort("192.0.2.2:443"), Flags: flows.SYN, Window: 65535}
	var n uint32
	next := func() {
		n++
		syn.Src = netip.AddrPortFrom(netip.AddrFrom4([4]byte{byte(n>>24) + 11, byte(n >> 16), byte(n >> 8), byte(n)}), firstPort)
		syn.Seq, syn.Time = flows.Seq(n*40503), flows.Time(n)*flows.Time(time.Microsecond)
		table.Observe(&syn)
	}
	for range full {
		next()
	}
	b.ReportAllocs()
	for b.Loop() {
		next()
	}
	perPacket(b, 1)
}

// BenchmarkObserveAll follows batches, as a trace does: all of one flow, or each
// segment of another one.
func BenchmarkObserveAll(b *testing.B) {
	for _, size := range []int{1, 100_000} {
		b.Run(fmt.Sprintf("flows=%d", size), func(b *testing.B) {
			table := flows.NewTable(flows.Limits{SkipPlain: true}, silent{})
			talks := make([]*talk, size)
			for i := range talks {
				talks[i] = newTalk(table, i)
			}
			b.ReportAllocs()
			batch := make([]flows.Segment, 256)
			var at flows.Time
			for i := 0; b.Loop(); {
				for k := range batch {
					at += flows.Time(10 * time.Microsecond)
					batch[k] = *talks[i].segment(at)
					if i++; i == size {
						i = 0
					}
				}
				table.ObserveAll(batch)
			}
			perPacket(b, len(batch))
		})
	}
}

// TestObserveAllocates0: a segment of a known flow costs no allocation, be it
// data or a finding, with a handler that looks at it.
func TestObserveAllocates0(t *testing.T) {
	newFlow := func() *flows.Table { return flows.NewTable(flows.Limits{}, &reader{}) }
	talking := newTalk(newFlow(), 1)
	var at flows.Time
	check := func(name string, f func()) {
		if got := testing.AllocsPerRun(1000, f); got != 0 {
			t.Errorf("%s allocates %v times", name, got)
		}
	}
	check("data and ACKs", func() {
		at += flows.Time(time.Millisecond)
		talking.next(at)
	})

	again := newScript(newFlow(), 1)
	again.open()
	again.data()
	seg := flows.Segment{Src: again.client, Dst: again.server, Seq: 1001, Ack: 5001, Flags: flows.PSH | flows.ACK, Length: 100}
	check("retransmissions", func() {
		seg.Time += flows.Time(time.Second)
		again.table.Observe(&seg)
	})
	rst := flows.Segment{Src: again.client, Dst: again.server, Seq: 70_000, Flags: flows.RST}
	check("suspect resets", func() {
		rst.Time += flows.Time(time.Second)
		again.table.Observe(&rst)
	})

	refusing := newScript(newFlow(), 1)
	refusing.open()
	synack := flows.Segment{Src: refusing.server, Dst: refusing.client, Seq: 5000, Ack: 1001, Flags: flows.SYN | flows.ACK}
	ack := flows.Segment{Src: refusing.client, Dst: refusing.server, Seq: 1001, Ack: 5001, Flags: flows.ACK}
	check("moves and corrections", func() {
		synack.Time += flows.Time(time.Second)
		refusing.table.Observe(&synack)
		ack.Time = synack.Time
		refusing.table.Observe(&ack)
	})

	e := flows.ICMPError{Type: 3, Src: again.client, Dst: again.server, Seq: 1000}
	check("ICMP errors", func() { again.table.ObserveICMP(&e) })
	check("time alone", func() {
		at += flows.Time(time.Millisecond)
		talking.table.Advance(at)
	})
}

// reader is a Handler that writes every label into a buffer of its own.
type reader struct{ buf []byte }

// Step writes a label.
func (r *reader) Step(s *flows.Step) { r.buf = s.Label.AppendWords(r.buf[:0]) }

// End does nothing.
func (r *reader) End(*flows.Record) {}

// TestReuseAllocates0: connections one after another on the same addresses
// cost no allocation once the table has its slots.
func TestReuseAllocates0(t *testing.T) {
	table := flows.NewTable(flows.Limits{}, silent{})
	client, server := netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("192.0.2.2:443")
	syn := flows.Segment{Src: client, Dst: server, Flags: flows.SYN}
	rst := flows.Segment{Src: server, Dst: client, Flags: flows.RST | flows.ACK}
	connect := func() {
		syn.Time += flows.Time(time.Millisecond)
		syn.Seq += 1_000_000
		rst.Time, rst.Ack = syn.Time, syn.Seq.Add(1)
		table.Observe(&syn)
		table.Observe(&rst)
	}
	for range 5000 {
		connect()
	}
	// One deadline a connection goes into the heap as an interface.
	if got := testing.AllocsPerRun(1000, connect); got > 1 {
		t.Errorf("a refused connection allocates %v times", got)
	}
}
