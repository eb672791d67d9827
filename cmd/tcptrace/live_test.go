package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// liveTrace is a trace of the loopback interface that goes on.
type liveTrace struct {
	*exec.Cmd
	stdout, stderr *bufio.Reader
	listening      string // the first line that it says
}

// begin begins a live trace, as root, and waits until it listens. It does not
// outlive the test by much.
func begin(t *testing.T, args ...string) *liveTrace {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("capturing needs root")
	}
	l := &liveTrace{Cmd: exec.Command("tcptrace", args...)}
	l.Env = append(os.Environ(), "SUDO_UID=1234", "SUDO_GID=1235")
	stdout, err := l.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := l.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(60*time.Second, func() { l.Process.Kill() })
	t.Cleanup(func() { timer.Stop() })
	l.stdout, l.stderr = bufio.NewReader(stdout), bufio.NewReader(stderr)
	if l.listening, err = l.stderr.ReadString('\n'); err != nil {
		t.Fatalf("it says %q, error %v", l.listening, err)
	}
	return l
}

// end interrupts the trace, and returns what was left to read and the exit code.
func (l *liveTrace) end() (stdout, stderr string, code int) {
	l.Process.Signal(syscall.SIGINT)
	out, _ := io.ReadAll(l.stdout)
	said, _ := io.ReadAll(l.stderr)
	l.Wait()
	return string(out), string(said), l.ProcessState.ExitCode()
}

// listen is a listener on the loopback interface, and its port.
func listen(t *testing.T) (net.Listener, int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener, listener.Addr().(*net.TCPAddr).Port
}

// TestLive traces a connection on the loopback interface from its opening to
// its end, as another user than root.
func TestLive(t *testing.T) {
	listener, port := listen(t)
	trace := begin(t, "-i", "lo", fmt.Sprintf("port %d", port))
	if want := fmt.Sprintf("tcptrace: listening on lo (Ethernet), filter \"port %d\"\n", port); trace.listening != want {
		t.Errorf("it says %q, want %q", trace.listening, want)
	}
	user, err := statusOf(trace.Process.Pid, "Uid")
	if err != nil || user != "1234 1234 1234 1234" {
		t.Errorf("it runs as %q, error %v, want the caller of sudo", user, err)
	}
	connect(t, listener)
	got, said, code := trace.end()
	if code != 0 || said != "" && !strings.HasPrefix(said, "tcptrace: sockets that were there before: 1 (") {
		t.Errorf("it ends with %d and says %q, want exit 0 and nothing, or that it was late", code, said)
	}
	want := regexp.MustCompile(`(?s)client CLOSED → SYN_SENT .*LAST_ACK → CLOSED\n` +
		`1 flow: 1 closed · \d+ packets, 0 dropped by the kernel\n$`)
	if !want.MatchString(got) {
		t.Errorf("the trace is\n%s, want one like %s", got, want)
	}
}

// TestLiveStuck leaves a connection in CLOSE_WAIT, and the trace says so while
// it goes on: --stuck after the FIN was acknowledged, by the clock alone.
func TestLiveStuck(t *testing.T) {
	listener, port := listen(t)
	trace := begin(t, "-i", "lo", "-q", "--stuck", "1s", "--fail-on", "critical", fmt.Sprintf("port %d", port))
	client, server := dial(t, listener)
	defer server.Close()
	client.Close()
	closed := time.Now()
	line, err := trace.stdout.ReadString('\n')
	took := time.Since(closed)
	if want := " #1 ⚠ stuck-close-wait: server in CLOSE_WAIT for 1.0 s: it acknowledged FIN(M) and has not closed\n"; !strings.HasSuffix(line, want) {
		t.Errorf("it says %q, error %v, want %q", line, err, want)
	}
	if took < time.Second {
		t.Errorf("it said so after %v, want more than a second", took)
	}
	if _, _, code := trace.end(); code != 3 {
		t.Errorf("it ends with %d, want exit 3", code)
	}
}

// dial opens a connection.
func dial(t *testing.T, listener net.Listener) (client, server net.Conn) {
	t.Helper()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if server, err = listener.Accept(); err != nil {
		t.Fatal(err)
	}
	return client, server
}

// connect opens a connection and closes both ends.
func connect(t *testing.T, listener net.Listener) {
	t.Helper()
	client, server := dial(t, listener)
	client.Close()
	io.Copy(io.Discard, server) // until the FIN is there
	server.Close()
	time.Sleep(50 * time.Millisecond) // for the last ACK
}

// statusOf is a row of what the kernel says of a process, "Uid" for example.
func statusOf(pid int, row string) (string, error) {
	return rowOf(fmt.Sprintf("/proc/%d/status", pid), row)
}

func rowOf(file, row string) (string, error) {
	status, err := os.ReadFile(file)
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, row+":"); ok {
			return strings.Join(strings.Fields(value), " "), nil
		}
	}
	return "", err
}
