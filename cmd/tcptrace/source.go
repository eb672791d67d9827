package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tcptrace/tracer"
	"tcptrace/tracer/capture"
)

// source is where a trace gets its frames from, and what it needs to know of
// that besides.
type source struct {
	tracer.Source
	close    func() error
	clock    tracer.Clock               // nil for files
	progress func() (read, total int64) // nil when live
}

// pipeWait is how long a pipe may be silent before the trace looks up.
const pipeWait = 100 * time.Millisecond

// openSource opens what the flags name. It is nil without an error if the user
// would not wait for it.
func (p *program) openSource(ctx context.Context, o *options, filter string) (*source, error) {
	if o.live() {
		return p.openLive(o, filter)
	}
	return p.openFiles(ctx, o, filter)
}

func (p *program) openLive(o *options, filter string) (*source, error) {
	live, err := capture.OpenLive(capture.LiveOptions{
		Interfaces: o.interfaces, Filter: filter, Snaplen: o.snaplen, Buffer: o.buffer << 10,
		NoPromiscuous: o.noPromisc, Immediate: o.immediate,
		Lost: func(err error) { p.warn(err.Error()) },
	})
	if err != nil {
		return nil, err
	}
	if err := capture.DropPrivileges(p.env); err != nil {
		live.Close()
		return nil, err
	}
	p.tell(listening(live.Interfaces(), filter))
	return &source{Source: live, close: live.Close, clock: tracer.WallClock}, nil
}

// listening says on what, and to what.
func listening(interfaces []capture.Interface, filter string) string {
	names := make([]string, len(interfaces))
	for i, in := range interfaces {
		names[i] = fmt.Sprintf("%s (%s)", in.Name, in.LinkName)
	}
	text := "listening on " + strings.Join(names, ", ")
	if filter = strings.TrimSpace(filter); filter != "" {
		text += fmt.Sprintf(", filter %q", filter)
	}
	return text
}

// openFiles opens capture files. Opening a pipe waits for its first bytes, and
// the user may not.
func (p *program) openFiles(ctx context.Context, o *options, filter string) (*source, error) {
	type opened struct {
		files *capture.Files
		err   error
	}
	c := make(chan opened, 1)
	go func() {
		f, err := capture.OpenFile(o.files, capture.FileOptions{Stdin: p.in, Filter: filter, Wait: pipeWait})
		c <- opened{f, err}
	}()
	select {
	case got := <-c:
		if got.err != nil {
			return nil, got.err
		}
		return &source{Source: got.files, close: got.files.Close, progress: got.files.Progress}, nil
	case <-ctx.Done():
		return nil, nil
	}
}
