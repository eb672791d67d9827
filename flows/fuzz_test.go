package flows_test

import (
	"net/netip"
	"testing"
	"time"

	"tcptrace/flows"
)

// The fuzzer plays with a small alphabet, so that what it makes up meets: a few
// tuples, a few numbers around the beginnings and ends of connections, a few
// steps of time. Five bytes make one segment, or something else that happens.
var (
	fuzzEnds = [...][2]netip.AddrPort{
		{netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("198.51.100.2:443")},
		{netip.MustParseAddrPort("198.51.100.2:40001"), netip.MustParseAddrPort("192.0.2.1:443")},
		{netip.MustParseAddrPort("[2001:db8::1]:179"), netip.MustParseAddrPort("[2001:db8::2]:179")},
		{netip.MustParseAddrPort("127.0.0.1:5000"), netip.MustParseAddrPort("127.0.0.1:5000")}, // one socket
	}
	fuzzFlags = [...]flows.Flags{
		flows.SYN, flows.SYN | flows.ACK, flows.ACK, flows.ACK, flows.ACK, flows.PSH | flows.ACK, flows.FIN | flows.ACK,
		flows.FIN | flows.ACK, flows.RST, flows.RST | flows.ACK, flows.FIN, flows.SYN | flows.FIN, flows.SYN | flows.RST,
		flows.SYN | flows.FIN | flows.ACK, 0, flows.FIN | flows.PSH | flows.URG | flows.ACK,
	}
	fuzzNumbers = [...]flows.Seq{
		0, 1, 2, 3, 11, 12, 13, 21, 101, 102, 65_536, 70_000, 70_001, 70_002, 1 << 31, 1<<32 - 1,
	}
	fuzzSteps = [...]time.Duration{
		0, 0, 50 * time.Microsecond, time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond, 300 * time.Millisecond,
		time.Second, 3 * time.Second, 61 * time.Second, 130 * time.Second, -time.Millisecond, -2 * time.Second, -time.Hour,
		time.Minute, 20 * time.Millisecond,
	}
)

// fuzzer plays bytes to a table.
type fuzzer struct {
	table    *flows.Table
	now      flows.Time
	observed uint64
}

// play lets one thing happen. The bits of b: tuple and direction and kind,
// flags and time, numbers, payload and window, options.
func (f *fuzzer) play(b []byte) {
	ends := fuzzEnds[b[0]&3]
	src, dst := ends[b[0]>>2&1], ends[^b[0]>>2&1]
	f.now = f.now.Add(fuzzSteps[b[1]>>4])
	seq, ack := fuzzNumbers[b[2]&15], fuzzNumbers[b[2]>>4]
	switch b[0] >> 3 {
	case 31:
		f.table.Advance(f.now)
		return
	case 30:
		f.table.ObserveICMP(&flows.ICMPError{Time: f.now, Type: 3, Code: b[3] & 15, Src: src, Dst: dst, Seq: seq})
		return
	}
	s := flows.Segment{
		Time: f.now, Src: src, Dst: dst, Seq: seq, Ack: ack, Flags: fuzzFlags[b[1]&15],
		Length: [...]uint32{0, 0, 10, 100}[b[3]&3], Window: [...]uint16{65535, 65535, 0, 10}[b[3]>>2&3],
		ID: uint16(b[3] >> 4 & 3), BadSum: b[3]>>6 == 3, Interface: uint32(b[3] >> 6 & 1),
		Fragment: b[4]>>6 == 3,
	}
	if b[4]&3 != 0 {
		s.Options.Present = flows.HasTimestamps
		s.Options.TSVal, s.Options.TSEcr = uint32(b[4]&3)*100, uint32(b[4]>>2&3)*100
	}
	if s.Flags.Has(flows.SYN) && b[4]>>4&3 != 0 {
		s.Options.Present |= [...]flows.OptionSet{0, flows.HasWindowScale, flows.OptionsCut, flows.HasFastOpen}[b[4]>>4&3]
		s.Options.WindowScale = b[4]
	}
	f.observed++
	f.table.Observe(&s)
}

// FuzzObserve: whatever comes by, nothing panics, and what must always hold
// holds.
func FuzzObserve(f *testing.F) {
	const syn, synack, ack, data, fin, rst = 0, 1, 2, 5, 6, 9
	const later = 4 << 4
	there, back := byte(0), byte(1<<2)
	handshake := []byte{
		there, syn | later, 0x00, 0, 0,
		back, synack | later, 0x10, 0, 0,
		there, ack | later, 0x11, 0, 0,
	}
	add := func(more ...byte) { f.Add(append(append([]byte{}, handshake...), more...)) }
	add()
	add(there, data|later, 0x11, 2, 0, back, ack|later, 0x41, 0, 0, there, fin|later, 0x14, 0, 0, back, fin|later, 0x51, 0, 0,
		there, ack|later, 0x25, 0, 0, 31<<3, 9<<4, 0, 0, 0)
	add(there, fin|later, 0x11, 0, 0, back, fin|later, 0x11, 0, 0, there, ack|later, 0x22, 0, 0, back, ack|later, 0x22, 0, 0)
	add(there, rst|later, 0x11, 0, 0, there, syn|later, 0x0b, 0, 0, back, synack|later, 0xcb, 0, 0)
	add(there, syn|later, 0x0b, 0, 0, back, ack|later, 0x11, 0, 0, there, 8|later, 0x01, 0, 0)
	add(back, synack|7<<4, 0x10, 0, 0, there, ack|later, 0x11, 0, 0)
	add(1, syn, 0, 0, 0, 2, syn, 0, 0, 0, 3, syn, 0, 0, 0, 3, synack, 0x10, 0, 0)
	f.Fuzz(func(t *testing.T, script []byte) {
		const maxFlows = 3
		a := newAudit(t, nil)
		z := &fuzzer{table: flows.NewTable(flows.Limits{MaxFlows: maxFlows}, a), now: 1_000_000 * second}
		for len(script) >= 5 {
			z.play(script[:5])
			script = script[5:]
			if open := z.table.Totals().Open; open > maxFlows {
				t.Fatalf("%d flows are open, at most %d are allowed", open, maxFlows)
			}
		}
		z.table.Finish()
		a.totals(z.table, z.observed)
		if len(a.flows) != 0 {
			t.Errorf("%d flows have not ended", len(a.flows))
		}
	})
}
