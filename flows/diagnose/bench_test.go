package diagnose_test

import (
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
