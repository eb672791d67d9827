package lab

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// tracefsHome is where tracefs is on nearly every machine.
const tracefsHome = "/sys/kernel/tracing"

// The tracepoints that are read.
const (
	tracepointState = "sock/inet_sock_set_state"
	tracepointReset = "tcp/tcp_receive_reset"
)

// tracefs finds tracefs, or mounts it at a place of its own. The second result
// takes that back.
func tracefs() (home string, undo func(), err error) {
	if _, err := os.Stat(filepath.Join(tracefsHome, "instances")); err == nil {
		removeStale(tracefsHome)
		return tracefsHome, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "tcptrace-lab-tracefs-")
	if err != nil {
		return "", nil, fmt.Errorf("make a place for tracefs: %w", err)
	}
	if err := unix.Mount("tracefs", dir, "tracefs", 0, ""); err != nil {
		os.Remove(dir)
		return "", nil, fmt.Errorf("mount tracefs: %w", err)
	}
	return dir, func() {
		unix.Unmount(dir, unix.MNT_DETACH)
		os.Remove(dir)
	}, nil
}

// instancePrefix is what the names of our trace buffers begin with; the number
// of the process follows.
const instancePrefix = "tcptrace-lab-"

// removeStale removes the buffers of labs that were killed.
func removeStale(tracefs string) {
	dirs, _ := filepath.Glob(filepath.Join(tracefs, "instances", instancePrefix+"*"))
	for _, dir := range dirs {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), instancePrefix), "-")
		if _, err := os.Stat("/proc/" + pid); os.IsNotExist(err) {
			(&trace{dir: dir}).close()
		}
	}
}

// trace is a trace buffer of our own: no other user of tracing notices it.
type trace struct {
	dir     string
	decoder decoder
}

// traceBuffer is the size of the buffer of each CPU in KiB; an event takes some
// 90 bytes.
const traceBuffer = "4096"

var traceCount atomic.Uint32

// newTrace begins to record. There is no filter in the kernel: the events of
// other connections of this machine are left out later, by their addresses.
func newTrace(tracefs string) (*trace, error) {
	name := fmt.Sprintf("%s%d-%d", instancePrefix, os.Getpid(), traceCount.Add(1))
	t := &trace{dir: filepath.Join(tracefs, "instances", name)}
	if err := os.Mkdir(t.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make a trace buffer: %w", err)
	}
	if err := t.begin(); err != nil {
		t.close()
		return nil, fmt.Errorf("trace states: %w", err)
	}
	return t, nil
}

func (t *trace) begin() (err error) {
	for file, l := range map[string]*layout{tracepointState: &t.decoder.states, tracepointReset: &t.decoder.resets} {
		text, err := os.ReadFile(filepath.Join(t.dir, "events", file, "format"))
		if err != nil {
			return err
		}
		if *l, err = parseLayout(string(text)); err != nil {
			return err
		}
	}
	if t.decoder.ahead, err = taiAhead(); err != nil {
		return err
	}
	return errors.Join(
		t.write("trace_clock", "tai"),
		t.write("buffer_size_kb", traceBuffer),
		t.write("events/"+tracepointState+"/enable", "1"),
		t.write("events/"+tracepointReset+"/enable", "1"),
	)
}

func (t *trace) write(file, value string) error {
	return os.WriteFile(filepath.Join(t.dir, file), []byte(value), 0)
}

// taiAhead is how far atomic time, which the trace is stamped with, is ahead of
// the time of day, which packets are stamped with: a whole number of seconds.
func taiAhead() (int64, error) {
	var tai, day unix.Timespec
	if err := errors.Join(unix.ClockGettime(unix.CLOCK_TAI, &tai), unix.ClockGettime(unix.CLOCK_REALTIME, &day)); err != nil {
		return 0, err
	}
	d := time.Duration(tai.Nano() - day.Nano())
	return int64(d.Round(time.Second)), nil
}

// stop ends the recording and returns the events whose address is ours, in the
// order in which they happened.
func (t *trace) stop(ours func(event) bool) ([]event, error) {
	if err := t.write("tracing_on", "0"); err != nil {
		return nil, err
	}
	rings, err := filepath.Glob(filepath.Join(t.dir, "per_cpu", "cpu*", "trace_pipe_raw"))
	if err != nil || len(rings) == 0 {
		return nil, errors.Join(err, errors.New("the trace buffer has no CPU"))
	}
	var events []event
	for _, ring := range rings {
		err := t.readRing(ring, func(at uint64, data []byte) {
			if e, ok := t.decoder.event(at, data); ok && ours(e) {
				events = append(events, e)
			}
		})
		if err != nil {
			return nil, fmt.Errorf("read trace buffer %s: %w", ring, err)
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	return events, nil
}

// readRing reads the buffer of one CPU.
func (t *trace) readRing(ring string, f func(at uint64, data []byte)) error {
	fd, err := unix.Open(ring, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	page := make([]byte, t.pageSize())
	for {
		n, err := unix.Read(fd, page)
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.EAGAIN || err == nil && n == 0:
			return nil
		case err != nil:
			return err
		}
		if err := eachRecord(page[:n], f); err != nil {
			return err
		}
	}
}

// pageSize is the size of the buffer's pages: since Linux 6.8 it can be chosen.
func (t *trace) pageSize() int {
	text, err := os.ReadFile(filepath.Join(t.dir, "buffer_subbuf_size_kb"))
	if err == nil {
		if kib, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			return kib << 10
		}
	}
	return os.Getpagesize()
}

// close takes the buffer away. The kernel says that it is busy for a moment
// after the last reader has gone.
func (t *trace) close() error {
	t.write("events/enable", "0")
	var err error
	for range 50 {
		if err = os.Remove(t.dir); err == nil || os.IsNotExist(err) {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("remove the trace buffer: %w", err)
}
