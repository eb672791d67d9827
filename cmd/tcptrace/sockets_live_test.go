package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// leak keeps n sockets of this process in CLOSE_WAIT, each with one byte
// unread, and gives the address that they are at.
func leak(t *testing.T, n int) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	for range n {
		client, server := dial(t, listener)
		t.Cleanup(func() { server.Close() })
		client.Write([]byte("x"))
		client.Close()
	}
	return listener.Addr().String()
}

// TestSocketsLive: the program finds the sockets of this very process, with its
// name and their descriptors, and nobody needs to be root for it.
func TestSocketsLive(t *testing.T) {
	const n = 50
	address := leak(t, n)
	time.Sleep(250 * time.Millisecond)
	begin := time.Now()
	out, err := exec.Command("tcptrace", "sockets", "--stuck", "0.2", "--json", "--state", "close_wait").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) && strings.Contains(string(exit.Stderr), "not supported") {
			t.Skipf("the sockets cannot be read here: %s", exit.Stderr)
		}
		t.Fatal(err)
	}
	t.Logf("it took %v", time.Since(begin))
	var census struct {
		Stuck []struct {
			Local, State string
			Unread       int
			Owner        struct {
				PID, FD int
				Command string
			}
		}
	}
	line, rest, _ := strings.Cut(string(out), "\n")
	if err := json.Unmarshal([]byte(line), &census); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	descriptors := make(map[int]bool)
	for _, s := range census.Stuck {
		if s.Local != address {
			continue
		}
		if s.State != "CLOSE_WAIT" || s.Unread != 1 || s.Owner.PID != os.Getpid() || s.Owner.Command == "" {
			t.Errorf("%+v is not as it was left by process %d", s, os.Getpid())
		}
		descriptors[s.Owner.FD] = true
	}
	if len(descriptors) != n {
		t.Errorf("%d descriptors, want %d", len(descriptors), n)
	}
	for _, part := range []string{`"id":"close-wait-piling-up","severity":"critical"`, fmt.Sprintf(`"owner":{"pid":%d,`, os.Getpid())} {
		if !strings.Contains(rest, part) {
			t.Errorf("%s is not in\n%s", part, rest)
		}
	}
	check := exec.Command("tcptrace", "sockets", "--stuck", "0.2", "--check")
	text, _ := check.Output()
	if code := check.ProcessState.ExitCode(); code != 2 || !strings.HasPrefix(string(text), "TCPTRACE CRITICAL - ") {
		t.Errorf("the check exits with %d and says %q, want 2 and CRITICAL", code, text)
	}
}
