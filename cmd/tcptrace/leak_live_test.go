package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// leaked opens connections over the loopback interface, closes their clients
// and never their servers.
func leaked(t *testing.T, n int) (port int) {
	t.Helper()
	listener, port := listen(t)
	for range n {
		client, server := dial(t, listener)
		t.Cleanup(func() { server.Close() })
		client.Close()
	}
	return port
}

// TestLiveNamesWhoLeaks: a trace that begins afterwards lists every socket that
// was stuck in CLOSE_WAIT before, with its owner, at once; and it does so without
// root.
func TestLiveNamesWhoLeaks(t *testing.T) {
	const leaks = 50
	port := leaked(t, leaks)
	time.Sleep(1100 * time.Millisecond) // until they count as stuck
	begun := time.Now()
	trace := begin(t, "-i", "lo", "-q", "--stuck", "1s", fmt.Sprintf("port %d", port))
	owner := regexp.MustCompile(fmt.Sprintf(`owner [^ ]+\[%d\] fd (\d+)`, os.Getpid()))
	fds := map[string]bool{}
	for len(fds) < leaks {
		line, err := trace.stdout.ReadString('\n')
		if m := owner.FindStringSubmatch(line); m != nil {
			fds[m[1]] = true
		}
		if err != nil {
			t.Fatalf("after %d sockets: %v", len(fds), err)
		}
	}
	t.Logf("all are listed after %v", time.Since(begun)) // two seconds at most where nothing else runs
	if uid, err := statusOf(trace.Process.Pid, "Uid"); err != nil || strings.HasPrefix(uid, "0 ") {
		t.Errorf("it runs as %q, error %v, want another user than root", uid, err)
	}
	rest, said, code := trace.end()
	if code != 0 {
		t.Errorf("it ends with %d, want 0", code)
	}
	if want := fmt.Sprintf("critical %d flows to 127.0.0.1:%d: stuck-close-wait", leaks, port); !strings.Contains(rest, want) {
		t.Errorf("the closing list is\n%s\nwant %q in it", rest, want)
	}
	if want := "sockets that were there before: 100 (50 FIN_WAIT_2, 50 CLOSE_WAIT)"; !strings.Contains(said, want) {
		t.Errorf("it says %q, want %q in it", said, want)
	}
}

// TestLiveKernelKnowsBetter: a filter hides how connections end, and the
// kernel's word sets the ends right.
func TestLiveKernelKnowsBetter(t *testing.T) {
	listener, port := listen(t)
	trace := begin(t, "-i", "lo", fmt.Sprintf("port %d and tcp[tcpflags] & (tcp-fin|tcp-rst) = 0", port))
	time.Sleep(500 * time.Millisecond) // it has taken in what is there
	connect(t, listener)
	missing := []*regexp.Regexp{
		regexp.MustCompile(`kernel +client ESTABLISHED → TIME_WAIT`),
		regexp.MustCompile(`kernel +server ESTABLISHED → CLOSED`),
		regexp.MustCompile(`⚠ wire-and-kernel-disagree: the packets had left the (client|server) in ESTABLISHED, the kernel has`),
	}
	var got []byte
	for len(missing) > 0 {
		line, err := trace.stdout.ReadBytes('\n')
		got = append(got, line...)
		missing = slices.DeleteFunc(missing, func(r *regexp.Regexp) bool { return r.Match(line) })
		if err != nil {
			t.Fatalf("%v, and no line like %v in\n%s", err, missing, got)
		}
	}
	if _, _, code := trace.end(); code != 0 {
		t.Errorf("it ends with %d, want 0", code)
	}
}
