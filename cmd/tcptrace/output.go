package main

import (
	"io"
	"sync"
	"time"
)

// output is standard output. It collects lines and writes them when there are
// many, and else so soon that nobody notices: the timer runs only while a line
// waits, so an idle trace costs nothing.
type output struct {
	w      io.Writer
	broken func() // called once when w takes no more

	free []byte // what AvailableBuffer lends; of the goroutine that calls Write

	mu    sync.Mutex
	buf   []byte
	err   error
	timer *time.Timer
	armed bool
}

const (
	outputSize  = 64 << 10
	outputDelay = 5 * time.Millisecond
)

func newOutput(w io.Writer, broken func()) *output {
	o := &output{w: w, broken: broken, buf: make([]byte, 0, 2*outputSize)}
	o.free = o.buf
	o.timer = time.AfterFunc(time.Hour, o.tick)
	o.timer.Stop()
	return o
}

// AvailableBuffer lends the room behind what waits: lines that are put together
// there need no copy. It is good for one Write. The timer does not touch it, since
// it only takes away what stands in front.
func (o *output) AvailableBuffer() []byte { return o.free }

// Write takes lines. After an error it takes none, and returns that error. It
// is called for every line: what is done for each is a lock, and a copy if the
// line was not put together in place.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	if o.err == nil {
		o.take(b)
		if len(o.buf) >= outputSize {
			o.write()
		} else if !o.armed {
			o.arm()
		}
		o.free = o.buf[len(o.buf):]
	}
	err := o.err
	o.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return len(b), nil
}

// take adds what may stand in its place already.
func (o *output) take(b []byte) {
	n := len(o.buf)
	if all := o.buf[:cap(o.buf)]; len(b) > 0 && len(b) <= len(all)-n && &b[0] == &all[n] {
		o.buf = all[:n+len(b)]
		return
	}
	o.buf = append(o.buf, b...)
}

// arm sees to it that what waits is written before long.
func (o *output) arm() {
	o.armed = true
	o.timer.Reset(outputDelay)
}

// tick writes what has waited long enough.
func (o *output) tick() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.armed = false
	o.write()
}

// Flush writes what waits.
func (o *output) Flush() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.write()
	return o.err
}

func (o *output) write() {
	if o.err != nil || len(o.buf) == 0 {
		return
	}
	_, err := o.w.Write(o.buf)
	o.buf = o.buf[:0]
	if err != nil {
		o.err = writeError(err)
		o.broken()
	}
}
