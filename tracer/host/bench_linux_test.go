package host

import (
	"testing"

	"golang.org/x/sys/unix"
)

// crowd opens 5000 connections over loopback: 10,000 sockets.
func crowd(b *testing.B) {
	b.Helper()
	const connections = 5000
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil || limit.Cur < 2*connections+100 {
		b.Skipf("needs %d descriptors, has %d: raise ulimit -n", 2*connections+100, limit.Cur)
	}
	listener, to := listening(b, 128)
	for range connections {
		client := dialled(b, to)
		b.Cleanup(func() { unix.Close(client) })
		// By RST, so that no TIME_WAIT remains.
		if err := unix.SetsockoptLinger(client, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}); err != nil {
			b.Fatal(err)
		}
		accepted(b, listener)
	}
}

// BenchmarkSockets10000 lists them.
func BenchmarkSockets10000(b *testing.B) {
	h := opened(b)
	crowd(b)
	b.ReportAllocs()
	for b.Loop() {
		if s, err := h.Sockets(); err != nil || len(s.Sockets) < 10000 {
			b.Fatal(len(s.Sockets), err)
		}
	}
}

// BenchmarkOwners10000 reads who holds them.
func BenchmarkOwners10000(b *testing.B) {
	h := opened(b)
	crowd(b)
	b.ReportAllocs()
	for b.Loop() {
		if o, err := h.Owners(); err != nil || len(o.ByInode) < 10000 {
			b.Fatal(len(o.ByInode), err)
		}
	}
}

// BenchmarkSocket looks one up among them.
func BenchmarkSocket(b *testing.B) {
	h := opened(b)
	listener, to := listening(b, 8)
	client := dialled(b, to)
	defer unix.Close(client)
	accepted(b, listener)
	from := name(b, client)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok, err := h.Socket(to, from); err != nil || !ok {
			b.Fatal(ok, err)
		}
	}
}
