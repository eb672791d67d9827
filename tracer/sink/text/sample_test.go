package text

import (
	"bytes"
	"net/netip"
	"testing"
	"time"

	"tcptrace/flows"
)

// The sample is one connection: opened, closed by the client, and left in
// CLOSE_WAIT by the server.
const (
	isnJ = flows.Seq(2891337121)
	isnK = flows.Seq(1193046)
)

var start = time.Date(2026, 3, 2, 8, 0, 1, 204113000, time.UTC)

// at is a moment of the sample, given in microseconds after its start.
func at(us int64) flows.Time { return flows.TimeOf(start).Add(time.Duration(us) * time.Microsecond) }

// step is a step of the sample's flow, before anything happened in it.
func step(us int64, from flows.Side, flags flows.Flags) *flows.Step {
	seg := &flows.Segment{Time: at(us), Packet: 1, Flags: flags, Window: 502}
	st := &flows.Step{
		Flow:   1,
		Client: netip.MustParseAddrPort("10.0.0.5:51324"),
		Server: netip.MustParseAddrPort("10.0.0.9:443"),
		Time:   at(us), Segment: seg, From: from,
		Label: flows.Label{Flags: flags},
		ISN:   [2]flows.Number{{Seq: isnJ, Known: true}, {Seq: isnK, Known: true}},
	}
	seg.Src, seg.Dst = st.Client, st.Server
	if from == flows.Server {
		seg.Src, seg.Dst = st.Server, st.Client
	}
	return st
}

func move(end flows.Side, from, to flows.State) flows.Transition {
	return flows.Transition{End: end, From: from, To: to}
}

func sample() []*flows.Step {
	syn := step(0, flows.Client, flows.SYN)
	syn.Segment.Seq, syn.Label.Seq = isnJ, flows.Name{Letter: 'J'}
	syn.Transitions = []flows.Transition{move(flows.Client, flows.Closed, flows.SynSent)}

	synAck := step(213, flows.Server, flows.SYN|flows.ACK)
	synAck.Segment.Seq, synAck.Segment.Ack = isnK, isnJ+1
	synAck.Label.Seq, synAck.Label.Ack = flows.Name{Letter: 'K'}, flows.Name{Letter: 'J', Offset: 1}
	synAck.Label.Check = flows.CheckRight
	synAck.Transitions = []flows.Transition{move(flows.Server, flows.Listen, flows.SynReceived)}

	ack := step(228, flows.Client, flows.ACK)
	ack.Segment.Seq, ack.Segment.Ack = isnJ+1, isnK+1
	ack.Label.Seq, ack.Label.Ack = flows.Name{Letter: 'J', Offset: 1}, flows.Name{Letter: 'K', Offset: 1}
	ack.Label.Check = flows.CheckRight
	ack.HandshakeRTT = 228 * time.Microsecond
	ack.Transitions = []flows.Transition{
		move(flows.Client, flows.SynSent, flows.Established),
		{End: flows.Server, From: flows.SynReceived, To: flows.Established, Basis: flows.Delivered},
	}

	fin := step(2676907, flows.Client, flows.FIN|flows.ACK)
	fin.Segment.Seq, fin.Segment.Ack = isnJ+518, isnK+4097
	fin.Label.FIN, fin.Label.Ack = flows.Name{Letter: 'M'}, flows.Name{Letter: 'K', Offset: 4097}
	fin.FIN[flows.Client] = flows.Number{Seq: isnJ + 518, Known: true}
	fin.Transitions = []flows.Transition{move(flows.Client, flows.Established, flows.FinWait1)}

	finAcked := step(2676989, flows.Server, flows.ACK)
	finAcked.Segment.Seq, finAcked.Segment.Ack = isnK+4097, isnJ+519
	finAcked.Label.Ack, finAcked.Label.Check = flows.Name{Letter: 'M', Offset: 1}, flows.CheckRight
	finAcked.FIN = fin.FIN
	finAcked.Transitions = []flows.Transition{
		move(flows.Server, flows.Established, flows.CloseWait),
		{End: flows.Client, From: flows.FinWait1, To: flows.FinWait2, Basis: flows.Delivered},
	}
	return []*flows.Step{syn, synAck, ack, fin, finAcked}
}

// stuckRecord is the sample's flow at the end of the capture.
func stuckRecord() *flows.Record {
	st := step(0, flows.Client, flows.SYN)
	r := &flows.Record{
		Flow: 1, Client: st.Client, Server: st.Server, Outcome: flows.Stuck, StuckEnd: flows.Server,
		First: flows.Mark{Time: at(0), Packet: 1}, Last: flows.Mark{Time: at(2676989), Packet: 5},
	}
	r.Ends[flows.Server] = flows.EndRecord{State: flows.CloseWait, Since: at(2676989)}
	r.Ends[flows.Client] = flows.EndRecord{State: flows.FinWait2, Since: at(2676989)}
	return r
}

// write is what a sink writes of steps.
func write(t *testing.T, o Options, steps ...*flows.Step) string {
	t.Helper()
	var b bytes.Buffer
	s := New(&b, o)
	for _, st := range steps {
		s.Step(st)
	}
	return b.String()
}

// columnsOf is an Options.Width.
func columnsOf(n int) func() int { return func() int { return n } }
