package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// folderOf is a folder that belongs to a user.
func folderOf(t *testing.T, uid int) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, uid, uid); err != nil {
		t.Skip("no folder of another user: ", err)
	}
	return dir
}

// TestWriteLive: the file belongs to the user that the trace runs as, can be
// read while the trace goes on, and ends with what the kernel counted.
func TestWriteLive(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("capturing needs root")
	}
	listener, port := listen(t)
	file := filepath.Join(folderOf(t, 1234), "f.pcapng")
	trace := begin(t, "-i", "lo", "-w", file, fmt.Sprintf("port %d", port))
	time.Sleep(200 * time.Millisecond) // the file comes after the line that it listens
	connect(t, listener)
	time.Sleep(500 * time.Millisecond)
	info, err := os.Stat(file)
	if err != nil || info.Sys().(*syscall.Stat_t).Uid != 1234 {
		t.Fatalf("the file is %+v, error %v, want one of user 1234", info, err)
	}
	early := readSaved(t, file)
	const want = "server LISTEN → SYN_RECEIVED · SYN(K) ACK(J+1) ✓"
	if len(early.comments) < 8 || !strings.HasSuffix(early.comments[1].text, want) {
		t.Errorf("half a second later, the comments are %v, want %q as the second", early.comments, want)
	}
	if _, said, code := trace.end(); code != 0 {
		t.Errorf("exit %d, %s", code, said)
	}
	s := readSaved(t, file)
	if len(s.statistics) != 1 || s.statistics[0][4] < uint64(s.packets) || s.packets < early.packets {
		t.Errorf("%d packets, statistics %v, want as many received", s.packets, s.statistics)
	}
	if _, known := s.statistics[0][7]; !known {
		t.Errorf("statistics %v, want what the kernel dropped", s.statistics)
	}
	again := filepath.Join(t.TempDir(), "again.pcapng")
	runTrace(t, "-q", "-r", file, "-w", again)
	if diff := cmp.Diff(s.statistics, readSaved(t, again).statistics); diff != "" {
		t.Errorf("the statistics of the file, written again (-want +got):\n%s", diff)
	}
}

// TestWriteLiveDenied: root is given up before the file is created, and that is
// said.
func TestWriteLiveDenied(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("capturing needs root")
	}
	file := filepath.Join(folderOf(t, 0), "f.pcapng")
	trace := begin(t, "-i", "lo", "-w", file, "port 9")
	_, said, code := trace.end()
	want := fmt.Sprintf("tcptrace: error: create %q: permission denied\ntcptrace: hint: -w writes as user 1234: ", file)
	if code != exitFailed || !strings.HasPrefix(said, want) {
		t.Errorf("exit %d, %q, want %d and %q", code, said, exitFailed, want)
	}
}
