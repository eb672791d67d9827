package capture

import (
	"encoding/binary"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// needRoot skips a test of live capture where it cannot run: but not in CI, if
// it is root there.
func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root to make a network namespace")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// namespace moves the test into a network namespace of its own with pairs of
// veth interfaces: a0 and b0, a1 and b1. The thread is not given back, so that
// it ends with the test, and the namespace with it.
func namespace(t *testing.T, pairs int) {
	t.Helper()
	needRoot(t)
	runtime.LockOSThread()
	if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no new network namespace:", err)
	}
	ip(t, "link set lo up")
	for i := range pairs {
		n := string(rune('0' + i))
		ip(t, "link add a"+n+" type veth peer name b"+n)
		for _, end := range []string{"a" + n, "b" + n} {
			// Without an address of IPv6 the kernel has nothing to say there itself.
			ip(t, "link set "+end+" addrgenmode none")
			ip(t, "link set "+end+" up")
		}
		running(t, "a"+n)
		running(t, "b"+n)
	}
}

// running waits for an interface: its state follows the link's with a delay.
func running(t *testing.T, name string) {
	t.Helper()
	for range 500 {
		if i, err := net.InterfaceByName(name); err == nil && i.Flags&net.FlagRunning != 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s does not run", name)
}

func ip(t *testing.T, args string) {
	t.Helper()
	if out, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v: %s", args, err, out)
	}
}

// sender sends frames out of an interface.
type sender struct {
	t    *testing.T
	fd   int
	to   syscall.SockaddrLinklayer
	sent uint32
}

func newSender(t *testing.T, name string) *sender {
	t.Helper()
	i, err := net.InterfaceByName(name)
	if err != nil {
		t.Fatal(err)
	}
	fd, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	return &sender{t: t, fd: fd, to: syscall.SockaddrLinklayer{Ifindex: i.Index}}
}

// send sends n times tcpFrame, each with its number, from 1, as its sequence
// number.
func (s *sender) send(n int) {
	for range n {
		s.sent++
		frame := []byte(tcpFrame)
		binary.BigEndian.PutUint32(frame[38:], s.sent)
		err := syscall.Sendto(s.fd, frame, 0, &s.to)
		for err == syscall.ENOBUFS || err == syscall.EINTR {
			time.Sleep(time.Millisecond)
			err = syscall.Sendto(s.fd, frame, 0, &s.to)
		}
		if err != nil {
			s.t.Error(err)
			return
		}
	}
}

// number is what send gave the frame.
func number(data []byte) uint32 { return binary.BigEndian.Uint32(data[38:]) }
