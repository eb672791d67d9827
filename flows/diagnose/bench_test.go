package diagnose_test

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// deaf hears everything and does nothing.
type deaf struct{}

func (deaf) Step(*flows.Step) {}

func (deaf) End(*flows.Record) {}

func (deaf) Finding(*diagnose.Finding) {}

// BenchmarkObserve is what the state machine costs for a segment of an open
// connection, alone and with the diagnosis behind it.
func BenchmarkObserve(b *testing.B) {
	for _, bb := range []struct {
		name    string
		handler flows.Handler
	}{{"flows", deaf{}}, {"flows and diagnose", diagnose.New(diagnose.Options{}, deaf{})}} {
		b.Run(bb.name, func(b *testing.B) {
			table := flows.NewTable(flows.Limits{}, bb.handler)
			now := flows.Time(time.Hour)
			seg := func(fromServer bool, flags flows.Flags, seq, ack flows.Seq, length uint32) flows.Segment {
				s := flows.Segment{Time: now, Packet: 1, Src: at(40000), Dst: at(443), Flags: flags, Seq: seq, Ack: ack, Length: length, Window: 65535, TTL: 64}
				if fromServer {
					s.Src, s.Dst = s.Dst, s.Src
				}
				return s
			}
			for _, s := range []flows.Segment{
				seg(false, flows.SYN, 0, 0, 0), seg(true, flows.SYN|flows.ACK, 0, 1, 0), seg(false, flows.ACK, 1, 1, 0),
			} {
				table.Observe(&s)
			}
			data, ack := seg(false, flows.ACK|flows.PSH, 1, 1, 100), seg(true, flows.ACK, 1, 101, 0)
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				now = now.Add(10 * time.Microsecond)
				s := &data
				if n%2 == 1 {
					s = &ack
				}
				s.Time = now
				table.Observe(s)
				s.ID++
				if n%2 == 1 {
					data.Seq, ack.Ack = data.Seq.Add(100), ack.Ack.Add(100)
				}
			}
		})
	}
}

// opened is one of very many connections, of whose addresses hardly two are
// alike.
func opened(n int) (client, server netip.AddrPort) {
	var c, s [4]byte
	binary.BigEndian.PutUint32(c[:], 10<<24|uint32(n)*0x9e3779b1>>8)
	binary.BigEndian.PutUint32(s[:], 198<<24|uint32(n)*0x85ebca6b>>12)
	return netip.AddrPortFrom(netip.AddrFrom4(c), 40000), netip.AddrPortFrom(netip.AddrFrom4(s), 443)
}

// benchmarkOpening times step, which is called with the numbers 0, 1, 2, and so
// on: with nothing but the state machine at first, then with the diagnosis
// behind it.
func benchmarkOpening(b *testing.B, l flows.Limits, step func(t *flows.Table, n int)) {
	for _, bb := range []struct {
		name      string
		diagnosed bool
	}{{"flows", false}, {"flows and diagnose", true}} {
		b.Run(bb.name, func(b *testing.B) {
			var handler flows.Handler = deaf{}
			if bb.diagnosed {
				handler = diagnose.New(diagnose.Options{}, deaf{})
			}
			t := flows.NewTable(l, handler)
			b.ReportAllocs()
			n := 0
			for ; n < 200_000; n++ { // until all that is bounded is full
				step(t, n)
			}
			for b.Loop() {
				step(t, n)
				n++
			}
		})
	}
}

// BenchmarkManyListeners is what a short connection costs where each goes to
// another server, 10,000 of them at once, and is forgotten after TIME_WAIT.
func BenchmarkManyListeners(b *testing.B) {
	segments := [...]struct {
		age        int
		fromServer bool
		s          flows.Segment
	}{
		{0, false, flows.Segment{Flags: flows.SYN, Seq: 1000, Options: flows.Options{Present: stack}}},
		{500, true, flows.Segment{Flags: flows.SYN | flows.ACK, Seq: 5000, Ack: 1001, Options: flows.Options{Present: stack}}},
		{10_000, false, flows.Segment{Flags: flows.ACK, Seq: 1001, Ack: 5001}},
		{10_000, false, flows.Segment{Flags: flows.FIN | flows.ACK, Seq: 1001, Ack: 5001}},
		{10_000, true, flows.Segment{Flags: flows.FIN | flows.ACK, Seq: 5001, Ack: 1002}},
		{10_000, false, flows.Segment{Flags: flows.ACK, Seq: 1002, Ack: 5002}},
	}
	benchmarkOpening(b, flows.Limits{SkipPlain: true}, func(t *flows.Table, n int) {
		for i := range segments {
			to, s := &segments[i], &segments[i].s
			if n < to.age {
				return
			}
			s.Src, s.Dst = opened(n - to.age)
			if to.fromServer {
				s.Src, s.Dst = s.Dst, s.Src
			}
			s.Time, s.Packet, s.Window, s.TTL = flows.Time(time.Hour).Add(time.Duration(n)*time.Millisecond), uint64(n)+1, 65535, 64
			t.Observe(s)
		}
	})
}

// BenchmarkFlood is what a SYN of a forged address costs, of very many to one
// server, where each drives an older one out.
func BenchmarkFlood(b *testing.B) {
	s := &flows.Segment{Flags: flows.SYN, Seq: 1000, Dst: at(443), Window: 65535, TTL: 64, Options: flows.Options{Present: stack}}
	benchmarkOpening(b, flows.Limits{SkipPlain: true, MaxFlows: 20_000}, func(t *flows.Table, n int) {
		s.Src, _ = opened(n)
		s.Time, s.Packet = flows.Time(time.Hour).Add(time.Duration(n)*time.Microsecond), uint64(n)+1
		t.Observe(s)
	})
}
