package diagnose

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"tcptrace/flows"
)

type nobodyHears struct{}

func (nobodyHears) Step(*flows.Step)  {}
func (nobodyHears) End(*flows.Record) {}
func (nobodyHears) Finding(*Finding)  {}

// known is where the listener with an address is; 0: nowhere.
func (l *listeners) known(server netip.AddrPort) uint32 {
	a := addressOf(server.Addr())
	return l.lookUp(a.hash(server.Port(), l.seed), a, server.Port())
}

// TestListenersAreBounded: however many servers there are, their number is
// bounded, and the newest is known.
func TestListenersAreBounded(t *testing.T) {
	e := New(Options{}, nobodyHears{})
	table := flows.NewTable(flows.Limits{MaxFlows: 100}, e)
	client := netip.MustParseAddrPort("192.0.2.1:40000")
	var server netip.AddrPort
	for i := range uint32(maxListeners + 5000) {
		var a [4]byte
		binary.BigEndian.PutUint32(a[:], 0x0a000000+i)
		server = netip.AddrPortFrom(netip.AddrFrom4(a), 443)
		at := flows.Time(i) * flows.Time(time.Second)
		table.Observe(&flows.Segment{Time: at, Src: client, Dst: server, Seq: 1000, Flags: flows.SYN, TTL: 64})
		table.Observe(&flows.Segment{Time: at, Src: server, Dst: client, Seq: 5000, Ack: 1001, Flags: flows.SYN | flows.ACK, TTL: 64})
		table.Observe(&flows.Segment{Time: at + 1, Src: client, Dst: server, Seq: 1001, Ack: 5001, Flags: flows.ACK, TTL: 64})
	}
	l := &e.listeners
	if len(l.list) > maxListeners+1 || l.index.n > maxListeners || l.hosts.n > maxListeners || len(l.idle) > maxListeners {
		t.Errorf("kept %d listeners, %d in the index, %d hosts, %d idle", len(l.list), l.index.n, l.hosts.n, len(l.idle))
	}
	if i := l.known(server); i == 0 || !l.list[i].reached {
		t.Errorf("the newest listener, %v, is not kept", server)
	}
}

// TestScannedPortsAreForgotten: a listener that nobody got through to goes with
// its last flow.
func TestScannedPortsAreForgotten(t *testing.T) {
	e := New(Options{}, nobodyHears{})
	table := flows.NewTable(flows.Limits{}, e)
	client := netip.MustParseAddrPort("192.0.2.1:40000")
	for port := range uint16(1000) {
		server := netip.AddrPortFrom(netip.MustParseAddr("198.51.100.2"), port+1)
		table.Observe(&flows.Segment{Time: flows.Time(port), Src: client, Dst: server, Seq: 1000, Flags: flows.SYN})
	}
	table.Finish()
	if got := e.listeners.index.n; got != 0 {
		t.Errorf("%d listeners are kept, want none", got)
	}
}
