package host

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tcptrace/flows"
)

// opened is this host, the real one; a kernel without inet_diag is none for
// these tests, but in CI.
func opened(t testing.TB) *Host {
	t.Helper()
	h, err := Open(Options{})
	if err == nil {
		_, err = h.Sockets()
	}
	if err != nil {
		if !errors.Is(err, ErrNotSupported) || os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	t.Cleanup(func() { h.Close() })
	return h
}

// listening makes a listener by system calls, for its backlog.
func listening(t testing.TB, backlog int) (fd int, address netip.AddrPort) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err == nil {
		t.Cleanup(func() { unix.Close(fd) })
		err = errors.Join(unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}), unix.Listen(fd, backlog))
	}
	if err != nil {
		t.Fatal(err)
	}
	return fd, name(t, fd)
}

// dialled connects without waiting; the caller closes the descriptor.
func dialled(t testing.TB, to netip.AddrPort) int {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	err = unix.Connect(fd, &unix.SockaddrInet4{Addr: to.Addr().As4(), Port: int(to.Port())})
	if err != nil && err != unix.EINPROGRESS {
		t.Fatal(err)
	}
	return fd
}

func accepted(t testing.TB, listener int) int {
	t.Helper()
	fd, _, err := unix.Accept4(listener, unix.SOCK_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	return fd
}

func name(t testing.TB, fd int) netip.AddrPort {
	t.Helper()
	sa, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	in := sa.(*unix.SockaddrInet4)
	return netip.AddrPortFrom(netip.AddrFrom4(in.Addr), uint16(in.Port))
}

// until looks a socket up until it is as wanted: loopback is fast, but not at
// once.
func until(t *testing.T, h *Host, ends [2]netip.AddrPort, want func(Socket) bool) Socket {
	t.Helper()
	var s Socket
	for deadline := time.Now().Add(3 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		var err error
		if s, _, err = h.Socket(ends[0], ends[1]); err != nil {
			t.Fatal(err)
		}
		if want(s) {
			return s
		}
	}
	t.Fatalf("the socket stays %+v", s)
	return s
}

// TestKernelClosing follows a connection whose client has closed: orphan here,
// CLOSE_WAIT there, with and without unread bytes.
func TestKernelClosing(t *testing.T) {
	for _, unread := range []uint32{0, 5} {
		h := opened(t)
		listener, to := listening(t, 8)
		client := dialled(t, to)
		server := accepted(t, listener)
		from := name(t, client)
		if _, err := unix.Write(client, make([]byte, unread)); err != nil {
			t.Fatal(err)
		}
		s := until(t, h, [2]netip.AddrPort{to, from}, func(s Socket) bool { return s.State == flows.Established && s.RecvQ == unread })
		if !s.Info.Known || s.Orphan() || s.UID != uint32(os.Getuid()) {
			t.Errorf("the open socket is %+v", s)
		}
		unix.Close(client)
		s = until(t, h, [2]netip.AddrPort{to, from}, func(s Socket) bool { return s.State == flows.CloseWait })
		if s.RecvQ != unread+1 {
			t.Errorf("Recv-Q in CLOSE_WAIT is %d, want %d and the FIN", s.RecvQ, unread)
		}
		owners, err := h.OwnersOf(s.Inode)
		if err != nil || !slices.ContainsFunc(owners.Of(s.Inode), func(o Owner) bool { return o.PID == os.Getpid() && o.FD == server && o.Command != "" }) {
			t.Errorf("it is held by %+v, error %v, want process %d by %d", owners.Of(s.Inode), err, os.Getpid(), server)
		}
		s = until(t, h, [2]netip.AddrPort{from, to}, func(s Socket) bool { return s.State == flows.FinWait2 })
		if !s.Orphan() || s.Timer == TimerNone || s.Expires <= 0 {
			t.Errorf("the socket of the client is %+v, want an orphan with a timer", s)
		}
		for range 2 { // the bytes, the end
			if _, err := unix.Read(server, make([]byte, 10)); err != nil {
				t.Fatal(err)
			}
		}
		until(t, h, [2]netip.AddrPort{to, from}, func(s Socket) bool { return s.State == flows.CloseWait && s.RecvQ == 0 })
		unix.Close(server)
		s = until(t, h, [2]netip.AddrPort{from, to}, func(s Socket) bool { return s.State == flows.TimeWait })
		if s.Timer != TimerTimeWait || s.Expires > time.Minute || s.Orphan() {
			t.Errorf("TIME_WAIT is %+v", s)
		}
	}
}

// TestKernelAcceptQueue fills a listener's queue, and one more.
func TestKernelAcceptQueue(t *testing.T) {
	h := opened(t)
	before, err := h.Counters()
	if err != nil {
		t.Fatal(err)
	}
	fd, to := listening(t, 1)
	var clients []int
	for range 3 { // the queue holds backlog+1; the third SYN is dropped
		clients = append(clients, dialled(t, to))
		defer unix.Close(clients[len(clients)-1])
		time.Sleep(10 * time.Millisecond)
	}
	l := until(t, h, [2]netip.AddrPort{to}, func(s Socket) bool { return s.RecvQ == 2 })
	if l.State != flows.Listen || l.SendQ != 1 || l.Remote.IsValid() {
		t.Errorf("the listener is %+v", l)
	}
	s := until(t, h, [2]netip.AddrPort{to, name(t, clients[0])}, func(s Socket) bool { return s.State == flows.Established })
	if !s.Unaccepted() || s.Orphan() {
		t.Errorf("a socket in the accept queue is %+v", s)
	}
	s = until(t, h, [2]netip.AddrPort{name(t, clients[2]), to}, func(s Socket) bool { return s.State == flows.SynSent })
	if s.Timer != TimerRetransmit || s.Inode == 0 {
		t.Errorf("a socket in SYN_SENT is %+v", s)
	}
	after, err := h.Counters()
	if grown := after.Since(before); err != nil || grown["TcpExtListenOverflows"] == 0 || grown["TcpActiveOpens"] < 3 {
		t.Errorf("error %v, the counters grew by %v", err, grown)
	}
	all, err := h.Sockets()
	if err != nil {
		t.Fatal(err)
	}
	found, ok := all.Listener(to)
	owners, err := h.Owners()
	if !ok || found.Inode != l.Inode || err != nil || !slices.ContainsFunc(owners.Of(l.Inode), func(o Owner) bool { return o.PID == os.Getpid() && o.FD == fd }) {
		t.Errorf("of all sockets the listener is %+v, held by %+v, error %v", found, owners.Of(l.Inode), err)
	}
}

// TestKernelDualStack: a socket of IPv6 that speaks IPv4 is found by IPv4.
func TestKernelDualStack(t *testing.T) {
	h := opened(t)
	listener, err := net.Listen("tcp", "[::]:0")
	if err != nil {
		t.Skip("no IPv6 here:", err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).AddrPort().Port()
	to := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), port)
	client := dialled(t, to)
	defer unix.Close(client)
	s := until(t, h, [2]netip.AddrPort{to, name(t, client)}, func(s Socket) bool { return s.State == flows.Established })
	if s.Local != to || s.Remote != name(t, client) {
		t.Errorf("it is %+v", s)
	}
	if l, ok, err := h.Socket(to, netip.AddrPort{}); !ok || err != nil || l.State != flows.Listen || l.V6Only {
		t.Errorf("the listener is %+v, %v, error %v", l, ok, err)
	}
	all, err := h.Sockets()
	if l, ok := all.Listener(to); err != nil || !ok || !l.Local.Addr().Is6() || l.V6Only {
		t.Errorf("of all sockets the listener is %+v, %v, error %v", l, ok, err)
	}
	if s, ok, err := h.Socket(to, netip.MustParseAddrPort("127.0.0.9:9")); ok || err != nil {
		t.Errorf("a connection that is none: %+v, error %v", s, err)
	}
}

// TestKernelThread: a thread that has left its process's table of descriptors
// is looked into.
func TestKernelThread(t *testing.T) {
	h := opened(t)
	var stat unix.Stat_t
	other, err := newThread(func() error {
		if err := unix.Unshare(unix.CLONE_FILES); err != nil {
			return err
		}
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		return errors.Join(err, unix.Fstat(fd, &stat))
	})
	if err != nil {
		t.Fatal(err)
	}
	defer other.close()
	owners, err := h.Owners()
	if held := owners.Of(stat.Ino); err != nil || len(held) != 1 || held[0].PID != os.Getpid() {
		t.Errorf("the thread's socket is held by %+v, error %v", held, err)
	}
}

// TestKernelNamespace: a host stays that of the namespace it was opened in,
// whoever asks, and after the thread that opened it has ended.
func TestKernelNamespace(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root to make a network namespace")
	}
	opened(t) // or skipped
	var (
		h    *Host
		port netip.AddrPort
		tid  int
	)
	other, err := newThread(func() (err error) {
		if err = unix.Unshare(unix.CLONE_NEWNET); err != nil {
			return err
		}
		tid = unix.Gettid()
		_, port = listening(t, 1)
		h, err = Open(Options{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	other.close()
	for deadline := time.Now().Add(3 * time.Second); unix.Tgkill(os.Getpid(), tid, 0) == nil; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the thread does not end")
		}
	}
	s, err := h.Sockets()
	if err != nil || len(s.Sockets) != 1 || s.Sockets[0].Local != port {
		t.Errorf("error %v, in the namespace are %+v, want the listener of %s only", err, s.Sockets, port)
	}
	for range 2 { // the second reading begins anew
		counters, err := h.Counters()
		if n, ok := counters["TcpInSegs"]; err != nil || !ok || n != 0 {
			t.Errorf("error %v, the namespace has counted %d segments, want none", err, n)
		}
	}
}
