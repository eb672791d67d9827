package main

import (
	"bufio"
	"bytes"
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

// TestLive traces a connection on the loopback interface from its opening to
// its end, as another user than root.
func TestLive(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("capturing needs root")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	cmd := exec.Command("tcptrace", "-i", "lo", fmt.Sprintf("port %d", port))
	cmd.Env = append(os.Environ(), "SUDO_UID=1234", "SUDO_GID=1235")
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(30*time.Second, func() { cmd.Process.Kill() })
	defer timer.Stop()
	speech := bufio.NewReader(stderr)
	line, err := speech.ReadString('\n')
	if want := fmt.Sprintf("tcptrace: listening on lo (Ethernet), filter \"port %d\"\n", port); line != want {
		t.Errorf("it says %q, error %v, want %q", line, err, want)
	}
	user, err := statusOf(cmd.Process.Pid, "Uid")
	if err != nil || user != "1234 1234 1234 1234" {
		t.Errorf("it runs as %q, error %v, want the caller of sudo", user, err)
	}
	connect(t, listener)
	cmd.Process.Signal(syscall.SIGINT)
	rest, _ := io.ReadAll(speech)
	if err := cmd.Wait(); err != nil || len(rest) > 0 && !bytes.HasPrefix(rest, []byte("tcptrace: connections that were there before: 1 (")) {
		t.Errorf("it ends with %v and says %q, want exit 0 and nothing, or that it was late", err, rest)
	}
	want := regexp.MustCompile(`(?s)client CLOSED → SYN_SENT .*LAST_ACK → CLOSED\n` +
		`1 flow: 1 closed · \d+ packets, 0 dropped by the kernel\n$`)
	if !want.MatchString(stdout.String()) {
		t.Errorf("the trace is\n%s, want one like %s", &stdout, want)
	}
}

// TestLiveStuck leaves a connection in CLOSE_WAIT, and the trace says so while
// it goes on: --stuck after the FIN was acknowledged, by the clock alone.
func TestLiveStuck(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("capturing needs root")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	cmd := exec.Command("tcptrace", "-i", "lo", "-q", "--stuck", "1s", "--fail-on", "critical", fmt.Sprintf("port %d", port))
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
	timer := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer timer.Stop()
	if _, err := bufio.NewReader(stderr).ReadString('\n'); err != nil { // it listens
		t.Fatal(err)
	}
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client.Close()
	closed := time.Now()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	took := time.Since(closed)
	if want := " #1 ⚠ stuck-close-wait: server in CLOSE_WAIT for 1.0 s: it acknowledged FIN(M) and has not closed\n"; !strings.HasSuffix(line, want) {
		t.Errorf("it says %q, error %v, want %q", line, err, want)
	}
	if took < time.Second {
		t.Errorf("it said so after %v, want more than a second", took)
	}
	cmd.Process.Signal(syscall.SIGINT)
	io.Copy(io.Discard, stdout)
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 3 {
		t.Errorf("it ends with %v, want exit 3", err)
	}
}

// connect opens a connection and closes both ends.
func connect(t *testing.T, listener net.Listener) {
	t.Helper()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
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
