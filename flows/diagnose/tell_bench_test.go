package diagnose_test

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"tcptrace/flows"
)

// sent is a segment of a connection whose ends both begin at 0.
type sent struct {
	fromServer bool
	s          flows.Segment
}

// handshake opens one.
func handshake() []sent {
	asks := flows.Options{Present: stack}
	return []sent{
		{false, flows.Segment{Flags: flows.SYN, Options: asks}},
		{true, flows.Segment{Flags: flows.SYN | flows.ACK, Ack: 1, Options: asks}},
		{false, flows.Segment{Flags: flows.ACK, Seq: 1, Ack: 1}},
	}
}

// BenchmarkTold is what a short connection costs that something is found of, as
// it is of very many in some captures.
func BenchmarkTold(b *testing.B) {
	fin := flows.FIN | flows.ACK
	for _, bb := range []struct {
		name    string
		clients int // each has 64 ports
		rest    []sent
	}{
		{"port-reuse-fast and timewait-reuse-accepted", 1, []sent{
			{true, flows.Segment{Flags: fin, Seq: 1, Ack: 1}},
			{false, flows.Segment{Flags: fin, Seq: 1, Ack: 2}},
			{true, flows.Segment{Flags: flows.ACK, Seq: 2, Ack: 2}},
		}},
		{"simultaneous-close", 1 << 24, []sent{
			{true, flows.Segment{Flags: fin, Seq: 1, Ack: 1}},
			{false, flows.Segment{Flags: fin, Seq: 1, Ack: 1}},
			{true, flows.Segment{Flags: flows.ACK, Seq: 2, Ack: 2}},
			{false, flows.Segment{Flags: flows.ACK, Seq: 2, Ack: 2}},
		}},
		{"rst-abortive-close", 1 << 24, []sent{
			{false, flows.Segment{Flags: flows.ACK | flows.PSH, Seq: 1, Ack: 1, Length: 100}},
			{true, flows.Segment{Flags: flows.ACK | flows.PSH, Seq: 1, Ack: 101, Length: 1000}},
			{true, flows.Segment{Flags: flows.RST | flows.ACK, Seq: 1001, Ack: 101}},
		}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			server, connection := at(443), append(handshake(), bb.rest...)
			var s flows.Segment
			packet := uint64(0)
			benchmarkOpening(b, flows.Limits{SkipPlain: true}, func(t *flows.Table, n int) {
				now := flows.Time(time.Hour).Add(time.Duration(n) * time.Millisecond)
				isn, client := uint32(n)<<16, [4]byte{}
				binary.BigEndian.PutUint32(client[:], 10<<24|uint32(n>>6%bb.clients))
				for i := range connection {
					s = connection[i].s
					s.Src, s.Dst = netip.AddrPortFrom(netip.AddrFrom4(client), 40000+uint16(n%64)), server
					if connection[i].fromServer {
						s.Src, s.Dst = s.Dst, s.Src
					}
					packet++
					s.Seq, s.Ack = s.Seq.Add(isn), s.Ack.Add(isn)
					s.Time, s.Packet, s.Window, s.TTL = now.Add(time.Duration(i)*time.Microsecond), packet, 65535, 64
					t.Observe(&s)
				}
			})
		})
	}
}
