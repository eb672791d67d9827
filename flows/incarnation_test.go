package flows

import (
	"net/netip"
	"testing"
)

// nothing is a Handler that does nothing.
type nothing struct{}

// Step does nothing.
func (nothing) Step(*Step) {}

// End does nothing.
func (nothing) End(*Record) {}

// TestAttemptsAreBounded: a flood of SYNs for open connections takes a bounded
// amount of memory, and what waits for its answer goes with its flow.
func TestAttemptsAreBounded(t *testing.T) {
	table := NewTable(Limits{}, nothing{})
	server := netip.MustParseAddrPort("192.0.2.1:443")
	for n := range maxAttempts + 1000 {
		client := netip.AddrPortFrom(netip.MustParseAddr("192.0.2.2"), uint16(20000+n))
		for _, s := range []Segment{
			{Src: client, Dst: server, Seq: 100, Flags: SYN},
			{Src: server, Dst: client, Seq: 500, Ack: 101, Flags: SYN | ACK},
			{Src: client, Dst: server, Seq: 101, Ack: 501, Flags: ACK},
			{Src: client, Dst: server, Seq: 7_000_000, Flags: SYN},
			{Src: client, Dst: server, Seq: 8_000_000, Flags: SYN}, // takes the place of the other
		} {
			table.Observe(&s)
		}
	}
	if got := len(table.attempts); got != maxAttempts {
		t.Errorf("%d SYNs wait for their answer, want %d", got, maxAttempts)
	}
	if got := table.Totals().Flows; got != maxAttempts+1000 {
		t.Errorf("there are %d flows, want %d: no SYN has had its answer", got, maxAttempts+1000)
	}
	table.Finish()
	if got := len(table.attempts); got != 0 {
		t.Errorf("%d SYNs wait although their flows have ended", got)
	}
}

// TestSlotsAreUsedAgain: a table that sees many short connections one after
// another does not grow.
func TestSlotsAreUsedAgain(t *testing.T) {
	table := NewTable(Limits{}, nothing{})
	server := netip.MustParseAddrPort("192.0.2.1:443")
	for n := range 20_000 {
		client := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)}), 40000)
		at := Time(n) * 1e9
		for _, s := range []Segment{
			{Time: at, Src: client, Dst: server, Seq: 100, Flags: SYN},
			{Time: at, Src: server, Dst: client, Seq: 0, Ack: 101, Flags: RST | ACK},
		} {
			table.Observe(&s)
		}
	}
	if table.used > 300 || len(table.deadlines) > 300 {
		t.Errorf("%d slots and %d deadlines for 120 flows at a time", table.used, len(table.deadlines))
	}
	table.Finish()
	if table.index.n != 0 || int(table.used)-1 != len(table.free) {
		t.Errorf("after the end %d flows are found, %d of %d slots are free", table.index.n, len(table.free), table.used-1)
	}
	for q := range table.queues {
		if table.queues[q] != (queue{}) {
			t.Errorf("queue %d is not empty", q)
		}
	}
}

// TestStaleDeadlinesAreDropped: the same addresses used over and over do not
// pile up deadlines of flows that are gone.
func TestStaleDeadlinesAreDropped(t *testing.T) {
	table := NewTable(Limits{}, nothing{})
	server, client := netip.MustParseAddrPort("192.0.2.1:443"), netip.MustParseAddrPort("192.0.2.2:40000")
	for n := range 50_000 {
		isn := Seq(n * 1_000_000)
		for _, s := range []Segment{
			{Time: Time(n) * 1e6, Src: client, Dst: server, Seq: isn, Flags: SYN},
			{Time: Time(n) * 1e6, Src: server, Dst: client, Seq: 0, Ack: isn + 1, Flags: RST | ACK},
		} {
			table.Observe(&s)
		}
	}
	if got := len(table.deadlines); got > 5000 {
		t.Errorf("%d deadlines for one flow at a time", got)
	}
}

// TestEvictedPredecessor: in a full table the next flow on the same addresses
// takes the very slot of the one before it, which it must not take for its
// predecessor.
func TestEvictedPredecessor(t *testing.T) {
	table := NewTable(Limits{MaxFlows: 1}, nothing{})
	client, server := netip.MustParseAddrPort("192.0.2.1:40000"), netip.MustParseAddrPort("192.0.2.2:443")
	for _, s := range []Segment{
		{Src: client, Dst: server, Seq: 100, Flags: SYN},
		{Src: server, Dst: client, Seq: 500, Ack: 101, Flags: SYN | ACK},
		{Src: client, Dst: server, Seq: 101, Ack: 501, Flags: ACK},
		{Src: server, Dst: client, Seq: 501, Ack: 101, Flags: FIN | ACK},
		{Src: client, Dst: server, Seq: 101, Ack: 502, Flags: FIN | ACK},
		{Src: server, Dst: client, Seq: 502, Ack: 102, Flags: ACK}, // TIME_WAIT
		{Src: client, Dst: server, Seq: 90_000, Flags: SYN},
		{Src: server, Dst: client, Seq: 80_000, Ack: 90_001, Flags: SYN | ACK},
		{Src: client, Dst: server, Seq: 90_001, Ack: 80_001, Flags: ACK},
	} {
		table.Observe(&s)
	}
	if got := table.Totals(); got.Flows != 2 || got.Open != 1 || got.Evicted != 1 {
		t.Errorf("flows %d, open %d, evicted %d; want 2, 1, 1", got.Flows, got.Open, got.Evicted)
	}
	f := table.at(1)
	if f.prev != 0 {
		t.Errorf("flow %d has the predecessor in slot %d, want none", f.id, f.prev)
	}
	if i := table.find(&f.key, f.key.hash(table.seed)); i != 1 {
		t.Errorf("the flow is found in slot %d, want 1", i)
	}
}
