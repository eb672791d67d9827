package diagnose_test

import (
	"net/netip"
	"testing"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// TestUnreachable: who sent the error decides whom it points at, and only an
// error that says "unreachable" and quotes the SYN is told.
func TestUnreachable(t *testing.T) {
	client, server := netip.MustParseAddrPort("[2001:db8::1]:40000"), netip.MustParseAddrPort("[2001:db8::2]:443")
	router := netip.MustParseAddr("2001:db8::fe")
	tests := []struct {
		name string
		icmp flows.ICMPError
		want string // empty: nothing
	}{
		{"v6 filter of a router", flows.ICMPError{V6: true, Type: 1, Code: 1, From: router, Seq: 1000}, "network"},
		{"v6 no route", flows.ICMPError{V6: true, Type: 1, Code: 0, From: router, Seq: 1000}, "network"},
		{"v6 port, by the server", flows.ICMPError{V6: true, Type: 1, Code: 4, From: server.Addr(), Seq: 1000}, "server"},
		{"v6 failed neighbour discovery", flows.ICMPError{V6: true, Type: 1, Code: 3, From: client.Addr(), Seq: 1000}, "network"},
		{"v6 unknown code", flows.ICMPError{V6: true, Type: 1, Code: 99, From: router, Seq: 1000}, "network"},
		{"v6 too big", flows.ICMPError{V6: true, Type: 2, MTU: 1280, From: router, Seq: 1000}, ""},
		{"v6 type 3 is time exceeded", flows.ICMPError{V6: true, Type: 3, Code: 1, From: router, Seq: 1000}, ""},
		{"v4 type 1 is nothing", flows.ICMPError{Type: 1, Code: 1, From: router, Seq: 1000}, ""},
		{"v4 fragmentation needed", flows.ICMPError{Type: 3, Code: 4, From: router, Seq: 1000}, ""},
		{"another number", flows.ICMPError{V6: true, Type: 1, Code: 1, From: router, Seq: 999}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			heard := &ear{}
			table := flows.NewTable(flows.Limits{}, diagnose.New(diagnose.Options{}, heard))
			table.Observe(&flows.Segment{Time: 1, Packet: 1, Src: client, Dst: server, Seq: 1000, Flags: flows.SYN})
			e := tt.icmp
			e.Time, e.Packet, e.Src, e.Dst = flows.Time(time.Millisecond), 2, client, server
			table.ObserveICMP(&e)
			table.Finish()
			switch {
			case tt.want == "" && len(heard.found) == 0:
			case tt.want != "" && len(heard.found) == 1 && heard.found[0].ID == diagnose.ICMPUnreachable &&
				heard.found[0].At.String() == tt.want:
			default:
				t.Errorf("got %q, want it at %q", heard.lines(), tt.want)
			}
		})
	}
}
