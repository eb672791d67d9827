package flows_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tcptrace/flows"
)

// TestRecord plays a connection and looks at every field of its record.
func TestRecord(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	s := newScript(table, 1)
	const c, srv = flows.Client, flows.Server
	s.at(1).syn()
	s.at(2).again(c, flows.SYN, 1, 0)
	s.at(2.010).send(srv, flows.SYN|flows.ACK, 0)
	s.at(2.030).send(c, flows.ACK, 0)
	s.at(3).send(c, flows.PSH|flows.ACK, 100)
	s.at(3.5).again(c, flows.PSH|flows.ACK, 100, 100)
	s.at(3.6).send(srv, flows.ACK, 0)
	s.at(4).send(srv, flows.PSH|flows.ACK, 1000)
	s.at(4.1).send(c, flows.ACK, 0)
	s.at(5).send(srv, flows.FIN|flows.ACK, 24)
	s.at(5.1).send(c, flows.FIN|flows.ACK, 0)
	s.again(c, flows.FIN|flows.ACK, 1, 0) // at once: the capture holds it twice
	s.at(5.2).send(srv, flows.ACK, 0)
	table.Advance(70 * second)
	table.Finish()

	number := func(n flows.Seq) flows.Number { return flows.Number{Seq: n, Known: true} }
	want := []flows.Record{{
		Flow: 1, Slot: 1, Segments: 13, Client: s.client, Server: s.server,
		First: flows.Mark{Time: second, Packet: 1}, Last: flows.Mark{Time: 5_200_000_000, Packet: 13},
		Ended:   70 * second,
		Outcome: flows.ClosedFlow, HandshakeRTT: 1030 * time.Millisecond,
		Ends: [2]flows.EndRecord{
			{
				State: flows.Closed, Since: 5_200_000_000,
				History: []flows.State{flows.SynSent, flows.Established, flows.CloseWait, flows.LastAck, flows.Closed},
				ISN:     number(1000), FIN: number(1101),
				Packets: 7, Bytes: 200, Retransmissions: 2, Duplicates: 1, SYNs: 2, FINs: 1,
			},
			{
				State: flows.Closed, Since: 65_200_000_000,
				History: []flows.State{flows.SynReceived, flows.Established, flows.FinWait1, flows.FinWait2, flows.TimeWait, flows.Closed},
				ISN:     number(5000), FIN: number(6025), FirstFIN: true,
				Packets: 5, Bytes: 1024, SYNs: 1, FINs: 1,
			},
		},
	}}
	if diff := cmp.Diff(want, r.records,
		cmpopts.EquateComparable(netip.AddrPort{}), cmpopts.IgnoreUnexported(flows.Record{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRecordOfPartOfAConnection: what was not seen is not known.
func TestRecordOfPartOfAConnection(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	s := newScript(table, 1).at(7)
	s.data()
	s.seq[flows.Client] += 50 // a segment that the capture does not hold
	s.data()
	s.send(flows.Server, flows.ACK, 0)
	table.Finish()
	want := []flows.Record{{
		Flow: 1, Slot: 1, Segments: 3, Client: s.client, Server: s.server, GuessedClient: true,
		First: flows.Mark{Time: 7 * second, Packet: 1}, Last: flows.Mark{Time: 7 * second, Packet: 3},
		Ended:   7 * second,
		Outcome: flows.Open, Gaps: true,
		Ends: [2]flows.EndRecord{
			{State: flows.Established, Since: 7 * second, History: []flows.State{flows.Established}, Packets: 2, Bytes: 200},
			{State: flows.Established, Since: 7 * second, History: []flows.State{flows.Established}, Packets: 1},
		},
	}}
	if diff := cmp.Diff(want, r.records,
		cmpopts.EquateComparable(netip.AddrPort{}), cmpopts.IgnoreUnexported(flows.Record{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRecordCountsRSTs: of either end.
func TestRecordCountsRSTs(t *testing.T) {
	r := &recorder{}
	table := flows.NewTable(flows.Limits{}, r)
	s := newScript(table, 1)
	s.open()
	s.at(1).reset()
	s.at(2).send(flows.Server, flows.RST, 0)
	s.at(3).send(flows.Server, flows.RST, 0)
	table.Finish()
	if got := r.records[0].Ends; got[flows.Client].RSTs != 1 || got[flows.Server].RSTs != 2 {
		t.Errorf("%d and %d RSTs, want 1 and 2", got[flows.Client].RSTs, got[flows.Server].RSTs)
	}
}

// TestTimeSpentInStates: a move tells how long the state before it lasted, a
// first one nothing.
func TestTimeSpentInStates(t *testing.T) {
	r := &recorder{}
	s := newScript(flows.NewTable(flows.Limits{}, r), 1)
	s.at(1).syn()
	s.at(1.5).send(flows.Server, flows.SYN|flows.ACK, 0)
	s.at(2).send(flows.Client, flows.ACK, 0)
	s.at(9).send(flows.Client, flows.FIN|flows.ACK, 0)
	want := []flows.Transition{
		{End: flows.Client, From: flows.Closed, To: flows.SynSent},
		{End: flows.Server, From: flows.Listen, To: flows.SynReceived},
		{End: flows.Client, From: flows.SynSent, To: flows.Established, After: time.Second},
		{End: flows.Server, From: flows.SynReceived, To: flows.Established, Basis: flows.Delivered, After: 500 * time.Millisecond},
		{End: flows.Client, From: flows.Established, To: flows.FinWait1, After: 7 * time.Second},
	}
	if diff := cmp.Diff(want, r.moves); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestHandshakeRTT is told once, on the step that ends the handshake.
func TestHandshakeRTT(t *testing.T) {
	r := &recorder{}
	s := newScript(flows.NewTable(flows.Limits{}, r), 1)
	s.at(1).syn()
	s.at(1.010).send(flows.Server, flows.SYN|flows.ACK, 0)
	if r.last.HandshakeRTT != 0 {
		t.Errorf("the SYN-ACK tells %v", r.last.HandshakeRTT)
	}
	s.at(1.025).send(flows.Client, flows.ACK, 0)
	if want := 25 * time.Millisecond; r.last.HandshakeRTT != want {
		t.Errorf("the ACK tells %v, want %v", r.last.HandshakeRTT, want)
	}
	s.at(1.040).data()
	if r.last.HandshakeRTT != 0 {
		t.Errorf("the data tells %v", r.last.HandshakeRTT)
	}
}

// TestHandshakeRTTOfHalfAHandshake: without the SYN there is nothing to
// measure from; without the SYN-ACK there is, and K is known.
func TestHandshakeRTTOfHalfAHandshake(t *testing.T) {
	r := &recorder{}
	s := newScript(flows.NewTable(flows.Limits{}, r), 1)
	s.at(1).syn()
	s.seq[flows.Server]++ // its SYN-ACK is not in the capture
	s.at(1.025).send(flows.Client, flows.ACK, 0)
	if want := 25 * time.Millisecond; r.last.HandshakeRTT != want {
		t.Errorf("without the SYN-ACK it is %v, want %v", r.last.HandshakeRTT, want)
	}
	if want := (flows.Number{Seq: 5000, Known: true}); r.last.ISN[flows.Server] != want {
		t.Errorf("K is %v, want %v", r.last.ISN[flows.Server], want)
	}

	s = newScript(flows.NewTable(flows.Limits{}, r), 1)
	s.seq[flows.Client]++ // its SYN is not in the capture
	s.at(1).send(flows.Server, flows.SYN|flows.ACK, 0)
	s.at(1.025).send(flows.Client, flows.ACK, 0)
	if r.last.HandshakeRTT != 0 {
		t.Errorf("without the SYN it is %v, want 0", r.last.HandshakeRTT)
	}
	if want := (flows.Number{Seq: 1000, Known: true}); r.last.ISN[flows.Client] != want {
		t.Errorf("J is %v, want %v", r.last.ISN[flows.Client], want)
	}
}

// TestHandshakeRTTOnce: a handshake that ends again, because the first ACK was
// lost, is not measured again.
func TestHandshakeRTTOnce(t *testing.T) {
	r := &recorder{}
	s := newScript(flows.NewTable(flows.Limits{}, r), 1)
	s.at(1).open()
	s.at(2).again(flows.Server, flows.SYN|flows.ACK, 1, 0)
	s.at(2.1).send(flows.Client, flows.ACK, 0)
	if len(r.last.Transitions) != 1 || r.last.HandshakeRTT != 0 {
		t.Errorf("the second end: moves %v, %v; want one, and 0", r.last.Transitions, r.last.HandshakeRTT)
	}
}

// TestStuckLimit: how long is too long, is a limit.
func TestStuckLimit(t *testing.T) {
	for limit, want := range map[time.Duration]flows.Outcome{
		9 * time.Second:  flows.Stuck,
		10 * time.Second: flows.Stuck,
		11 * time.Second: flows.Open,
		0:                flows.Open, // 60 s
	} {
		r := &recorder{}
		table := flows.NewTable(flows.Limits{Stuck: limit}, r)
		s := newScript(table, 1)
		s.open()
		s.at(1).send(flows.Client, flows.FIN|flows.ACK, 0)
		s.send(flows.Server, flows.ACK, 0)
		table.Advance(11 * second)
		table.Finish()
		if got := r.records[0]; got.Outcome != want || want == flows.Stuck && got.StuckEnd != flows.Server {
			t.Errorf("10 s in CLOSE_WAIT with the limit %v: %v, %v; want %v", limit, got.Outcome, got.StuckEnd, want)
		}
	}
}
