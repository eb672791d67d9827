package diagnose_test

import (
	"net/netip"
	"testing"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// machine is a host that has some sockets.
type machine struct {
	sockets []diagnose.Socket
	local   netip.Addr
}

func (m *machine) Socket(local, remote netip.AddrPort) (diagnose.Socket, bool) {
	for _, s := range m.sockets {
		if s.Local == local && s.Remote == remote {
			return s, true
		}
	}
	return diagnose.Socket{}, false
}

func (m *machine) Listener(local netip.AddrPort) (diagnose.Socket, bool) {
	return m.Socket(local, netip.AddrPort{})
}

func (m *machine) Local(a netip.Addr) bool { return a == m.local }

var (
	askedClient = netip.MustParseAddrPort("192.0.2.1:40000")
	askedServer = netip.MustParseAddrPort("198.51.100.2:443")
	java        = diagnose.Owner{PID: 1234, Command: "java", FD: 57}
)

// asked plays to a table on the machine of the server.
func asked(t *testing.T, m *machine, play func(table *flows.Table)) []diagnose.Finding {
	t.Helper()
	m.local = askedServer.Addr()
	heard := &ear{}
	table := flows.NewTable(flows.Limits{}, diagnose.New(diagnose.Options{Host: m, Live: true}, heard))
	play(table)
	table.Finish()
	return heard.found
}

// leak is a connection whose server never closes, adopted from its kernel.
func leak(table *flows.Table) {
	now := flows.Time(48 * time.Hour)
	table.Adopt(&flows.Standing{
		Time: now, Client: askedClient, Server: askedServer, End: flows.Server, State: flows.CloseWait, Since: now.Add(-26 * time.Hour),
	})
}

// TestLeakThatWasThereBefore is told at once, with the age that the kernel
// knows, and with its owner; Recv-Q counts the FIN as 1.
func TestLeakThatWasThereBefore(t *testing.T) {
	for recvQ, want := range map[uint32]string{
		0: "end of file was read, nothing unread", 1: "nothing unread but the end of file", 2: "1 byte unread", 4097: "4096 bytes unread",
	} {
		found := asked(t, &machine{sockets: []diagnose.Socket{
			{Local: askedServer, Remote: askedClient, State: flows.CloseWait, RecvQ: recvQ, Inode: 7, Owner: java},
		}}, leak)
		if len(found) == 0 {
			t.Fatal("nothing found")
		}
		f := found[0]
		if f.ID != diagnose.StuckCloseWait || f.Owner != java || f.Kernel != want {
			t.Errorf("Recv-Q %d: found %v of %+v, %q; want stuck-close-wait of java, %q", recvQ, f.ID, f.Owner, f.Kernel, want)
		}
		if want := "server in CLOSE_WAIT for at least 26 h 0 min: it acknowledged a FIN and has not closed"; f.Summary != want {
			t.Errorf("summary %q, want %q", f.Summary, want)
		}
		if f.Time != flows.Time(48*time.Hour) {
			t.Errorf("told at %v, want at once", f.Time)
		}
	}
}

// TestRefusedHere says that nobody listens, if the server is this host.
func TestRefusedHere(t *testing.T) {
	refuse := func(table *flows.Table) {
		table.Observe(&flows.Segment{Time: 1, Packet: 1, Src: askedClient, Dst: askedServer, Seq: 9, Flags: flows.SYN})
		table.Observe(&flows.Segment{Time: 2, Packet: 2, Src: askedServer, Dst: askedClient, Ack: 10, Flags: flows.RST | flows.ACK})
	}
	for _, tt := range []struct {
		name string
		m    *machine
		want string
	}{
		{"nobody listens", &machine{}, "nobody listens on port 443 here"},
		{"somebody does", &machine{sockets: []diagnose.Socket{{Local: askedServer, State: flows.Listen, RecvQ: 0, SendQ: 128, Owner: java}}},
			"0 of 128 connections wait for accept()"},
	} {
		found := asked(t, tt.m, refuse)
		if len(found) != 1 || found[0].ID != diagnose.ConnectionRefused || found[0].Kernel != tt.want {
			t.Errorf("%s: found %+v, want connection-refused with %q", tt.name, found, tt.want)
		}
	}
}

// TestOwnedAndOrphaned: an end in FIN_WAIT_2 that a process holds waits for
// ever, and is told after --stuck; an orphan is the kernel's to end.
func TestOwnedAndOrphaned(t *testing.T) {
	for orphan, want := range map[bool]int{false: 1, true: 0} {
		found := asked(t, &machine{sockets: []diagnose.Socket{
			{Local: askedServer, Remote: askedClient, State: flows.FinWait2, Orphan: orphan, Inode: 7, Owner: java},
		}}, func(table *flows.Table) {
			now := flows.Time(48 * time.Hour)
			table.Adopt(&flows.Standing{
				Time: now, Client: askedClient, Server: askedServer, End: flows.Server, State: flows.FinWait2, Since: now.Add(-61 * time.Second),
			})
		})
		if len(found) != want {
			t.Errorf("orphan %v: %d findings, want %d", orphan, len(found), want)
			continue
		}
		for _, f := range found {
			if f.ID != diagnose.StuckFinWait2 || f.Confidence != diagnose.Certain || f.Owner != java ||
				f.Kernel != "a process still holds the socket: no timer ends it" {
				t.Errorf("found %+v, want a certain stuck-fin-wait-2 of java", f)
			}
		}
	}
}

// TestFullQueueHere: what packets leave open, a filter or a full queue, the
// listener of this host decides.
func TestFullQueueHere(t *testing.T) {
	for recvQ, want := range map[uint32]diagnose.ID{1: diagnose.SynNoAnswer, 2: diagnose.AcceptQueueSynDrop} {
		found := asked(t, &machine{sockets: []diagnose.Socket{{Local: askedServer, State: flows.Listen, RecvQ: recvQ, SendQ: 1, Owner: java}}},
			func(table *flows.Table) {
				for n := range 5 {
					table.Observe(&flows.Segment{
						Time: flows.Time(time.Duration(n) * time.Second), Packet: uint64(n + 1), Src: askedClient, Dst: askedServer, Seq: 9, Flags: flows.SYN,
					})
				}
			})
		if len(found) == 0 || found[0].ID != want {
			t.Errorf("Recv-Q %d of 1: found %+v, want %v", recvQ, found, want)
			continue
		}
		if f := found[0]; want == diagnose.AcceptQueueSynDrop &&
			(f.Confidence != diagnose.Certain || f.Owner != java || f.Kernel != "2 of 1 connections wait for accept()") {
			t.Errorf("found %+v, want it to be certain, and java's", f)
		}
	}
}

// TestDisagreement: the kernel's word against the packets', but not where Linux
// ends a socket without one.
func TestDisagreement(t *testing.T) {
	correct := func(from flows.State, to flows.State) []diagnose.Finding {
		return asked(t, &machine{}, func(table *flows.Table) {
			st := flows.Standing{Time: 1, Since: 1, Client: askedClient, Server: askedServer, End: flows.Server, State: from}
			table.Adopt(&st)
			st.Time, st.State = flows.Time(5*time.Second), to
			table.Correct(&st)
		})
	}
	found := correct(flows.Established, flows.Closed)
	want := "the packets had left the server in ESTABLISHED, the kernel has no such socket; the kernel is believed"
	if len(found) != 1 || found[0].ID != diagnose.WireAndKernelDisagree || found[0].Summary != want {
		t.Errorf("found %+v, want %q", found, want)
	}
	if found := correct(flows.Established, flows.CloseWait); len(found) != 1 || found[0].ID != diagnose.WireAndKernelDisagree {
		t.Errorf("found %+v, want wire-and-kernel-disagree", found)
	}
	for _, from := range []flows.State{flows.FinWait2, flows.LastAck, flows.SynReceived} {
		if found := correct(from, flows.Closed); len(found) != 0 {
			t.Errorf("%v ends without a packet: found %+v, want nothing", from, found)
		}
	}
}

func TestAgree(t *testing.T) {
	for _, tt := range []struct {
		wire, kernel flows.State
		none, want   bool
	}{
		{flows.Established, flows.Established, false, true},
		{flows.Established, flows.SynReceived, false, false},
		{flows.Established, flows.Closed, true, false},
		{flows.CloseWait, flows.Closed, true, false},
		{flows.Closed, flows.Closed, true, true},
		{flows.TimeWait, flows.Closed, true, true},
		{flows.Closed, flows.TimeWait, false, true},
		{flows.Closed, flows.Established, false, false},
		{flows.Unknown, flows.Established, false, true},
		{flows.FinWait2, flows.Closed, true, false}, // nothing is wrong, but the packets do not tell
	} {
		if got := diagnose.Agree(tt.wire, tt.kernel, tt.none); got != tt.want {
			t.Errorf("%v and %v (none: %v): agree %v, want %v", tt.wire, tt.kernel, tt.none, got, tt.want)
		}
	}
}
