package main

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/host"
)

// fakeReader tells what it was given, and the last of it for ever.
type fakeReader struct {
	readings []reading
	err      error
	reads    int
	read3    func() // called at the third reading
}

func (f *fakeReader) read() (reading, error) {
	f.reads++
	if f.reads == 3 && f.read3 != nil {
		f.read3()
	}
	if f.err != nil {
		return reading{}, f.err
	}
	return f.readings[min(f.reads, len(f.readings))-1], nil
}

func (f *fakeReader) limits() diagnose.HostLimits { return diagnose.HostLimits{} }

func (f *fakeReader) Close() error { return nil }

// connections are n of a process, in one state.
func connections(n int, state flows.State, command string) []diagnose.Socket {
	list := make([]diagnose.Socket, n)
	for i := range list {
		list[i] = diagnose.Socket{
			Local: netip.AddrPortFrom(netip.MustParseAddr("10.0.0.9"), uint16(20000+i)), Remote: netip.MustParseAddrPort("10.0.0.7:5432"),
			State: state, Inode: uint64(i + 1), Age: time.Hour, Owner: diagnose.Owner{PID: 811, Command: command, FD: i},
		}
	}
	return list
}

// testRounds are rounds over a fake reader, and a program whose standard output
// is a file.
func testRounds(t *testing.T, f *fakeReader, o *socketOptions) (*program, *rounds, func() string) {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { out.Close() })
	p := &program{out: out, err: os.Stderr, env: func(string) string { return "" }}
	o.stuck = seconds(time.Minute)
	now := time.Date(2026, 3, 2, 8, 0, 1, 0, time.UTC)
	r := &rounds{o: o, reader: f, now: func() time.Time { now = now.Add(time.Second); return now }}
	return p, r, func() string {
		text, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
}

func TestCheck(t *testing.T) {
	one := func(sockets []diagnose.Socket) []reading { return []reading{{sockets: sockets}} }
	tests := []struct {
		name   string
		reader fakeReader
		args   []string // for --warn and --critical
		code   int
		want   []string
	}{
		{"well", fakeReader{readings: one(connections(3, flows.Established, "nginx"))}, nil, 0,
			[]string{"TCPTRACE OK - 3 sockets, 3 ESTABLISHED, 0 CLOSE_WAIT | sockets=3 ", " established=3;600;800 ", " close_wait=0 "}},
		{"many", fakeReader{readings: one(connections(612, flows.Established, "nginx"))}, nil, 1,
			[]string{"TCPTRACE WARNING - established-many: 612 ESTABLISHED ", ", owner nginx[811] | ", " established=612;600;800 "}},
		{"very many", fakeReader{readings: one(connections(800, flows.Established, "nginx"))}, nil, 2, []string{"TCPTRACE CRITICAL - "}},
		{"own thresholds", fakeReader{readings: one(connections(5, flows.Established, "nginx"))}, []string{"estab=5"}, 1,
			[]string{"TCPTRACE WARNING - ", " established=5;5;800 "}},
		{"two findings", fakeReader{readings: one(append(connections(20, flows.CloseWait, "a"), connections(700, flows.Established, "b")...))}, nil, 2,
			[]string{"TCPTRACE CRITICAL - close-wait-piling-up: 20 ", "; and 1 more | "}},
		{"a name with a bar", fakeReader{readings: one(connections(700, flows.Established, "a|b\nc"))}, nil, 1, []string{"owner a¦b\\nc[811] | "}},
		{"no answer", fakeReader{err: errors.New("no | answer")}, nil, 3, []string{"TCPTRACE UNKNOWN - no ¦ answer\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := &socketOptions{}
			for _, arg := range tt.args {
				if err := o.warn.Set(arg); err != nil {
					t.Fatal(err)
				}
			}
			p, r, output := testRounds(t, &tt.reader, o)
			if code := p.plugin(p.check(r)); code != tt.code {
				t.Errorf("exit %d, want %d", code, tt.code)
			}
			got := output()
			if strings.Count(got, "\n") != 1 || strings.Count(got, "|") > 1 {
				t.Errorf("it is no line of a plugin: %q", got)
			}
			for _, part := range tt.want {
				if !strings.Contains(got, part) {
					t.Errorf("%q is not in %q", part, got)
				}
			}
		})
	}
}

// TestWatch: every round but the first says what changed, the counters are
// those of the time in between, and a signal ends it with the verdict of the
// last round.
func TestWatch(t *testing.T) {
	full := []diagnose.Socket{{Local: netip.MustParseAddrPort("10.0.0.9:443"), State: flows.Listen, RecvQ: 2, SendQ: 1, Inode: 1}}
	f := &fakeReader{readings: []reading{
		{sockets: connections(3, flows.Established, "nginx"), counters: host.Counters{"TcpExtListenOverflows": 10}},
		{sockets: append(connections(4, flows.CloseWait, "nginx"), full...), counters: host.Counters{"TcpExtListenOverflows": 17}},
	}}
	ctx, cancel := context.WithCancel(t.Context())
	f.read3 = cancel
	o := &socketOptions{watch: watchFlag(time.Millisecond)}
	if err := o.failOn.Set("critical"); err != nil {
		t.Fatal(err)
	}
	p, r, _ := testRounds(t, f, o)
	var b bytes.Buffer
	out := newOutput(&b, cancel)
	err := p.watchSockets(ctx, r, out)
	out.Flush()
	var met *failOnMet
	if !errors.As(err, &met) || met.first != diagnose.AcceptQueueFull || exitCode(err) != exitFound {
		t.Errorf("it ends with %v, want accept-queue-full and exit 3", err)
	}
	if f.reads != 3 {
		t.Errorf("%d rounds, want 3", f.reads)
	}
	for _, part := range []string{
		"ESTABLISHED        3  1 h 0 min\n", "5 sockets (+2)  LISTEN 1 (+1)  ESTABLISHED 0 (-3)  CLOSE_WAIT 4 (+4)\n",
		"    grows: nginx[811] CLOSE_WAIT 4 (+4)\n", "accept-queue-full: 2 connections wait at 10.0.0.9:443 for accept(), its backlog is 1; ListenOverflows +7 in 1.0 s\n",
		"5 sockets  LISTEN 1  CLOSE_WAIT 4\n",
	} {
		if !strings.Contains(b.String(), part) {
			t.Errorf("%q is not in\n%s", part, &b)
		}
	}
	if n := strings.Count(b.String(), "accept-queue-full"); n != 1 {
		t.Errorf("the finding is told %d times, want once: it did not change", n)
	}
}

func TestAgeOf(t *testing.T) {
	k := diagnose.LinuxDefaults()
	known := host.Info{Known: true, LastAckRecv: 90 * time.Second, LastDataRecv: time.Hour}
	tests := []struct {
		name   string
		socket host.Socket
		want   time.Duration
	}{
		{"CLOSE_WAIT since the ACK with the FIN", host.Socket{State: flows.CloseWait, Info: known}, 90 * time.Second},
		{"FIN_WAIT_2 since the ACK of the FIN", host.Socket{State: flows.FinWait2, Info: known}, 90 * time.Second},
		{"ESTABLISHED has no age", host.Socket{State: flows.Established, Info: known}, 0},
		{"LAST_ACK may be younger than the last ACK", host.Socket{State: flows.LastAck, Info: known}, 0},
		{"LAST_ACK, three retransmissions", host.Socket{State: flows.LastAck, Info: known, Timer: host.TimerRetransmit, Retransmits: 3}, 1400 * time.Millisecond},
		{"TIME_WAIT by what is left of it", host.Socket{State: flows.TimeWait, Timer: host.TimerTimeWait, Expires: 45 * time.Second}, 15 * time.Second},
		{"orphan in FIN_WAIT_2", host.Socket{State: flows.FinWait2, Timer: host.TimerTimeWait, Expires: 20 * time.Second}, 40 * time.Second},
		{"more left than there is", host.Socket{State: flows.FinWait2, Timer: host.TimerTimeWait, Expires: 2 * time.Minute}, 0},
		{"request, SYN-ACK sent again twice", host.Socket{State: flows.SynReceived, Retransmits: 2}, 3 * time.Second},
		{"request, new", host.Socket{State: flows.SynReceived}, 0},
		{"SYN sent again", host.Socket{State: flows.SynSent, Retransmits: 4}, 4 * time.Second},
	}
	for _, tt := range tests {
		if got := ageOf(&tt.socket, k); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestLevels(t *testing.T) {
	var l levels
	for _, text := range []string{"estab=5,CLOSE-WAIT=7", "syn_recv=0", "TimeWait=9"} {
		if err := l.Set(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	want := levels{flows.Established: 5, flows.CloseWait: 7, flows.SynReceived: 0, flows.TimeWait: 9}
	if diff := cmp.Diff(want, l); diff != "" {
		t.Errorf("levels (-want +got):\n%s", diff)
	}
	for _, text := range []string{"", "5", "estab", "estab=", "estab=-1", "estab=x", "nonsense=5", "LISTEN=5"} {
		if err := l.Set(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
