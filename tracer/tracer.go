package tracer

import (
	"context"
	"errors"
	"net/netip"
	"runtime"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// Options say what is traced, and how long.
type Options struct {
	Source Source
	Sink   Sink
	// Apart says that the sink asks for nothing but the fields of what it is told,
	// so that in a replay another goroutine may tell it of copies; not with Frames,
	// which come in between.
	Apart  bool
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

	var prints *printing
	if o.Apart && o.Clock == nil && o.Frames == nil && runtime.GOMAXPROCS(0) > 1 {
		prints = newPrinting(o.Sink)
		o.Sink = prints
	}
	engine := diagnose.New(diagnose.Options{Stuck: o.Limits.Stuck, Kernel: o.Kernel, Host: o.Host, NoPayload: o.Limits.NoPayload, Live: o.Clock != nil}, o.Sink)
	l := &loop{o: o, prints: prints, table: flows.NewTable(o.Limits, engine), engine: engine, standing: standing{host: o.Host}}
	l.read = newReading(&o)
	err := l.parcels()
	sum := l.finish()
	sum.Broken = err
	return *sum, errors.Join(err, o.Sink.Close(sum))
}

// loop is a trace that goes on. One goroutine owns it; in a replay, where there
// are processors for them, one more reads and one more prints.
type loop struct {
	o      Options
	read   *reading
	prints *printing // nil: the sink is told at once
	table  *flows.Table
	engine *diagnose.Engine

	standing standing
	counted  counted // as of the last parcel
	recorded error   // why no frame more is wanted
}

// parcels follows the source to its end.
func (l *loop) parcels() error {
	if l.o.Clock == nil && l.o.Frames == nil && runtime.GOMAXPROCS(0) > 1 {
		return l.overlapped()
	}
	p := newParcel(parcelSize)
	for {
		l.read.fill(p)
		if !l.record(p) {
			return l.notRecorded()
		}
		l.follow(p)
		if p.end {
			return p.err
		}
	}
}

// overlapped is parcels with the reading in a goroutine of its own.
func (l *loop) overlapped() error {
	empty, full := make(chan *parcel, inTransit), make(chan *parcel, inTransit)
	for range inTransit {
		empty <- newParcel(largeParcel)
	}
	go func() {
		for p := range empty {
			l.read.fill(p)
			full <- p
			if p.end {
				return
			}
		}
	}()
	for {
		p := <-full
		l.follow(p)
		if p.end {
			return p.err
		}
		empty <- p
	}
}

// follow follows what is in a parcel.
func (l *loop) follow(p *parcel) {
	l.counted = p.counted
	l.table.ObserveAll(p.segments)
	if p.withICMP {
		l.table.ObserveICMP(&p.icmp)
	}
	s := &l.standing
	if late := !s.adopted && s.host != nil && p.last.Sub(p.first) >= settling; late || p.paced {
		l.tick(false)
		l.table.Advance(p.last)
	}
	if p.idle && l.o.Clock != nil {
		l.tick(true)
		l.table.Advance(l.o.Clock().Add(-lag))
	}
	if l.prints != nil {
		l.prints.hand()
	}
	l.answer()
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
	if l.counted.packets > 0 || l.o.Clock != nil {
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
	now := max(l.counted.last, l.o.Source.Stats().Last)
	if l.o.Duration > 0 {
		now = min(now, l.counted.first.Add(l.o.Duration))
	}
	return now
}
