package flows_test

import (
	"testing"
	"time"

	"tcptrace/flows"
)

// asker is a Handler that hands every step to a function while it is valid.
type asker struct {
	step func(*flows.Step)
	end  func(*flows.Record)
}

func (a *asker) Step(s *flows.Step) { a.step(s) }

func (a *asker) End(r *flows.Record) {
	if a.end != nil {
		a.end(r)
	}
}

// TestFactsOfSequenceSpace: SND.NXT, SND.UNA and the right edge of the window
// after each segment, RFC 9293 §3.3.1. J = 1000, K = 5000.
func TestFactsOfSequenceSpace(t *testing.T) {
	var client, server flows.Facts
	s := newScript(flows.NewTable(flows.Limits{}, &asker{step: func(st *flows.Step) {
		client, server = st.Facts(flows.Client), st.Facts(flows.Server)
	}}), 1)
	known := func(n flows.Seq) flows.Number { return flows.Number{Seq: n, Known: true} }
	check := func(what string, got, want flows.Number) {
		t.Helper()
		if got != want {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}

	s.syn()
	check("SND.NXT of the client after its SYN", client.Next, known(1001))
	check("SND.UNA of the client after its SYN", client.Una, flows.Number{})
	check("SND.NXT of the server before its SYN-ACK", server.Next, flows.Number{})
	s.send(flows.Server, flows.SYN|flows.ACK, 0)
	check("SND.UNA of the client after the SYN-ACK", client.Una, known(1001))
	check("SND.NXT of the server after its SYN-ACK", server.Next, known(5001))
	check("the server's edge: the window of a SYN is not scaled", server.Edge, known(1001+65535))
	s.send(flows.Client, flows.ACK, 0)
	s.at(2).data()
	check("SND.NXT of the client after 100 bytes", client.Next, known(1101))
	check("SND.UNA of the client after 100 bytes", client.Una, known(1001))
	if !client.Unacknowledged() || server.Unacknowledged() {
		t.Error("100 bytes of the client, and nothing of the server, are not acknowledged")
	}
	if client.Waits != 2*second {
		t.Errorf("the client waits since %v, want 2 s", client.Waits)
	}
	s.at(3).again(flows.Client, flows.PSH|flows.ACK, 100, 100)
	if client.Waits != 2*second || client.Retransmissions != 1 {
		t.Errorf("after a retransmission it waits since %v with %d of them, want 2 s and 1", client.Waits, client.Retransmissions)
	}
	s.send(flows.Server, flows.ACK, 0)
	check("SND.UNA of the client after the ACK", client.Una, known(1101))
	if client.Unacknowledged() {
		t.Error("something of the client is not acknowledged after the ACK of all")
	}
}

// TestFactsOfRoundTrips: the time from the capture point to each end and back,
// as the SYN, the SYN-ACK and its ACK show it; nothing when one came twice.
func TestFactsOfRoundTrips(t *testing.T) {
	for name, test := range map[string]struct {
		twice bool
		want  [2]time.Duration
	}{
		"plain handshake":    {false, [2]time.Duration{30 * time.Millisecond, 10 * time.Millisecond}},
		"the SYN came twice": {true, [2]time.Duration{30 * time.Millisecond, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			var got [2]time.Duration
			s := newScript(flows.NewTable(flows.Limits{}, &asker{step: func(st *flows.Step) {
				got = [2]time.Duration{st.Facts(flows.Client).RTT, st.Facts(flows.Server).RTT}
			}}), 1)
			s.at(1).syn()
			if test.twice {
				s.at(1.005).again(flows.Client, flows.SYN, 1, 0)
			}
			s.at(1.01).send(flows.Server, flows.SYN|flows.ACK, 0)
			s.at(1.04).send(flows.Client, flows.ACK, 0)
			if got != test.want {
				t.Errorf("round trips %v, want %v", got, test.want)
			}
		})
	}
}

// TestFactsOfClosing: which FIN was first, which is acknowledged, and where the
// ends were before; at the end of the flow as well.
func TestFactsOfClosing(t *testing.T) {
	var ended bool
	table := flows.NewTable(flows.Limits{}, &asker{step: func(*flows.Step) {}, end: func(r *flows.Record) {
		ended = true
		client, server := r.Facts(flows.Client), r.Facts(flows.Server)
		if !client.FirstFIN || server.FirstFIN || !client.FINAcked || !server.FINAcked {
			t.Errorf("first FIN %v %v, acknowledged %v %v; want true false true true",
				client.FirstFIN, server.FirstFIN, client.FINAcked, server.FINAcked)
		}
		if client.Before != flows.FinWait2 || server.Before != flows.LastAck || client.Since != second {
			t.Errorf("before: %v %v, the client since %v; want FIN_WAIT_2 LAST_ACK 1 s", client.Before, server.Before, client.Since)
		}
	}})
	s := newScript(table, 1)
	s.open()
	s.at(1).close()
	table.Finish()
	if !ended {
		t.Fatal("no end")
	}
}

// priorOf plays the first SYN of a second connection and returns what its step
// says of the first.
func priorOf(t *testing.T, first func(*script), next func(*script)) flows.Prior {
	t.Helper()
	var prior flows.Prior
	s := newScript(flows.NewTable(flows.Limits{}, &asker{step: func(st *flows.Step) {
		if st.Prior != (flows.Prior{}) {
			prior = st.Prior
			if st.First().Packet != st.Segment.Packet {
				t.Errorf("it is told in frame %d, the flow begins in %d", st.Segment.Packet, st.First().Packet)
			}
		}
	}}), 1)
	first(s)
	next(s)
	return prior
}

// TestPrior: how the last connection on the same addresses left the ends.
func TestPrior(t *testing.T) {
	closes := func(s *script) {
		s.open()
		s.at(1).close() // the client is in TIME_WAIT, the server is CLOSED
	}
	opens := func(by flows.Side, at float64) func(*script) {
		return func(s *script) {
			s.seq[by] += 100_000
			s.at(at).send(by, flows.SYN, 0)
		}
	}
	for name, test := range map[string]struct {
		first, next func(*script)
		want        flows.Prior
	}{
		"none": {func(*script) {}, opens(flows.Client, 1), flows.Prior{}},
		"the end in TIME_WAIT opens again: the old flow is over": {closes, opens(flows.Client, 4),
			flows.Prior{Flow: 1, States: [2]flows.State{flows.TimeWait, flows.Closed}, Quiet: 3 * time.Second}},
		"its peer opens: the ends change places, and the old flow stays": {closes, opens(flows.Server, 4),
			flows.Prior{Flow: 1, States: [2]flows.State{flows.Closed, flows.TimeWait}, Quiet: 3 * time.Second, Slot: 1}},
		"after TIME_WAIT": {closes, opens(flows.Client, 70),
			flows.Prior{Flow: 1, States: [2]flows.State{flows.Closed, flows.Closed}, Quiet: 69 * time.Second}},
		"the table has forgotten it": {closes, opens(flows.Client, 300), flows.Prior{}},
		"after a reset": {func(s *script) { s.open(); s.at(1).reset() }, opens(flows.Client, 2),
			flows.Prior{Flow: 1, States: [2]flows.State{flows.Closed, flows.Closed}, Quiet: time.Second}},
		"a SYN given up": {(*script).syn, opens(flows.Client, 1),
			flows.Prior{Flow: 1, States: [2]flows.State{flows.SynSent, flows.Unknown}, Quiet: time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := priorOf(t, test.first, test.next); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

// TestPriorOfHalfOpen: a SYN on a connection that is open counts from when its
// challenge ACK is reset, and says what it found (RFC 9293 §3.5.1).
func TestPriorOfHalfOpen(t *testing.T) {
	got := priorOf(t, (*script).open, func(s *script) {
		old := s.seq
		s.seq[flows.Client] += 100_000
		s.at(5).send(flows.Client, flows.SYN, 0)
		s.seq = old
		s.at(5.01).send(flows.Server, flows.ACK, 0)
		s.at(5.02).send(flows.Client, flows.RST, 0)
	})
	want := flows.Prior{Flow: 1, States: [2]flows.State{flows.Closed, flows.Closed}}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestWake: the table calls at the time that was asked for, once, and only as
// long as the flow is there.
func TestWake(t *testing.T) {
	var woken []flows.Time
	ask := flows.Time(0)
	table := flows.NewTable(flows.Limits{}, &asker{step: func(st *flows.Step) {
		if st.Woken {
			if st.Segment != nil || len(st.Transitions) > 0 {
				t.Errorf("woken with segment %v and moves %v", st.Segment, st.Transitions)
			}
			woken = append(woken, st.Time)
		}
		st.Wake, ask = ask, 0
	}})
	s := newScript(table, 1)
	s.open()
	ask = 10 * second
	s.at(2).data()
	table.Advance(10*second - 1)
	if len(woken) > 0 {
		t.Fatalf("woken at %v, before its time", woken)
	}
	ask = 20 * second // from the wake-up itself
	table.Advance(100 * second)
	if len(woken) != 2 || woken[0] != 10*second || woken[1] != 20*second {
		t.Errorf("woken at %v, want 10 s and 20 s", woken)
	}
	ask = 50 * second // the past
	s.at(101).data()
	table.Advance(200 * second)
	if len(woken) != 2 {
		t.Errorf("woken at %v, for a time that has passed", woken)
	}
	ask = 300 * second
	s.at(201).data()
	table.Finish()
	table.Advance(400 * second)
	if len(woken) != 2 {
		t.Errorf("woken at %v, after the flow has ended", woken)
	}
}

// TestNewestWakeCounts: a later wish takes the place of an earlier one.
func TestNewestWakeCounts(t *testing.T) {
	var woken []flows.Time
	var asks []flows.Time
	table := flows.NewTable(flows.Limits{}, &asker{step: func(st *flows.Step) {
		if st.Woken {
			woken = append(woken, st.Time)
		}
		if len(asks) > 0 {
			st.Wake, asks = asks[0], asks[1:]
		}
	}})
	asks = []flows.Time{10 * second, 30 * second, 20 * second}
	newScript(table, 1).open()
	table.Advance(100 * second)
	if len(woken) != 1 || woken[0] != 20*second {
		t.Errorf("woken at %v, want 20 s only", woken)
	}
}

// TestWakeInOrder: a wake-up before the end of TIME_WAIT comes before it,
// however far time jumps.
func TestWakeInOrder(t *testing.T) {
	var times []flows.Time
	table := flows.NewTable(flows.Limits{}, &asker{step: func(st *flows.Step) {
		times = append(times, st.Time)
		if st.Segment != nil {
			st.Wake = 10 * second
		}
	}})
	s := newScript(table, 1)
	s.open()
	s.at(1).close()
	table.Advance(100 * second)
	for i := 1; i < len(times); i++ {
		if times[i] < times[i-1] {
			t.Errorf("step %d at %v comes after one at %v", i+1, times[i], times[i-1])
		}
	}
}
