package capture

import (
	"errors"
	"io"
	"time"
)

var (
	// errWait ends a read from which nothing came in the time allowed; the
	// next one goes on where it left off.
	errWait = errors.New("nothing to read yet")
	// errStopped ends a read that Stop made an end to.
	errStopped = errors.New("stopped")
)

// chunks is how many buffers of a pump are under way: one filled, one emptied,
// one between.
const chunks = 3

// pump reads a stream in a goroutine of its own. A pipe needs it so that Stop
// can end a read which may never return, and a decompressor so that it works
// while its output is used.
type pump struct {
	full chan chunk  // read, not yet taken
	free chan []byte // emptied
	stop <-chan struct{}
	wait time.Duration // how long Read waits; 0: for ever
	now  chunk         // what Read hands out
}

type chunk struct {
	buf  []byte
	rest []byte // of buf, what is not taken
	err  error  // what followed it
}

// newPump reads r until its end or until stop is closed, and then calls done.
func newPump(r io.Reader, stop <-chan struct{}, done func()) *pump {
	p := &pump{full: make(chan chunk, chunks), free: make(chan []byte, chunks), stop: stop}
	for range chunks {
		p.free <- make([]byte, windowSize)
	}
	go p.run(r, done)
	return p
}

func (p *pump) run(r io.Reader, done func()) {
	defer done()
	for {
		select {
		case <-p.stop:
			return
		case buf := <-p.free:
			n, err := r.Read(buf)
			p.full <- chunk{buf: buf, rest: buf[:n], err: err} // never blocks: there are no more buffers than places
			if err != nil {
				return
			}
		}
	}
}

// Read hands over what has come, at least a byte, or errWait or errStopped.
func (p *pump) Read(b []byte) (int, error) {
	for len(p.now.rest) == 0 {
		if p.now.err != nil {
			return 0, p.now.err
		}
		if err := p.take(); err != nil {
			return 0, err
		}
	}
	n := copy(b, p.now.rest)
	p.now.rest = p.now.rest[n:]
	return n, nil
}

// take waits for the next chunk.
func (p *pump) take() error {
	if p.now.buf != nil {
		p.free <- p.now.buf
		p.now.buf = nil
	}
	var late <-chan time.Time
	if p.wait > 0 {
		timer := time.NewTimer(p.wait)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case p.now = <-p.full:
		return nil
	case <-p.stop:
		return errStopped
	case <-late:
		return errWait
	}
}
