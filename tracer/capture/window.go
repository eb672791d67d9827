package capture

import (
	"errors"
	"fmt"
	"io"
)

const (
	// windowSize is where larger reads stop paying: 64 KiB costs 3 ns a packet
	// more, 1 MiB saves less than 1 ns.
	windowSize = 256 << 10
	// idleReads is how often a reader may return nothing and no error before
	// it is taken for broken; bufio has the same bound.
	idleReads = 100
)

// window is the part of a stream that is in memory. It is filled by large
// reads, and records are cut out of it without copying.
//
// A regular file is read as well and not mapped. What a map saves of the copy, it
// costs in page faults and in headers that no cache holds yet: 2 % less at best for
// a whole trace. And whoever shortens a mapped file ends the process that looks at it.
type window struct {
	r    io.Reader
	buf  []byte
	end  int    // buf[:end] was read
	rest []byte // the tail of buf[:end] that is not consumed
	base int64  // where buf[0] stands in the stream
	owed int64  // bytes to skip that are not read yet; rest is empty then
	from int64  // where the skip of the owed bytes began
	err  error  // what ended r
}

func newWindow(r io.Reader) *window {
	return &window{r: r, buf: make([]byte, windowSize)}
}

// offset is where the record stands that is read now, or that was skipped but
// turns out to be longer than the stream.
func (w *window) offset() int64 {
	if w.owed > 0 {
		return w.from
	}
	return w.base + int64(w.end-len(w.rest))
}

// need makes rest at least n bytes long, at least one, and leaves them in place
// until the next need. io.EOF means that the stream ended before the first of
// them. Nothing is consumed on an error, so that the caller can ask again when
// the error was errWait.
func (w *window) need(n int) error {
	if n <= len(w.rest) {
		return nil
	}
	return w.fill(n)
}

// skip consumes n bytes; they need not have been read.
func (w *window) skip(n int64) {
	if have := int64(len(w.rest)); n > have {
		w.from, w.owed = w.offset(), n-have
		n = have
	}
	w.rest = w.rest[n:]
}

// fill reads until n bytes are there, and not one read longer: a pipe may have
// no more to give for now.
func (w *window) fill(n int) error {
	w.makeRoom(n)
	for idle := 0; len(w.rest) < n; idle++ {
		if w.err == nil && idle == idleReads {
			w.err = io.ErrNoProgress
		}
		if w.err != nil {
			return w.short(n)
		}
		m, err := w.r.Read(w.buf[w.end:])
		if err == errWait || err == errStopped {
			return err
		}
		w.err = err
		if m > 0 {
			idle = 0
			w.take(m)
		}
	}
	return nil
}

// makeRoom moves what is not consumed to the front of a buffer of at least n.
func (w *window) makeRoom(n int) {
	w.base += int64(w.end - len(w.rest))
	if n > len(w.buf) {
		w.buf = make([]byte, n+windowSize)
	}
	w.end = copy(w.buf, w.rest)
	w.rest = w.buf[:w.end]
}

// take adds m bytes that were read, less what is owed.
func (w *window) take(m int) {
	start := w.end - len(w.rest)
	w.end += m
	if w.owed == 0 {
		w.rest = w.buf[start:w.end]
		return
	}
	paid := min(w.owed, int64(m))
	w.owed -= paid
	w.rest = w.buf[start+int(paid) : w.end]
	w.makeRoom(0)
}

// short says why n bytes could not be had.
func (w *window) short(n int) error {
	switch {
	case !errors.Is(w.err, io.EOF):
		return w.err
	case w.owed > 0:
		return fmt.Errorf("cut short, %d bytes are missing", w.owed)
	case len(w.rest) > 0:
		return fmt.Errorf("cut short, %d of %d bytes are there", len(w.rest), n)
	}
	return io.EOF
}
