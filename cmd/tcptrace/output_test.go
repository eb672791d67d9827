package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// pipeEnd is a writer that remembers the writes and may be broken.
type pipeEnd struct {
	mu     sync.Mutex
	writes []string
	err    error
}

func (p *pipeEnd) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writes = append(p.writes, string(b))
	return len(b), p.err
}

func (p *pipeEnd) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.writes)
}

func TestOutputWritesBeforeLong(t *testing.T) {
	var w pipeEnd
	o := newOutput(&w, func() { t.Error("broken") })
	for range 3 {
		o.Write([]byte("a line\n"))
	}
	for deadline := time.Now().Add(5 * time.Second); w.count() == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nothing was written")
		}
	}
	if got := strings.Join(w.writes, "|"); got != "a line\na line\na line\n" {
		t.Errorf("wrote %q, want three lines at once", got)
	}
	o.Write([]byte("another\n"))
	if err := o.Flush(); err != nil || w.count() != 2 {
		t.Errorf("Flush: %v after %d writes, want nil after 2", err, w.count())
	}
}

func TestOutputWritesWhenItHasMuch(t *testing.T) {
	var w pipeEnd
	o := newOutput(&w, nil)
	o.timer.Stop()
	o.armed = true // as if a line waited already: the timer shall not help
	line := []byte(strings.Repeat("x", 1000))
	for range outputSize/len(line) + 1 {
		o.Write(line)
	}
	if w.count() != 1 {
		t.Errorf("%d writes, want 1", w.count())
	}
}

// TestOutputLends: lines that were put together in what is lent come out once and
// in order, also when the timer took away what stood in front, or there was not
// room enough.
func TestOutputLends(t *testing.T) {
	var w pipeEnd
	o := newOutput(&w, nil)
	want := ""
	for i, size := range []int{10, 30_000, 20, 30_000, 30_000, 200_000, 5} {
		line := strings.Repeat(string(rune('a'+i)), size) + "\n"
		b := append(o.AvailableBuffer(), line...)
		if i%2 == 1 {
			o.tick()
		}
		if n, err := o.Write(b); n != len(line) || err != nil {
			t.Fatalf("Write = %d, %v, want %d, nil", n, err, len(line))
		}
		want += line
	}
	o.Flush()
	if got := strings.Join(w.writes, ""); got != want {
		t.Errorf("%d bytes came out, and not the %d that were written", len(got), len(want))
	}
}

func TestOutputBreaksOnce(t *testing.T) {
	w := pipeEnd{err: syscall.EPIPE}
	broken := 0
	o := newOutput(&w, func() { broken++ })
	o.Write([]byte("a line\n"))
	o.Flush()
	if _, err := o.Write([]byte("another\n")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("Write after the error = %v, want %v", err, syscall.EPIPE)
	}
	if err := o.Flush(); !errors.Is(err, syscall.EPIPE) || exitCode(err) != exitDone {
		t.Errorf("Flush = %v, want %v, which exits with 0", err, syscall.EPIPE)
	}
	if broken != 1 || w.count() != 1 {
		t.Errorf("broken %d times after %d writes, want once after 1", broken, w.count())
	}
}

// BenchmarkOutput is what a line costs on its way from a sink to the writer.
func BenchmarkOutput(b *testing.B) {
	o := newOutput(io.Discard, nil)
	line := append(bytes.Repeat([]byte("x"), 120), '\n')
	b.ReportAllocs()
	for b.Loop() {
		o.Write(line)
	}
}
