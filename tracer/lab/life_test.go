package lab

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"tcptrace/flows"
	"tcptrace/tracer/truth"
)

var (
	clientAt = netip.MustParseAddrPort("10.0.0.1:1000")
	serverAt = netip.MustParseAddrPort("10.0.0.2:2000")
)

const ms = flows.Time(time.Millisecond)

// nothing is a run in which no packet was seen.
func nothing() *watched {
	empty := newWire(nil)
	w := &watched{wires: [2]*wire{empty, empty}, end: 1000 * ms}
	w.at[flows.Client].v4, w.at[flows.Server].v4 = clientAt.Addr(), serverAt.Addr()
	return w
}

// saw adds a segment to what passed both ends.
func (w *watched) saw(at flows.Time, from, to netip.AddrPort, flags flows.Flags, seq flows.Seq) {
	s := sighting{Segment: flows.Segment{Time: at, Src: from, Dst: to, Flags: flags, Seq: seq}, print: uint64(at)}
	wire := w.wires[0]
	wire.by[pairOf(from, to)] = append(wire.by[pairOf(from, to)], s)
	wire.prints[s.print] = true
}

// log adds moves of one socket to the log of the kernel.
func (w *watched) log(socket uint64, local, remote netip.AddrPort, at flows.Time, states ...flows.State) {
	for i := 1; i < len(states); i++ {
		w.events = append(w.events, event{
			at: at + flows.Time(i-1)*ms, socket: socket, local: local, remote: remote, from: states[i-1], to: states[i],
		})
	}
}

// dump adds a sample of an end of the client.
func (w *watched) dump(at flows.Time, e entry, state flows.State, k kind) {
	w.samples = append(w.samples, sample{at: at, entry: e, standing: standing{state, k}})
}

// states are those of the only life of w.
func states(t *testing.T, w *watched) []flows.State {
	t.Helper()
	lives := w.lives()
	if len(lives) != 1 {
		t.Fatalf("got %d lives, want one", len(lives))
	}
	return statesOf(lives[0].moves)
}

func expect(t *testing.T, got []flows.State, want ...flows.State) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", truth.States(got), truth.States(want))
	}
}

func TestTimeWaitOfTheDumps(t *testing.T) {
	w := nothing()
	w.log(1, clientAt, serverAt, 10*ms, flows.Closed, flows.SynSent, flows.Established, flows.FinWait1, flows.FinWait2, flows.Closed)
	e := entry{clientAt, serverAt, 7}
	w.dump(15*ms, e, flows.TimeWait, minisock)
	expect(t, states(t, w), flows.SynSent, flows.Established, flows.FinWait1, flows.FinWait2, flows.TimeWait)

	w.samples = append(w.samples, sample{at: 90 * ms, entry: e, gone: true})
	expect(t, states(t, w), flows.SynSent, flows.Established, flows.FinWait1, flows.FinWait2, flows.TimeWait, flows.Closed)
}

func TestTimeWaitBetweenTwoDumps(t *testing.T) {
	w := nothing()
	w.log(1, clientAt, serverAt, 10*ms, flows.Closed, flows.SynSent, flows.Established, flows.FinWait1, flows.FinWait2, flows.Closed)
	w.saw(14*ms-1000, serverAt, clientAt, flows.FIN|flows.ACK, 500) // makes TIME_WAIT
	w.saw(15*ms, serverAt, clientAt, flows.RST, 501)                // ends it
	expect(t, states(t, w), flows.SynSent, flows.Established, flows.FinWait1, flows.FinWait2, flows.TimeWait, flows.Closed)
}

func TestClosedByReset(t *testing.T) {
	w := nothing()
	w.log(1, clientAt, serverAt, 10*ms, flows.Closed, flows.SynSent, flows.Established, flows.FinWait1, flows.FinWait2, flows.Closed)
	w.saw(14*ms-1000, serverAt, clientAt, flows.RST, 500)
	w.events = append(w.events, event{at: 14*ms - 500, socket: 1, local: clientAt, remote: serverAt, reset: true})
	slices.SortStableFunc(w.events, func(a, b event) int { return int(a.at - b.at) })
	expect(t, states(t, w), flows.SynSent, flows.Established, flows.FinWait1, flows.FinWait2, flows.Closed)
}

func TestRequestWithoutChild(t *testing.T) {
	w := nothing()
	w.saw(19*ms, serverAt, clientAt, flows.SYN|flows.ACK, 500)
	w.dump(20*ms, entry{serverAt, clientAt, 7}, flows.SynReceived, request)
	expect(t, states(t, w), flows.SynReceived)
	if at := w.lives()[0].start(); at != 19*ms {
		t.Errorf("SYN_RECEIVED begins at %v, want the moment of the SYN-ACK", at)
	}
}

func TestRequestWithChild(t *testing.T) {
	w := nothing()
	w.saw(19*ms, serverAt, clientAt, flows.SYN|flows.ACK, 500)
	w.dump(20*ms, entry{serverAt, clientAt, 7}, flows.SynReceived, request)
	w.log(2, serverAt, clientAt, 40*ms, flows.Listen, flows.SynReceived, flows.Established)
	expect(t, states(t, w), flows.SynReceived, flows.Established)
	if at := w.lives()[0].start(); at != 19*ms {
		t.Errorf("SYN_RECEIVED begins at %v, want the moment of the SYN-ACK", at)
	}
}

func TestCrossedOpenIsOneConnection(t *testing.T) {
	w := nothing()
	w.log(1, clientAt, serverAt, 10*ms, flows.Closed, flows.SynSent)
	w.log(2, serverAt, clientAt, 12*ms, flows.Closed, flows.SynSent)
	w.log(1, clientAt, serverAt, 20*ms, flows.SynSent, flows.SynReceived, flows.Established)
	w.log(2, serverAt, clientAt, 30*ms, flows.SynSent, flows.SynReceived, flows.Established)
	all := connections(w.lives())
	if len(all) != 1 || !all[0].crossed {
		t.Fatalf("got %d connections, want one that both ends opened", len(all))
	}
}

func TestEachOpenerIsAConnection(t *testing.T) {
	w := nothing()
	for i := range flows.Time(2) {
		w.log(uint64(2*i), clientAt, serverAt, (10+100*i)*ms, flows.Closed, flows.SynSent, flows.Established, flows.Closed)
		w.log(uint64(2*i+1), serverAt, clientAt, (10+100*i)*ms, flows.Listen, flows.SynReceived, flows.Established, flows.Closed)
	}
	all := connections(w.lives())
	if len(all) != 2 || len(all[0].lives[flows.Server]) != 1 || len(all[1].lives[flows.Server]) != 1 {
		t.Fatalf("got %d connections, want two of two ends each", len(all))
	}
}

func TestSublists(t *testing.T) {
	full := truth.States{flows.SynSent, flows.Established, flows.FinWait1, flows.FinWait2}
	visible, between := sublists(full, []bool{true, true, false, false})
	expect(t, visible, flows.SynSent, flows.Established)
	if len(between) != 2 {
		t.Fatalf("got %v, want the two lists with one of the hidden states", between)
	}
	expect(t, between[0], flows.SynSent, flows.Established, flows.FinWait1)
	expect(t, between[1], flows.SynSent, flows.Established, flows.FinWait2)
}
