package capture

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"tcptrace/flows"
	"tcptrace/tracer/decode"
)

// FileOptions say how capture files are read. The zero value reads everything.
type FileOptions struct {
	Stdin  io.Reader // what the path "-" reads
	Filter string    // in pcap-filter(7) syntax; empty: every packet
	// Handshakes leaves out segments with payload and without SYN, FIN and RST,
	// as LiveOptions has it.
	Handshakes bool
	// Wait is how long Next waits for a pipe before it returns nil; with 0 it
	// waits until a packet, the end or Stop comes. Regular files never wait.
	Wait time.Duration
}

// Files is a source of the packets of capture files, merged by time.
type Files struct {
	inputs []*input
	told   []*interfaces // of each file
	merge  merge
	filter *filter // nil: every packet
	number uint64
	last   flows.Time // of the newest frame, whether or not it passed the filter
	end    error      // what Next returned at the end

	stopOnce sync.Once
	stop     chan struct{}
	stopped  atomic.Bool // says what stop says, and costs less to ask
}

// OpenFile opens the capture files at paths: pcap or pcapng, plain or
// compressed with gzip or zstd. It waits for the first bytes of a pipe, and
// fails when one of the files is no capture, or with a *FilterError.
func OpenFile(paths []string, o FileOptions) (*Files, error) {
	f := &Files{stop: make(chan struct{})}
	if err := f.open(paths, o); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (f *Files) open(paths []string, o FileOptions) error {
	var ids uint32
	for rank, path := range paths {
		s, err := f.openSource(path, &o, &ids)
		if err != nil {
			return fmt.Errorf("open capture %q: %w", path, err)
		}
		s.rank = rank
		f.merge.due = append(f.merge.due, s)
	}
	if o.Filter == "" && !o.Handshakes {
		return nil
	}
	var err error
	f.filter, err = newFilter(o.Filter, f.linkTypes())
	if err == nil && o.Handshakes {
		f.filter.holdBack(handshakesOf()...)
	}
	return err
}

func (f *Files) openSource(path string, o *FileOptions, ids *uint32) (*source, error) {
	stdin := o.Stdin
	if path == "-" {
		if stdin == nil {
			return nil, errors.New("standard input can be read only once")
		}
		o.Stdin = nil
	}
	in, err := openInput(path, stdin, f.stop)
	if err != nil {
		return nil, err
	}
	f.inputs = append(f.inputs, in)
	r, err := newReader(in.w, ids)
	if err != nil {
		return nil, err
	}
	if in.pump != nil {
		in.pump.wait = o.Wait
	}
	f.told = append(f.told, r.told())
	return &source{input: in, reader: r}, nil
}

// linkTypes are those that the files begin with.
func (f *Files) linkTypes() []int {
	var links []int
	for _, s := range f.merge.due {
		if link, ok := s.reader.linkType(); ok {
			links = append(links, link)
		}
	}
	return links
}

// Next returns the next packet that passes the filter. Its number counts all
// packets, also those that the filter held back, so that it is the packet's
// place in the file. After the last one it returns io.EOF, or a *DamageError
// for each file that could not be read to its end.
func (f *Files) Next() (*decode.Frame, error) {
	for !f.stopped.Load() && f.end == nil {
		s, err := f.merge.next()
		switch err {
		case nil:
		case errWait:
			return nil, nil
		case errStopped:
			continue
		default:
			f.end = f.verdict()
			continue
		}
		f.number++
		frame := s.frame()
		frame.Number = f.number
		f.last = frame.Time
		if f.filter == nil {
			return frame, nil
		}
		pass, err := f.filter.match(frame)
		if pass {
			return frame, nil
		}
		f.end = err
	}
	if f.end != nil {
		return nil, f.end
	}
	return nil, io.EOF
}

// Rest are the packets behind the one that Next returned last, as far as they
// were read with it: they count as returned, and are valid as long as that one.
func (f *Files) Rest() []decode.Frame {
	if f.filter != nil || len(f.merge.due) != 1 || len(f.merge.ready) != 0 {
		return nil
	}
	s := f.merge.due[0]
	if s.at+1 >= s.end {
		return nil
	}
	list := s.frames[s.at+1 : s.end]
	s.at = s.end - 1
	for i := range list {
		f.number++
		list[i].Number = f.number
	}
	f.last = list[len(list)-1].Time
	return list
}

// Ready reports whether Next will not wait for a pipe: a file on disk is always
// there, and of a pipe enough has come for most packets.
func (f *Files) Ready() bool {
	const most = 2 << 10
	for _, s := range f.merge.due {
		if s.at+1 >= s.end && s.input.size == 0 && len(s.input.w.rest) < most {
			return false
		}
	}
	return true
}

// verdict is how the files ended: one damage as it is, so that a type
// assertion finds it, several joined.
func (f *Files) verdict() error {
	switch d := f.merge.damages; len(d) {
	case 0:
		return io.EOF
	case 1:
		return d[0]
	default:
		return errors.Join(d...)
	}
}

// Stop makes Next return io.EOF at once, even while it waits for a pipe.
func (f *Files) Stop() {
	f.stopOnce.Do(func() {
		f.stopped.Store(true)
		close(f.stop)
	})
}

// Stats counts nothing: a file does not say what was not written to it.
func (f *Files) Stats() decode.Stats { return decode.Stats{Last: f.last} }

// Progress tells how many bytes were read of how many, as they are on disk.
// total is 0 when it is not known, as for a pipe. It may be called from any
// goroutine.
func (f *Files) Progress() (read, total int64) {
	known := true
	for _, in := range f.inputs {
		read += in.read.Load()
		total += in.size
		known = known && in.size > 0
	}
	if !known {
		total = 0
	}
	return read, total
}

// Close stops reading and closes the files. A read of standard input that is
// under way goes on until it returns, but nobody waits for it.
func (f *Files) Close() error {
	f.Stop()
	for _, in := range f.inputs {
		in.close()
	}
	return nil
}
