package flows_test

import (
	"net/netip"
	"testing"

	"tcptrace/flows"
)

// TestRoles: a SYN or SYN-ACK decides who is the client, else the higher port.
func TestRoles(t *testing.T) {
	const low, high = "192.0.2.1", "198.51.100.2"
	tests := []struct {
		name       string
		src, dst   string
		flags      flows.Flags
		wantClient string
		guessed    bool
	}{
		{"SYN", low + ":40000", high + ":443", flows.SYN, low + ":40000", false},
		{"SYN to the higher port", high + ":443", low + ":40000", flows.SYN, high + ":443", false},
		{"SYN-ACK", high + ":443", low + ":40000", flows.SYN | flows.ACK, low + ":40000", false},
		{"SYN-ACK from the higher port", low + ":40000", high + ":443", flows.SYN | flows.ACK, high + ":443", false},
		{"data to the lower port", low + ":40000", high + ":443", flows.ACK, low + ":40000", true},
		{"data from the lower port", low + ":443", high + ":40000", flows.ACK, high + ":40000", true},
		{"data, higher address has the lower port", high + ":443", low + ":40000", flows.ACK, low + ":40000", true},
		{"equal ports: who speaks first", high + ":179", low + ":179", flows.ACK, high + ":179", true},
		{"equal ports, the other way round", low + ":179", high + ":179", flows.ACK, low + ":179", true},
		{"RST", low + ":443", high + ":40000", flows.RST, high + ":40000", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &recorder{}
			table := flows.NewTable(flows.Limits{}, r)
			src, dst := netip.MustParseAddrPort(tt.src), netip.MustParseAddrPort(tt.dst)
			table.Observe(&flows.Segment{Src: src, Dst: dst, Flags: tt.flags, Seq: 100, Ack: 200, Length: 0})
			client := netip.MustParseAddrPort(tt.wantClient)
			if r.last.Client != client || r.last.GuessedClient != tt.guessed {
				t.Errorf("the client is %v, guessed %v; want %v, %v", r.last.Client, r.last.GuessedClient, client, tt.guessed)
			}
			if from := r.last.From; (from == flows.Client) != (src == client) {
				t.Errorf("the segment is from the %v", from)
			}
		})
	}
}

// TestRolesSetRight: roles that were guessed wrongly change places, and what
// was known of the ends with them.
func TestRolesSetRight(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	opener, listener := netip.MustParseAddrPort("192.0.2.1:22"), netip.MustParseAddrPort("192.0.2.2:40000")
	table.Observe(&flows.Segment{Src: opener, Dst: listener, Flags: flows.ACK, Seq: 101, Ack: 501, Length: 10})
	if r.last.Client != listener || r.last.States != [2]flows.State{flows.Unknown, flows.Established} {
		t.Fatalf("first guess: client %v, states %v", r.last.Client, r.last.States)
	}
	table.Observe(&flows.Segment{Src: listener, Dst: opener, Flags: flows.SYN | flows.ACK, Seq: 500, Ack: 101})
	if r.last.Client != opener || r.last.GuessedClient {
		t.Errorf("the client is %v, guessed %v; want %v for certain", r.last.Client, r.last.GuessedClient, opener)
	}
	if got := r.last.States; got[flows.Client] != flows.Established {
		t.Errorf("the states are %v, want the client's to have moved with it", got)
	}
	if r.last.ISN[flows.Server] != (flows.Number{Seq: 500, Known: true}) {
		t.Errorf("K is %v, want 500", r.last.ISN[flows.Server])
	}
}
