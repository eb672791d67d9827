package diagnose_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// sockets makes n of one kind, each with a port and an inode of its own.
func sockets(n int, kind diagnose.Socket) []diagnose.Socket {
	list := make([]diagnose.Socket, n)
	for i := range list {
		s := kind
		port := uint16(20000 + i)
		if s.Remote.IsValid() && s.Remote.Port() == 0 {
			s.Remote = netip.AddrPortFrom(s.Remote.Addr(), port)
		} else if s.Local.Port() == 0 {
			s.Local = netip.AddrPortFrom(s.Local.Addr(), port)
		}
		if s.Inode != 0 {
			s.Inode += uint64(i)
		}
		list[i] = s
	}
	return list
}

func TestJudgeSockets(t *testing.T) {
	java := diagnose.Owner{PID: 1234, Command: "java", FD: 57}
	server := func(state flows.State) diagnose.Socket {
		return diagnose.Socket{Local: netip.MustParseAddrPort("10.0.0.9:443"), Remote: netip.MustParseAddrPort("10.0.0.5:0"),
			State: state, Inode: 1, Owner: java}
	}
	client := func(state flows.State) diagnose.Socket {
		return diagnose.Socket{Local: netip.MustParseAddrPort("10.0.0.9:0"), Remote: netip.MustParseAddrPort("10.0.0.7:5432"),
			State: state, Inode: 1, Owner: java}
	}
	with := func(s diagnose.Socket, change func(*diagnose.Socket)) diagnose.Socket { change(&s); return s }
	listener := func(queue, backlog uint32) diagnose.Socket {
		return diagnose.Socket{Local: netip.MustParseAddrPort("[::]:443"), State: flows.Listen, RecvQ: queue, SendQ: backlog,
			Inode: 9, Owner: java}
	}
	old := func(s *diagnose.Socket) { s.Age = time.Hour }
	unread := func(s *diagnose.Socket) { s.Age, s.RecvQ = time.Hour, 2 }
	read := func(s *diagnose.Socket) { s.Age, s.RecvQ = time.Hour, 1 }
	queued := func(s *diagnose.Socket) { s.Age, s.RecvQ, s.Inode, s.Owner = time.Hour, 20, 0, diagnose.Owner{} }
	nameless := func(s *diagnose.Socket) { s.Age, s.Owner, s.UID = time.Hour, diagnose.Owner{}, 33 }
	plain := diagnose.HostLimits{Thresholds: diagnose.DefaultThresholds(), Ports: 100, MaxTimeWait: 1000}
	limits := func(change func(*diagnose.HostLimits)) diagnose.HostLimits {
		l := plain
		l.Thresholds = diagnose.DefaultThresholds()
		change(&l)
		return l
	}
	tests := []struct {
		name    string
		sockets []diagnose.Socket
		limits  diagnose.HostLimits
		want    []string // severity, name, owner's PID, and a part of the summary
	}{
		{"nothing", nil, plain, nil},
		{"leaks", sockets(10, with(server(flows.CloseWait), old)), plain,
			[]string{"critical close-wait-piling-up 1234 10 sockets in CLOSE_WAIT, the oldest for at least 1 h 0 min; nothing unread"}},
		{"begins to leak", sockets(3, with(server(flows.CloseWait), old)), plain, []string{"warning close-wait-piling-up 1234 3 sockets"}},
		{"two are slow", sockets(2, with(server(flows.CloseWait), old)), plain, nil},
		{"many but young", sockets(50, server(flows.CloseWait)), plain, nil},
		{"does not read", sockets(1, with(server(flows.CloseWait), unread)), plain,
			[]string{"critical close-wait-with-unread 1234 1 socket in CLOSE_WAIT with 1 byte unread"}},
		{"the FIN is no data", sockets(1, with(server(flows.CloseWait), read)), plain, nil},
		{"not accepted yet", sockets(12, with(server(flows.CloseWait), queued)), plain, nil},
		{"hidden owner", sockets(10, with(server(flows.CloseWait), nameless)), plain,
			[]string{"critical close-wait-piling-up 0 10 sockets in CLOSE_WAIT of uid 33"}},
		{"two processes", append(sockets(2, with(server(flows.CloseWait), old)), sockets(2, with(client(flows.CloseWait), func(s *diagnose.Socket) {
			s.Age, s.Owner = time.Hour, diagnose.Owner{PID: 2}
		}))...), plain, nil},

		{"established, below", append(sockets(599, server(flows.Established)), listener(0, 128)), plain, nil},
		{"established, warning", append(sockets(600, server(flows.Established)), listener(0, 128)), plain,
			[]string{"warning established-many 1234 600 ESTABLISHED connections to [::]:443; warning from 600, critical from 800"}},
		{"established, critical", sockets(800, client(flows.Established)), plain,
			[]string{"critical established-many 1234 800 ESTABLISHED connections of one process"}},
		{"established, own threshold", sockets(5, client(flows.Established)),
			limits(func(l *diagnose.HostLimits) { l.Thresholds[flows.Established] = diagnose.Threshold{Warning: 5} }),
			[]string{"warning established-many 1234 5 ESTABLISHED"}},
		{"established, never", sockets(5000, client(flows.Established)),
			limits(func(l *diagnose.HostLimits) { l.Thresholds[flows.Established] = diagnose.Threshold{} }), nil},

		{"requests, well", append(sockets(95, server(flows.SynReceived)), listener(0, 128)), plain, nil},
		{"requests, near", append(sockets(96, server(flows.SynReceived)), listener(0, 128)), plain,
			[]string{"warning syn-received-many 1234 96 connections in SYN_RECEIVED at [::]:443, 0 of them unanswered for a second or longer; its backlog is 128"}},
		{"requests, full", append(sockets(8, with(server(flows.SynReceived), old)), listener(0, 8)),
			limits(func(l *diagnose.HostLimits) {
				l.Counters, l.Over = map[string]uint64{"TcpExtSyncookiesSent": 21}, 5*time.Second
			}),
			[]string{"critical syn-received-many 1234 8 connections in SYN_RECEIVED at [::]:443, 8 of them unanswered for a second or longer; its backlog is 8; SyncookiesSent +21 in 5.0 s"}},
		{"requests, no listener, 15", sockets(15, server(flows.SynReceived)), plain, nil},

		{"accept queue, at its limit", []diagnose.Socket{listener(128, 128)}, plain, nil},
		{"accept queue, full", []diagnose.Socket{listener(129, 128)},
			limits(func(l *diagnose.HostLimits) { l.Counters = map[string]uint64{"TcpExtListenOverflows": 3} }),
			[]string{"critical accept-queue-full 1234 129 connections wait at [::]:443 for accept(), its backlog is 128; ListenOverflows 3 since boot"}},

		{"time wait, to one destination", sockets(70, client(flows.TimeWait)), plain,
			[]string{"warning time-wait-many 1234 70 sockets in TIME_WAIT from 10.0.0.9 to 10.0.0.7:5432: 30 of 100 local ports are left"}},
		{"time wait, ports nearly gone", sockets(95, client(flows.TimeWait)), plain, []string{"critical time-wait-many 1234 95 sockets"}},
		{"time wait, of a server", append(sockets(95, server(flows.TimeWait)), listener(0, 128)), plain, nil},
		{"time wait, buckets", append(sockets(950, server(flows.TimeWait)), listener(0, 128)), plain,
			[]string{"critical time-wait-many 0 950 sockets in TIME_WAIT, tcp_max_tw_buckets is 1000"}},
		{"ports are not TIME_WAIT's", sockets(95, client(flows.Established)), plain, nil},
		{"time wait, limits unknown", sockets(95, client(flows.TimeWait)), diagnose.HostLimits{Thresholds: diagnose.DefaultThresholds()}, nil},

		{"orphans", sockets(100, with(server(flows.FinWait2), func(s *diagnose.Socket) { s.Inode, s.Orphan, s.Owner = 0, true, diagnose.Owner{} })),
			limits(func(l *diagnose.HostLimits) { l.FinTimeout = 30 * time.Second }),
			[]string{"warning fin-wait-2-orphans 0 100 orphans in FIN_WAIT_2: their peers do not close; warning from 100; each ends after 30 s (tcp_fin_timeout)"}},
		{"held is no orphan", sockets(100, server(flows.FinWait2)), plain, nil},

		{"worst first", append(sockets(3, with(server(flows.CloseWait), old)), sockets(800, client(flows.Established))...), plain,
			[]string{"critical established-many 1234 800", "warning close-wait-piling-up 1234 3"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := tt.limits
			l.Stuck, l.Now = time.Minute, 5
			var got []string
			for i, f := range diagnose.JudgeSockets(tt.sockets, l) {
				if f.Flow != 0 || f.Time != 5 || !f.ID.Host() {
					t.Errorf("%v is of flow %d at %d, want one of the host, now", f.ID, f.Flow, f.Time)
				}
				text := fmt.Sprintf("%v %v %d %s", f.Severity(), f.ID, f.Owner.PID, f.Summary)
				if i < len(tt.want) && strings.HasPrefix(text, tt.want[i]) {
					text = tt.want[i]
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestServing(t *testing.T) {
	var list []diagnose.Socket
	for _, l := range []string{"0.0.0.0:80", "[::]:80", "[::]:443", "10.0.0.9:443", "[::]:22"} {
		list = append(list, diagnose.Socket{Local: netip.MustParseAddrPort(l), State: flows.Listen, V6Only: l == "[::]:22"})
	}
	serving := diagnose.NewServing(list)
	for local, want := range map[string]string{
		"10.0.0.9:80": "0.0.0.0:80", "[2001:db8::1]:80": "[::]:80", "10.0.0.9:443": "10.0.0.9:443", "10.0.0.8:443": "[::]:443",
		"10.0.0.9:22": "", "[2001:db8::1]:22": "[::]:22", "10.0.0.9:5000": "",
	} {
		got := ""
		if by, ok := serving.By(netip.MustParseAddrPort(local)); ok {
			got = by.String()
		}
		if got != want {
			t.Errorf("%s came in by %q, want %q", local, got, want)
		}
	}
}

func TestMostEstablished(t *testing.T) {
	s := diagnose.Socket{Local: netip.MustParseAddrPort("10.0.0.9:0"), Remote: netip.MustParseAddrPort("10.0.0.7:5432"),
		State: flows.Established, Inode: 1, Owner: diagnose.Owner{PID: 1}}
	other := s
	other.Owner.PID = 2
	if got := diagnose.MostEstablished(append(sockets(7, s), sockets(5, other)...)); got != 7 {
		t.Errorf("the process with most has %d, want 7", got)
	}
}
