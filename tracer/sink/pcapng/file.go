package pcapng

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"tcptrace/flows"
	"tcptrace/tracer/decode"
)

const (
	fileBuffer = 256 << 10
	// maxComments bounds the comments of one packet, in bytes: some hundreds, so
	// that whatever shows them can. What is beyond that goes to the next one.
	maxComments = 64 << 10
	// maxInterfaces bounds what is remembered of interfaces. A capture file may
	// describe any number of them; behind so many a new section begins.
	maxInterfaces = 1 << 16
)

// file is one savefile. Whole blocks are written to it, so that it can be read
// whenever that stops.
type file struct {
	w       io.WriteCloser
	path    string
	buf     []byte // blocks, the last of which may still be open
	written int64  // bytes in front of buf

	open int // where the open packet begins in buf; -1: none is
	bare int // where buf ended before the packet's first comment

	// The packet that was written last, without its end, and how many bytes of
	// the file it takes: for comments that come when it is no longer in buf.
	last     []byte
	lastBare int // as bare, from its beginning
	lastSize int

	interfaces  map[uint32]uint32 // the source's number for one to the section's
	ids         []uint32          // and back
	begun       bool              // a packet is in the file
	first, late flows.Time        // of its packets
}

func newFile(w io.WriteCloser, path string, buf []byte) *file {
	return &file{w: w, path: path, buf: buf[:0], open: -1, interfaces: make(map[uint32]uint32)}
}

// size is how many bytes the file has, written or not.
func (f *file) size() int64 { return f.written + int64(len(f.buf)) }

// section begins a section, in which no interface is described yet.
func (f *file) section(o *Options) {
	clear(f.interfaces)
	f.ids = f.ids[:0]
	f.buf = appendSection(f.buf, o)
}

// describe adds an interface to the section.
func (f *file) describe(id uint32, in *decode.Interface) {
	f.interfaces[id] = uint32(len(f.ids))
	f.ids = append(f.ids, id)
	f.buf = appendInterface(f.buf, in)
}

// packet begins the block of a packet of an interface that is described. It
// stays open for comments until end.
func (f *file) packet(frame *decode.Frame) {
	if !f.begun {
		f.first, f.begun = frame.Time, true
	}
	f.late = frame.Time
	f.open = len(f.buf)
	f.buf = appendPacket(f.buf, frame, f.interfaces[frame.Interface])
	f.bare = len(f.buf)
}

// room reports whether the open packet takes one more comment.
func (f *file) room() bool { return f.open >= 0 && len(f.buf)-f.bare < maxComments }

// end ends the open packet, if there is one.
func (f *file) end() {
	if f.open < 0 {
		return
	}
	if len(f.buf) > f.bare {
		f.buf = appendEnd(f.buf)
	}
	f.buf = endBlock(f.buf, f.open)
	f.open = -1
}

// flush ends the open packet and writes everything.
func (f *file) flush() error {
	if f.open >= 0 {
		f.last = append(f.last[:0], f.buf[f.open:]...)
		begin := f.open
		f.lastBare = f.bare - begin
		f.end()
		f.lastSize = len(f.buf) - begin
	}
	if len(f.buf) == 0 {
		return nil
	}
	n, err := f.w.Write(f.buf)
	if err == nil && n < len(f.buf) {
		err = io.ErrShortWrite
	}
	if err != nil {
		f.repair(n)
		return f.failed(err)
	}
	f.written += int64(n)
	f.buf = f.buf[:0]
	return nil
}

// repair takes half a block away again, where the file is one that can be cut.
// It is the best that can be done; the error that led here is told.
func (f *file) repair(n int) {
	if t, ok := f.w.(interface{ Truncate(int64) error }); ok {
		t.Truncate(f.written + int64(wholeBlocks(f.buf[:n])))
	}
	f.buf, f.open = f.buf[:0], -1
}

// reopen makes the packet that was written last the open one again, and reports
// whether that could be done: not on a pipe.
func (f *file) reopen() bool {
	t, ok := f.w.(interface {
		Truncate(int64) error
		io.Seeker
	})
	if !ok || len(f.last) == 0 || len(f.buf) > 0 {
		return false
	}
	begin := f.written - int64(f.lastSize)
	if t.Truncate(begin) != nil {
		return false
	}
	if _, err := t.Seek(begin, io.SeekStart); err != nil {
		return false
	}
	f.written = begin
	f.buf = append(f.buf, f.last...)
	f.open, f.bare = 0, f.lastBare
	return true
}

// statistics ends a section: what was counted at its interfaces.
func (f *file) statistics(describe func(uint32) decode.Interface, comments []byte) {
	f.end()
	for n, id := range f.ids {
		s := statistics{id: uint32(n), stats: describe(id).Stats}
		if f.begun {
			s.first, s.last = f.first, f.late
		}
		if n == 0 {
			s.comments = comments
		}
		f.buf = appendStatistics(f.buf, &s)
	}
}

// close writes what is left.
func (f *file) close() error {
	err := f.flush()
	if e := f.w.Close(); e != nil && err == nil {
		err = f.failed(e)
	}
	return err
}

// failed says which file an error is about, in place of package os.
func (f *file) failed(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return fmt.Errorf("write %q: %w", f.path, err)
}
