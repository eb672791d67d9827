package tracer

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/decode"
)

// Options say what is traced, and how long.
type Options struct {
	Source Source
	Sink   Sink
	Frames FrameSink // nil: nobody wants the frames themselves
	Limits flows.Limits
	Kernel func(netip.Addr) diagnose.Kernel // timers of the host with an address; nil: Linux's defaults
	Clock  Clock                            // nil for a replay

	// Host is asked for the connections that were there before, and compared with
	// afterwards; nil for a replay. Adopted is told how many there were, Unasked
	// why the host could not be asked.
	Host    Host
	Adopted func(Took)
	Unasked func(error)

	Packets  uint64        // stop after so many frames; 0: no bound
	Duration time.Duration // stop after so long, by Clock or by the packets' times; 0: no bound

	// Asked makes the trace tell its counters and go on. Tell is called in
	// between two frames, by whoever called Run.
	Asked <-chan struct{}
	Tell  func(Stats)
}

// Run traces until the source ends, a bound is reached, or ctx is done, which
// stops the source: what it captured until then is still traced. Whatever the
// reason, the flows are ended and the sink is closed before Run returns. The
// error is that of the source, or of closing the sink, or both.
func Run(ctx context.Context, o Options) (flows.Summary, error) {
	if o.Clock != nil && o.Duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.Duration)
		defer cancel()
	}
	defer context.AfterFunc(ctx, o.Source.Stop)()

	engine := diagnose.New(diagnose.Options{Stuck: o.Limits.Stuck, Kernel: o.Kernel, Host: o.Host, Live: o.Clock != nil}, o.Sink)
	l := &loop{o: o, decoder: decode.New(), table: flows.NewTable(o.Limits, engine), engine: engine, standing: standing{host: o.Host}}
	err := l.frames()
	sum := l.finish()
	return *sum, errors.Join(err, o.Sink.Close(sum))
}

// loop is a trace that goes on. One goroutine owns it.
type loop struct {
	o       Options
	decoder *decode.Decoder
	table   *flows.Table
	engine  *diagnose.Engine

	standing standing

	packets, tcp, icmp uint64
	first, last        flows.Time // times of the frames
	recorded           error      // why no frame more is wanted
}

// pace is after how many frames in a row the table is told the time although
// none of them may be of TCP.
const pace = 1 << 10

// frames reads the source to its end.
func (l *loop) frames() error {
	for {
		f, err := l.o.Source.Next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case f == nil:
			l.idle()
		case l.late(f):
			return nil
		default:
			l.frame(f)
		}
		if l.recorded != nil {
			return l.notRecorded()
		}
		l.answer()
		if l.o.Packets > 0 && l.packets == l.o.Packets {
			return nil
		}
	}
}

// late reports whether a frame of a replay lies beyond the bound.
func (l *loop) late(f *decode.Frame) bool {
	return l.o.Clock == nil && l.o.Duration > 0 && l.packets > 0 && f.Time.Sub(l.first) >= l.o.Duration
}

// frame follows one frame.
func (l *loop) frame(f *decode.Frame) {
	if l.packets == 0 {
		l.first = f.Time
	}
	l.packets++
	l.last = f.Time
	switch l.decoder.Decode(f) {
	case decode.TCP:
		l.tcp++
		if l.record(f) {
			l.table.Observe(&l.decoder.Segment)
		}
	case decode.ICMP:
		l.icmp++
		if l.record(f) {
			l.table.ObserveICMP(&l.decoder.ICMP)
		}
	}
	if late := !l.standing.adopted && l.standing.host != nil && f.Time.Sub(l.first) >= settling; late || l.packets%pace == 0 {
		l.tick(false)
		l.table.Advance(f.Time)
	}
}

// idle lets time pass while no frame comes.
func (l *loop) idle() {
	l.record(nil)
	if l.o.Clock != nil {
		l.tick(true)
		l.table.Advance(l.o.Clock().Add(-lag))
	}
}

// answer tells the counters if somebody asked for them.
func (l *loop) answer() {
	select {
	case <-l.o.Asked:
		l.o.Tell(l.stats())
	default:
	}
}

// finish ends the flows.
func (l *loop) finish() *flows.Summary {
	now := l.ended()
	if l.packets > 0 || l.o.Clock != nil {
		l.table.Advance(now)
	}
	l.table.Finish()
	sum := l.summary()
	l.engine.Dropped(sum.Dropped)
	l.engine.Conclude()
	return sum
}

// ended is the time at which the trace ends: by the clock, or by the last frame
// of a file, also if that did not pass the filter. For so long nothing happened
// to the flows.
func (l *loop) ended() flows.Time {
	if l.o.Clock != nil {
		return l.o.Clock()
	}
	now := max(l.last, l.o.Source.Stats().Last)
	if l.o.Duration > 0 {
		now = min(now, l.first.Add(l.o.Duration))
	}
	return now
}
