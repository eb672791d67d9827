package flows_test

import (
	"fmt"
	"net/netip"

	"tcptrace/flows"
)

// printer is a Handler that prints transitions.
type printer struct{}

// Step is called for every segment, and when time alone moved an end.
func (printer) Step(s *flows.Step) {
	for _, t := range s.Transitions {
		fmt.Printf("%-24v %v %v -> %v (%v)\n", &s.Label, t.End, t.From, t.To, t.Basis)
	}
}

// End is called once for every flow.
func (printer) End(r *flows.Record) {
	fmt.Printf("%v to %v: %v, handshake %v\n", r.Client, r.Server, r.Outcome, r.HandshakeRTT)
}

// A program that has segments from elsewhere uses the package as a library:
// it gives them to a Table, and a Handler hears what they prove.
func ExampleTable() {
	client, server := netip.MustParseAddrPort("10.0.0.5:51324"), netip.MustParseAddrPort("10.0.0.9:443")
	table := flows.NewTable(flows.Limits{}, printer{})
	for _, s := range []flows.Segment{
		{Time: 0, Src: client, Dst: server, Flags: flows.SYN, Seq: 2891337121},
		{Time: 200_000, Src: server, Dst: client, Flags: flows.SYN | flows.ACK, Seq: 1193046, Ack: 2891337122},
		{Time: 230_000, Src: client, Dst: server, Flags: flows.ACK, Seq: 2891337122, Ack: 1193047},
	} {
		table.Observe(&s)
	}
	table.Finish()
	// Output:
	// SYN(J)                   client CLOSED -> SYN_SENT (sent)
	// SYN(K)+ACK(J+1)          server LISTEN -> SYN_RECEIVED (sent)
	// ACK(K+1)                 client SYN_SENT -> ESTABLISHED (sent)
	// ACK(K+1)                 server SYN_RECEIVED -> ESTABLISHED (delivered)
	// 10.0.0.5:51324 to 10.0.0.9:443: open, handshake 230µs
}
