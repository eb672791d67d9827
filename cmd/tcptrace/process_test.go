package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is the real program with its standard input held open. TestMain puts
// it into the PATH.
type process struct {
	*exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	stderr bytes.Buffer
}

// startReplay starts a trace that reads a capture from standard input and then
// waits for more.
func startReplay(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command("tcptrace", append(args, "-r", "-")...)}
	p.Env = append(os.Environ(), "TZ=UTC")
	stdin, err := p.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdin, p.stdout, p.Stderr = stdin, bufio.NewReader(stdout), &p.stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	return p
}

// send writes a capture of testdata to the program.
func (p *process) send(t *testing.T, name string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "pcap", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.stdin.Write(data); err != nil {
		t.Fatal(err)
	}
}

// readUntil reads lines until one holds text, which must come within seconds.
func (p *process) readUntil(t *testing.T, text string) {
	t.Helper()
	found := make(chan bool, 1)
	go func() {
		for {
			line, err := p.stdout.ReadString('\n')
			if strings.Contains(line, text) || err != nil {
				found <- err == nil
				return
			}
		}
	}()
	select {
	case ok := <-found:
		if !ok {
			t.Fatalf("standard output ended before %q; standard error: %s", text, &p.stderr)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("%q did not come", text)
	}
}

// listens reports whether the program listens to signals: the last it does for
// that is to ignore SIGPIPE.
func (p *process) listens(t *testing.T) bool {
	t.Helper()
	status, err := statusOf(p.Process.Pid, "SigIgn")
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := strconv.ParseUint(status, 16, 64)
	return err == nil && ignored>>(syscall.SIGPIPE-1)&1 == 1
}

// exit waits for the end and returns the exit code and the rest of the output.
func (p *process) exit(t *testing.T) (code int, rest string) {
	t.Helper()
	out := make(chan []byte, 1)
	go func() {
		b, _ := io.ReadAll(p.stdout)
		out <- b
	}()
	select {
	case b := <-out:
		p.Wait()
		return p.ProcessState.ExitCode(), string(b)
	case <-time.After(10 * time.Second):
		t.Fatal("it does not end")
	}
	return 0, ""
}

// lastLine is the last line of the trace of normal.pcap.
const lastLine = "server LAST_ACK → CLOSED"

// TestLinesComeAsPacketsDo: what a pipe brings is printed although the pipe
// stays open.
func TestLinesComeAsPacketsDo(t *testing.T) {
	p := startReplay(t)
	p.send(t, "normal.pcap")
	p.readUntil(t, lastLine)
	p.stdin.Close()
	if code, rest := p.exit(t); code != 0 || rest != "1 flow: 1 closed · 11 packets\n" {
		t.Errorf("exit %d, %q at the end", code, rest)
	}
}

func TestSignalEndsWithTheSummary(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		p := startReplay(t)
		p.send(t, "normal.pcap")
		p.readUntil(t, lastLine)
		p.Process.Signal(sig)
		p.Process.Signal(sig) // at once: timeout(1) does so, and means one
		code, rest := p.exit(t)
		if code != 0 || rest != "1 flow: 1 closed · 11 packets\n" || p.stderr.Len() > 0 {
			t.Errorf("%v: exit %d, %q and %q at the end", sig, code, rest, &p.stderr)
		}
	}
}

// TestSignalBeforeTheFirstByte: opening a pipe waits for its first bytes, and
// a signal ends that too.
func TestSignalBeforeTheFirstByte(t *testing.T) {
	p := startReplay(t)
	for deadline := time.Now().Add(10 * time.Second); !p.listens(t); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not listen to signals")
		}
	}
	p.Process.Signal(syscall.SIGINT)
	if code, rest := p.exit(t); code != 0 || rest != "0 flows · 0 packets\n" {
		t.Errorf("exit %d, %q at the end", code, rest)
	}
}

// TestSecondSignalDoesNotWait: nobody reads the output, so the trace cannot
// end, and the user has had enough.
func TestSecondSignalDoesNotWait(t *testing.T) {
	p := startReplay(t, "-v", "--json")
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "pcap", "slow.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, err := p.stdin.Write(data)
		for err == nil { // until it is gone
			_, err = p.stdin.Write(data[24:])
		}
	}()
	time.Sleep(500 * time.Millisecond) // the pipe of the output fills up
	p.Process.Signal(syscall.SIGINT)
	time.Sleep(3 * echo)
	p.Process.Signal(syscall.SIGINT)
	timer := time.AfterFunc(5*time.Second, func() { p.Process.Kill() })
	defer timer.Stop()
	state, err := p.Process.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if code := state.ExitCode(); code != exitInterrupted {
		t.Errorf("exit %d, want %d", code, exitInterrupted)
	}
}

func TestCountersOnSIGUSR1(t *testing.T) {
	p := startReplay(t)
	p.send(t, "normal.pcap")
	p.readUntil(t, lastLine)
	p.Process.Signal(syscall.SIGUSR1)
	time.Sleep(5 * pipeWait)
	p.stdin.Close()
	code, _ := p.exit(t)
	want := "tcptrace: packets 11, TCP segments 11, flows 1, still followed 1\n"
	if code != 0 || p.stderr.String() != want {
		t.Errorf("exit %d, standard error %q, want %q", code, &p.stderr, want)
	}
}

// TestClosedPipeIsQuiet: head has what it wants, so the trace ends, although
// there would be more to read.
func TestClosedPipeIsQuiet(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.Command("tcptrace", "-r", "-")
	cmd.Stdout, cmd.Stderr = w, &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r.Close()
	w.Close()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "pcap", "normal.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	stdin.Write(data) // and standard input stays open
	timer := time.AfterFunc(10*time.Second, func() { cmd.Process.Kill() })
	defer timer.Stop()
	if err := cmd.Wait(); err != nil || stderr.Len() > 0 {
		t.Errorf("%v, standard error %q, want exit 0 and nothing", err, &stderr)
	}
}

func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("no device that is always full: %v", err)
	}
	defer full.Close()
	for _, args := range [][]string{{"-r", "../../testdata/pcap/slow.pcap"}, {"-D"}, {"man"}} {
		var stderr bytes.Buffer
		cmd := exec.Command("tcptrace", args...)
		cmd.Stdout, cmd.Stderr = full, &stderr
		cmd.Run()
		const want = "tcptrace: error: write standard output: no space left on device\n"
		if code := cmd.ProcessState.ExitCode(); code != exitFailed || stderr.String() != want {
			t.Errorf("%v: exit %d, standard error %q, want %d and %q", args, code, &stderr, exitFailed, want)
		}
	}
}
