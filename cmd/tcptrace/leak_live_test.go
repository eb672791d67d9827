package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// leaked opens connections over the loopback interface, closes their clients
// and never their servers.
func leaked(t *testing.T, n int) (port int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	for range n {
		client, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		server, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { server.Close() })
		client.Close()
	}
	return listener.Addr().(*net.TCPAddr).Port
}

// TestLiveNamesWhoLeaks: a trace that begins afterwards lists every socket that
// was stuck in CLOSE_WAIT before, with its owner, at once; and it does so without
// root.
func TestLiveNamesWhoLeaks(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("capturing needs root")
	}
	const leaks = 50
	port := leaked(t, leaks)
	time.Sleep(1100 * time.Millisecond) // until they count as stuck
	cmd := exec.Command("tcptrace", "-i", "lo", "-q", "--stuck", "1s", fmt.Sprintf("port %d", port))
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	timer := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer timer.Stop()
	owner := regexp.MustCompile(fmt.Sprintf(`owner [^ ]+\[%d\] fd (\d+)`, os.Getpid()))
	fds := map[string]bool{}
	lines := bufio.NewReader(stdout)
	for len(fds) < leaks {
		line, err := lines.ReadString('\n')
		if m := owner.FindStringSubmatch(line); m != nil {
			fds[m[1]] = true
		}
		if err != nil {
			t.Fatalf("after %d sockets: %v", len(fds), err)
		}
	}
	t.Logf("all are listed after %v", time.Since(begun)) // two seconds at most where nothing else runs
	if uid, err := statusOf(cmd.Process.Pid, "Uid"); err != nil || strings.HasPrefix(uid, "0 ") {
		t.Errorf("it runs as %q, error %v, want another user than root", uid, err)
	}
	cmd.Process.Signal(syscall.SIGINT)
	rest, _ := io.ReadAll(lines)
	speech, _ := io.ReadAll(stderr)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if want := fmt.Sprintf("critical %d flows to 127.0.0.1:%d: stuck-close-wait", leaks, port); !strings.Contains(string(rest), want) {
		t.Errorf("the closing list is\n%s\nwant %q in it", rest, want)
	}
	if want := "connections that were there before: 100 (50 FIN_WAIT_2, 50 CLOSE_WAIT)"; !strings.Contains(string(speech), want) {
		t.Errorf("it says %q, want %q in it", speech, want)
	}
}

// TestLiveKernelKnowsBetter: a filter hides how connections end, and the
// kernel's word sets the ends right.
func TestLiveKernelKnowsBetter(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("capturing needs root")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	cmd := exec.Command("tcptrace", "-i", "lo",
		fmt.Sprintf("port %d and tcp[tcpflags] & (tcp-fin|tcp-rst) = 0", listener.Addr().(*net.TCPAddr).Port))
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(60*time.Second, func() { cmd.Process.Kill() })
	defer timer.Stop()
	if _, err := bufio.NewReader(stderr).ReadString('\n'); err != nil { // it listens
		t.Fatal(err)
	}
	time.Sleep(500 * time.Millisecond) // it has taken in what is there
	connect(t, listener)
	missing := []*regexp.Regexp{
		regexp.MustCompile(`kernel +client ESTABLISHED → TIME_WAIT`),
		regexp.MustCompile(`kernel +server ESTABLISHED → CLOSED`),
		regexp.MustCompile(`⚠ wire-and-kernel-disagree: the packets had left the (client|server) in ESTABLISHED, the kernel has`),
	}
	var got []byte
	for lines := bufio.NewReader(stdout); len(missing) > 0; {
		line, err := lines.ReadBytes('\n')
		got = append(got, line...)
		missing = slices.DeleteFunc(missing, func(r *regexp.Regexp) bool { return r.Match(line) })
		if err != nil {
			t.Fatalf("%v, and no line like %v in\n%s", err, missing, got)
		}
	}
	cmd.Process.Signal(syscall.SIGINT)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
