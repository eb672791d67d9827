package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	"tcptrace/tracer"
	"tcptrace/tracer/capture"
	"tcptrace/tracer/decode"
	"tcptrace/tracer/sink/pcapng"
)

// standardOutput is the FILE that stands for it.
const standardOutput = "-"

// apart is the program of a trace whose packets go to standard output: its
// lines go to standard error.
func (p *program) apart(o *options) *program {
	if o.write.path != standardOutput {
		return p
	}
	q := *p
	q.out = p.err
	return &q
}

// openWriter opens what -w names, after root was given up; nil without -w.
func (p *program) openWriter(o *options, src *source, filter string) (*pcapng.Sink, error) {
	if o.write.path == "" {
		return nil, nil
	}
	if o.write.path == standardOutput && isTerminal(p.out) {
		return nil, wrongUse("-w - would write packets to the terminal", "send standard output to a file or to another program")
	}
	options := pcapng.Options{
		Path: o.write.path, Rotation: o.write.rotation(), Open: p.creator(o), Unbuffered: o.write.unbuffered,
		Describe: func(id uint32) decode.Interface { return described(src.describe(id), o, filter) }, Interfaces: src.inputs,
		Zone: time.Local, Hardware: runtime.GOARCH, OS: runtime.GOOS, Application: versionLine(),
	}
	if src.clock != nil {
		options.Start = src.clock()
	}
	return pcapng.New(options)
}

// described adds what the command line says of an interface.
func described(in decode.Interface, o *options, filter string) decode.Interface {
	if o.live() {
		in.Snaplen = uint32(cmp.Or(o.snaplen, capture.DefaultSnaplen))
	}
	filter = strings.TrimSpace(filter)
	switch {
	case in.Filter == "":
		in.Filter = filter
	case filter != "":
		in.Filter = "(" + in.Filter + ") and (" + filter + ")"
	}
	return in
}

// creator opens the files of -w. None of them may be one that is read: creating
// it would empty it.
func (p *program) creator(o *options) func(string) (io.WriteCloser, error) {
	if o.write.path == standardOutput {
		return func(string) (io.WriteCloser, error) { return pipe{p.out}, nil }
	}
	inUse := p.inUse(o)
	return func(path string) (io.WriteCloser, error) {
		if info, err := os.Stat(path); err == nil {
			for _, other := range inUse {
				if os.SameFile(info, other) && info.Mode()&os.ModeDevice == 0 {
					return nil, fmt.Errorf("open %q for -w: the trace reads it, or its lines go there", path)
				}
			}
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
		if err != nil {
			return nil, notCreated(path, err, o)
		}
		return savefile{f}, nil
	}
}

// inUse are the files that the trace reads, and those of its streams: also a pipe,
// as /dev/stdout may be one, in which lines and packets would mix.
func (p *program) inUse(o *options) []os.FileInfo {
	var all []os.FileInfo
	for _, path := range append([]string{o.filterFile}, o.files...) {
		if info, err := os.Stat(path); err == nil {
			all = append(all, info)
		}
	}
	for _, f := range []*os.File{p.in, p.out, p.err} {
		if info, err := f.Stat(); err == nil {
			all = append(all, info)
		}
	}
	return all
}

// savefile is a file of -w. That nobody reads it, where it is a pipe, is an
// error like any other: only for standard output it is none.
type savefile struct{ *os.File }

func (f savefile) Write(b []byte) (int, error) {
	n, err := f.File.Write(b)
	if errors.Is(err, syscall.EPIPE) {
		err = errors.New(syscall.EPIPE.Error())
	}
	return n, err
}

// pipe is standard output, which is not ours to close, nor to cut: it may be a
// file that others write to.
type pipe struct{ w io.Writer }

func (p pipe) Write(b []byte) (int, error) { return p.w.Write(b) }

func (pipe) Close() error { return nil }

// notCreatedError is why a file of -w could not be created.
type notCreatedError struct {
	path string
	user int
	live bool
	err  error
}

func notCreated(path string, err error, o *options) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return &notCreatedError{path, os.Getuid(), o.live(), err}
}

func (e *notCreatedError) Error() string { return fmt.Sprintf("create %q: %v", e.path, e.err) }

func (e *notCreatedError) Unwrap() error { return e.err }

// hint is what may help whoever was root, and thinks he is.
func (e *notCreatedError) hint() string {
	if !e.live || e.user == 0 || !errors.Is(e.err, fs.ErrPermission) {
		return ""
	}
	return fmt.Sprintf("-w writes as user %d: a live trace of root's has given up root by then. "+
		"Name a folder where that user may write, or the user with --user NAME", e.user)
}

// saved makes a trace write its packets, if it is to.
func (p *program) saved(w *pcapng.Sink, o *options, t *tracer.Options) {
	if w != nil {
		t.Sink = tracer.Tee(t.Sink, w)
		t.Frames = &savedFrames{w, func() { p.tell(fmt.Sprintf("-W %d: as many files are written", o.write.files)) }}
	}
}

// savedFrames says why a trace ends when all its files are written.
type savedFrames struct {
	tracer.FrameSink
	full func()
}

func (s *savedFrames) Frame(f *decode.Frame) error {
	err := s.FrameSink.Frame(f)
	if err == io.EOF {
		s.full()
	}
	return err
}
