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
	o.timer = time.AfterFunc(time.Hour, o.tick)
	o.timer.Stop()
	return o
}

// Write takes lines. After an error it takes none, and returns that error. It
// is called for every line: what is done for each is a lock and a copy.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	if o.err == nil {
		o.buf = append(o.buf, b...)
		if len(o.buf) >= outputSize {
			o.write()
		} else if !o.armed {
			o.arm()
		}
	}
	err := o.err
	o.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return len(b), nil
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
