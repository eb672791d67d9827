package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tcptrace/tracer"
	"tcptrace/tracer/capture"
	"tcptrace/tracer/decode"
	"tcptrace/tracer/host"
)

// source is where a trace gets its frames from, and what it needs to know of
// that besides.
type source struct {
	tracer.Source
	close    func() error
	clock    tracer.Clock               // nil for files
	progress func() (read, total int64) // nil when live

	describe func(id uint32) decode.Interface // tells of an input
	inputs   uint32                           // that are there from the start

	// Of a live trace: where this host's sockets, addresses and sysctls are read,
	// also after root was given up, and who may look for the sockets' owners.
	namespace  *host.Namespace // nil: that of the process
	interfaces []string        // that are captured on
	warden     *host.Warden
}

// Rest hands over the frames that are in memory behind the one that Next
// returned, as the sources of package capture do.
func (s *source) Rest() []decode.Frame {
	if r, ok := s.Source.(interface{ Rest() []decode.Frame }); ok {
		return r.Rest()
	}
	return nil
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

// openLive begins to capture and then gives up root.
func (p *program) openLive(o *options, filter string) (*source, error) {
	become, err := p.whoToBecome(o.user)
	if err != nil {
		return nil, err
	}
	ns, err := openNamespace(o.netns)
	if err != nil {
		return nil, err
	}
	var live *capture.Live
	err = ns.Do(func() (err error) {
		live, err = capture.OpenLive(p.liveOptions(o, filter))
		return err
	})
	if err != nil {
		ns.Close()
		return nil, err
	}
	warden, err := dropRoot(become)
	src := &source{Source: live, clock: tracer.WallClock, namespace: ns, warden: warden, interfaces: namesOf(live.Interfaces())}
	src.describe, src.inputs = live.Describe, uint32(len(src.interfaces))
	watch := make(chan struct{})
	src.close = func() error { close(watch); return errors.Join(live.Close(), ns.Close(), warden.Close()) }
	if err != nil {
		src.close()
		return nil, err
	}
	p.tell(o.listening(live.Interfaces(), ns.Name(), filter))
	go p.watchDrops(live.Stats, o.remedy(), watch)
	return src, nil
}

func (p *program) liveOptions(o *options, filter string) capture.LiveOptions {
	return capture.LiveOptions{
		Interfaces: o.interfaces, Filter: filter, Snaplen: o.snaplen, Buffer: o.buffer << 10,
		NoPromiscuous: o.noPromisc, Immediate: o.immediate, Handshakes: o.handshakes, Elsewhere: o.netns != "",
		Lost: func(err error) { p.warn(err.Error()) },
	}
}

func namesOf(interfaces []capture.Interface) []string {
	names := make([]string, len(interfaces))
	for i := range interfaces {
		names[i] = interfaces[i].Name
	}
	return names
}

// listening says on what, where if not here, and to what.
func (o *options) listening(interfaces []capture.Interface, namespace, filter string) string {
	names := make([]string, len(interfaces))
	for i, in := range interfaces {
		names[i] = fmt.Sprintf("%s (%s)", in.Name, in.LinkName)
	}
	text := "listening on " + strings.Join(names, ", ")
	if namespace != "" {
		text += " in namespace " + namespace
	}
	if filter = strings.TrimSpace(filter); filter != "" {
		text += fmt.Sprintf(", filter %q", filter)
	}
	if o.handshakes {
		text += ", without payload"
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
		f, err := capture.OpenFile(o.files, capture.FileOptions{Stdin: p.in, Filter: filter, Handshakes: o.handshakes, Wait: pipeWait})
		c <- opened{f, err}
	}()
	select {
	case got := <-c:
		if got.err != nil {
			return nil, got.err
		}
		f := got.files
		return &source{Source: f, close: f.Close, progress: f.Progress, describe: f.Describe, inputs: f.Inputs()}, nil
	case <-ctx.Done():
		return nil, nil
	}
}
