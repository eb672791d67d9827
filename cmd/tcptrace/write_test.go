package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// saved is what a file of -w holds: its packets with their comments, from 1,
// and the counters of its statistics blocks.
type saved struct {
	packets    int
	comments   []savedComment
	statistics []map[uint16]uint64
}

type savedComment struct {
	packet int
	text   string
}

// readSaved reads a file of -w, which must end with a whole block.
func readSaved(t *testing.T, path string) (s saved) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	u32 := binary.LittleEndian.Uint32
	for len(b) > 0 {
		if len(b) < 12 || int(u32(b[4:])) > len(b) {
			t.Fatalf("%s ends within a block", path)
		}
		kind, body := u32(b), b[8:u32(b[4:])-4]
		b = b[u32(b[4:]):]
		switch kind {
		case 5:
			s.statistics = append(s.statistics, map[uint16]uint64{})
			eachOption(body[12:], func(code uint16, value []byte) {
				if len(value) == 8 {
					s.statistics[len(s.statistics)-1][code] = binary.LittleEndian.Uint64(value)
				}
			})
		case 6:
			s.packets++
			eachOption(body[20+(u32(body[12:])+3)&^3:], func(code uint16, value []byte) {
				if code == 1 {
					s.comments = append(s.comments, savedComment{s.packets, string(value)})
				}
			})
		}
	}
	return s
}

func eachOption(b []byte, f func(code uint16, value []byte)) {
	for len(b) >= 4 {
		code, size := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		if code == 0 {
			return
		}
		f(code, b[4:4+size])
		b = b[4+(size+3)&^3:]
	}
}

// event is a transition or finding of --json.
type event struct {
	Event, Time, Client, Server, End, From, To, Cause, ID, Summary string
	Packet, Flow                                                   int
}

// comment is how the comment of an event begins, on its own packet and on
// another one.
func (e *event) comment() (here, apart string) {
	flow := fmt.Sprintf("#%d ", e.Flow)
	rest := fmt.Sprintf("%s %s → %s · %s", e.End, e.From, e.To, strings.ReplaceAll(e.Cause, ")+", ") "))
	if e.Event == "finding" {
		rest = e.ID + ": " + e.Summary
	}
	if e.Flow == 0 {
		return rest, "at " + e.Time + " " + rest
	}
	return flow + rest, "at " + e.Time + " " + flow + e.Client + " · " + e.Server + " " + rest
}

// unmarked is a comment without the marks that JSON has elsewhere.
func unmarked(text string) string {
	return strings.NewReplacer("⚠ ", "", "ℹ ", "", "client? ", "client ", "server? ", "server ").Replace(text)
}

// runTrace runs the program and returns its standard output.
func runTrace(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("tcptrace", args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v: %s", args, err, &stderr)
	}
	return out
}

func captures(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join("..", "..", "testdata", "pcap", "*.pcap"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no captures: %v", err)
	}
	return all
}

// TestCommentsAgreeWithJSON: the comments of -w are the transitions and the
// findings of --json, in their order, and on their packets; and the file that
// was written makes the same trace again.
func TestCommentsAgreeWithJSON(t *testing.T) {
	for _, path := range captures(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "f.pcapng")
			lines := runTrace(t, "--json", "--stuck", "1s", "-r", path, "-w", file)
			comments := readSaved(t, file).comments
			events := 0
			for d := json.NewDecoder(bytes.NewReader(lines)); d.More(); {
				var e event
				if err := d.Decode(&e); err != nil {
					t.Fatal(err)
				}
				if e.Event != "transition" && e.Event != "finding" {
					continue
				}
				if events == len(comments) {
					t.Fatalf("no comment for %+v", e)
				}
				agree(t, &e, comments[events])
				events++
			}
			if events == 0 || events != len(comments) {
				t.Errorf("%d comments of %d events", len(comments), events)
			}
			again := runTrace(t, "--json", "--stuck", "1s", "-r", file)
			if diff := cmp.Diff(string(lines), string(again)); diff != "" {
				t.Errorf("the trace of the file (-original +written):\n%s", diff)
			}
		})
	}
}

func agree(t *testing.T, e *event, c savedComment) {
	t.Helper()
	here, apart := e.comment()
	text := unmarked(c.text)
	switch {
	case strings.HasPrefix(text, apart):
	case !strings.HasPrefix(text, here):
		t.Errorf("packet %d has %q, want %q", c.packet, text, here)
	case e.Event == "transition" && e.Packet != c.packet:
		t.Errorf("packet %d has %q, want it on %d", c.packet, text, e.Packet)
	}
}

// TestWriteFullDisk: the trace ends with its summary, and the file can be read
// as far as it goes.
func TestWriteFullDisk(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("to mount a small disk takes root")
	}
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size=16k"); err != nil {
		t.Skip("no small disk: ", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	file := filepath.Join(dir, "f.pcapng")
	cmd := exec.Command("tcptrace", "-q", "-r", "../../testdata/pcap/slow.pcap", "-w", file)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Run()
	want := fmt.Sprintf("tcptrace: error: write %q: no space left on device\n", file)
	if code := cmd.ProcessState.ExitCode(); code != exitFailed || stderr.String() != want {
		t.Errorf("exit %d, %q, want %d and %q", code, &stderr, exitFailed, want)
	}
	if !strings.Contains(stdout.String(), " flows: ") {
		t.Errorf("no summary: %q", &stdout)
	}
	if s := readSaved(t, file); s.packets < 10 {
		t.Errorf("%d packets in 16 KiB", s.packets)
	}
}

// TestWriteClosedPipe: that nobody reads a pipe of -w is an error, but of
// standard output it is none.
func TestWriteClosedPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no pipe with a name: ", err)
	}
	p := startReplay(t, "-q", "-U", "-w", pipe)
	p.send(t, "normal.pcap")
	r, err := os.Open(pipe)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Read(make([]byte, 64)); err != nil { // it has opened it
		t.Fatal(err)
	}
	r.Close()
	data, err := os.ReadFile("../../testdata/pcap/normal.pcap")
	if err != nil {
		t.Fatal(err)
	}
	p.stdin.Write(data[24:]) // its packets once more
	p.stdin.Close()
	code, rest := p.exit(t)
	want := fmt.Sprintf("tcptrace: error: write %q: broken pipe\n", pipe)
	if code != exitFailed || !strings.HasSuffix(p.stderr.String(), want) || !strings.Contains(rest, "1 flow") {
		t.Errorf("exit %d, %q, %q, want %d, the summary and %q", code, rest, &p.stderr, exitFailed, want)
	}
}

func TestFileSize(t *testing.T) {
	tests := []struct {
		text, shown string
		want        fileSize
	}{
		{"1", "1", 1_000_000},
		{"25", "25", 25_000_000},
		{"64k", "64k", 64 << 10},
		{"2M", "2048k", 2 << 20},
		{"1g", "1048576k", 1 << 30},
	}
	for _, tt := range tests {
		var s fileSize
		if err := s.Set(tt.text); err != nil || s != tt.want || s.String() != tt.shown {
			t.Errorf("%s: %d, shown as %s, error %v, want %d and %s", tt.text, s, s.String(), err, tt.want, tt.shown)
		}
	}
	for _, text := range []string{"", "0", "-1", "k", "1.5", "1t", "99999999999999999999", "9007199254740992"} {
		if err := new(fileSize).Set(text); err == nil {
			t.Errorf("%q is taken for a size", text)
		}
	}
}
