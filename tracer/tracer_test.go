package tracer

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/decode"
)

// tape is a source that plays frames. A nil frame is a moment in which none
// came; behind the last one stands end, or io.EOF.
type tape struct {
	frames  []*decode.Frame
	next    int
	end     error
	endless bool // nothing comes behind the last frame until Stop is called
	stopped chan struct{}
	stats   decode.Stats
	onNext  func(n int)
}

func newTape(frames ...*decode.Frame) *tape {
	return &tape{frames: frames, stopped: make(chan struct{}, 9)}
}

func (t *tape) Next() (*decode.Frame, error) {
	if t.onNext != nil {
		t.onNext(t.next)
	}
	if t.next < len(t.frames) {
		t.next++
		return t.frames[t.next-1], nil
	}
	if t.endless {
		<-t.stopped
	}
	if t.end != nil {
		return nil, t.end
	}
	return nil, io.EOF
}

// Ready says no: what follows a frame is looked at before the next one is read.
func (t *tape) Ready() bool { return false }

func (t *tape) Stop()               { t.stopped <- struct{}{} }
func (t *tape) Stats() decode.Stats { return t.stats }

// log is a sink that remembers what it was told.
type log struct {
	events []string
	steps  []flows.Step
	ended  flows.Time // of the last record
	sum    *flows.Summary
	err    error
}

func (l *log) Step(st *flows.Step) {
	l.events = append(l.events, "step")
	l.steps = append(l.steps, *st.Clone())
}

func (l *log) Finding(f *diagnose.Finding) {
	l.events = append(l.events, "finding "+f.ID.String())
}

func (l *log) End(r *flows.Record) {
	l.events = append(l.events, "end "+r.Outcome.String())
	l.ended = r.Ended
}

func (l *log) Close(sum *flows.Summary) error {
	l.events = append(l.events, "close")
	l.sum = sum
	return l.err
}

// syn is a frame of raw IPv4 with a SYN, so many milliseconds after the epoch.
func syn(ms int64, port uint16) *decode.Frame {
	return segment(ms, flows.Client, flows.Segment{Flags: flows.SYN, Window: port})
}

// segment is a frame with a segment of one end, whose port stands in place of
// a window.
func segment(ms int64, from flows.Side, s flows.Segment) *decode.Frame {
	hosts, ports := [2]byte{5, 9}, [2]uint16{s.Window, 443}
	b := make([]byte, 40)
	b[0], b[3], b[8], b[9] = 0x45, 40, 64, 6
	copy(b[12:], []byte{10, 0, 0, hosts[from], 10, 0, 0, hosts[from.Peer()]})
	binary.BigEndian.PutUint16(b[20:], ports[from])
	binary.BigEndian.PutUint16(b[22:], ports[from.Peer()])
	binary.BigEndian.PutUint32(b[24:], uint32(s.Seq))
	binary.BigEndian.PutUint32(b[28:], uint32(s.Ack))
	b[32], b[33] = 5<<4, byte(s.Flags)
	return &decode.Frame{Time: moment(ms), Number: uint64(ms), LinkType: 101, Length: len(b), Data: b}
}

// closed are the frames of a connection that its client closes first, within a
// second from the epoch on: it is in TIME_WAIT then.
func closed() []*decode.Frame {
	const port = 1000
	return []*decode.Frame{
		segment(994, flows.Client, flows.Segment{Seq: 100, Flags: flows.SYN, Window: port}),
		segment(995, flows.Server, flows.Segment{Seq: 300, Ack: 101, Flags: flows.SYN | flows.ACK, Window: port}),
		segment(996, flows.Client, flows.Segment{Seq: 101, Ack: 301, Flags: flows.ACK, Window: port}),
		segment(997, flows.Client, flows.Segment{Seq: 101, Ack: 301, Flags: flows.FIN | flows.ACK, Window: port}),
		segment(998, flows.Server, flows.Segment{Seq: 301, Ack: 102, Flags: flows.FIN | flows.ACK, Window: port}),
		segment(1000, flows.Client, flows.Segment{Seq: 102, Ack: 302, Flags: flows.ACK, Window: port}),
	}
}

// udp is a frame that holds no TCP.
func udp(ms int64) *decode.Frame {
	f := syn(ms, 1)
	f.Data[9] = 17
	return f
}

func moment(ms int64) flows.Time { return flows.Time(ms) * flows.Time(time.Millisecond) }

func TestRunReadsToTheEnd(t *testing.T) {
	var l log
	sum, err := Run(context.Background(), Options{Source: newTape(syn(1, 1000), nil, udp(2), syn(3, 1001)), Sink: &l})
	if err != nil {
		t.Fatal(err)
	}
	if sum.Packets != 3 || sum.TCP != 2 || sum.DropsKnown {
		t.Errorf("summary %+v, want 3 packets, 2 of TCP, no drops known", sum)
	}
	if diff := cmp.Diff([]flows.Count{{Name: "not-tcp", N: 1}}, sum.Skipped); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	if l.ended != moment(3) {
		t.Errorf("the flows ended at %v, want the time of the last frame", l.ended)
	}
}

// TestRunEndsFlowsBeforeItCloses: the sink's summary counts the records.
func TestRunEndsFlowsBeforeItCloses(t *testing.T) {
	var l log
	if _, err := Run(context.Background(), Options{Source: newTape(syn(1, 1000)), Sink: &l}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"step", "end unanswered", "close"}, l.events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestRunTellsWhatWentWrong(t *testing.T) {
	damaged, full := errors.New("damaged"), errors.New("no space left on device")
	source := newTape(syn(1, 1000))
	source.end = damaged
	l := log{err: full}
	sum, err := Run(context.Background(), Options{Source: source, Sink: &l})
	if !errors.Is(err, damaged) || !errors.Is(err, full) {
		t.Errorf("error %v, want both %v and %v", err, damaged, full)
	}
	if sum.Packets != 1 || l.sum == nil {
		t.Errorf("summary %+v, want what was read before the damage", sum)
	}
}

func TestRunBounds(t *testing.T) {
	tests := []struct {
		name string
		o    Options
		want uint64
	}{
		{"frames, of TCP or not", Options{Packets: 2}, 2},
		{"more frames than there are", Options{Packets: 9}, 4},
		{"packet time", Options{Duration: 20 * time.Millisecond}, 2},
		{"packet time beyond the end", Options{Duration: time.Hour}, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.Source = newTape(syn(5010, 1000), udp(5029), syn(5030, 1001), syn(5050, 1002))
			tt.o.Sink = new(log)
			sum, err := Run(context.Background(), tt.o)
			if err != nil || sum.Packets != tt.want {
				t.Errorf("%d packets, error %v, want %d", sum.Packets, err, tt.want)
			}
		})
	}
}

// TestRunDrains: a trace that is told to stop reads on until its source has
// nothing left.
func TestRunDrains(t *testing.T) {
	tests := []struct {
		name string
		stop func(*Options) context.Context
	}{
		{"a signal", func(*Options) context.Context {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			return ctx
		}},
		{"the clock", func(o *Options) context.Context {
			o.Clock, o.Duration = WallClock, time.Millisecond
			return context.Background()
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			source := newTape(syn(1, 1000), syn(2, 1001))
			source.endless = true
			o := Options{Source: source, Sink: new(log)}
			sum, err := Run(tt.stop(&o), o)
			if err != nil || sum.Packets != 2 {
				t.Errorf("%d packets, error %v, want 2", sum.Packets, err)
			}
		})
	}
}

// TestTimeOfALiveTrace: while no frame comes, the clock alone makes timers
// fire, but not before packets that may still be on their way.
func TestTimeOfALiveTrace(t *testing.T) {
	tests := []struct {
		name string
		now  flows.Time // when no frame came
		want bool
	}{
		{"a minute later", moment(61_000).Add(lag), true},
		{"but a packet may be on its way", moment(60_999).Add(lag), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			frames := closed()
			source, now := newTape(append(frames, nil)...), moment(1000)
			fired := false
			var l log
			source.onNext = func(n int) {
				if n == len(frames) {
					now = tt.now
				}
				if n > len(frames) { // the moment has passed
					fired = len(l.steps) > 0 && l.steps[len(l.steps)-1].Label.Timer
				}
			}
			clock := func() flows.Time { return now }
			if _, err := Run(context.Background(), Options{Source: source, Sink: &l, Clock: clock}); err != nil {
				t.Fatal(err)
			}
			if fired != tt.want {
				t.Errorf("TIME_WAIT ended by the clock: %v, want %v", fired, tt.want)
			}
			if l.ended != tt.now {
				t.Errorf("the flows ended at %v, want %v", l.ended, tt.now)
			}
		})
	}
}

// TestTimeOfAReplay: in a file, frames that are not of TCP let time pass too,
// and nothing else does.
func TestTimeOfAReplay(t *testing.T) {
	tests := []struct {
		name string
		last int64 // milliseconds
		want string
	}{
		{"in time", 60_000, "end closed"},
		{"a minute later", 61_000, "step"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var l log
			source := newTape(append(closed(), udp(tt.last))...)
			if _, err := Run(context.Background(), Options{Source: source, Sink: &l}); err != nil {
				t.Fatal(err)
			}
			if got := l.events[len(closed())]; got != tt.want {
				t.Errorf("behind the last frame: %q of %q, want %q", got, l.events, tt.want)
			}
		})
	}
}

func TestCountersOnRequest(t *testing.T) {
	source := newTape(syn(1, 1000), udp(2), syn(3, 1001))
	source.stats = decode.Stats{Received: 3, Dropped: 1, IfDropped: 2, Known: true}
	asked := make(chan struct{}, 1)
	source.onNext = func(n int) {
		if n == 2 {
			asked <- struct{}{}
		}
	}
	var told []Stats
	sum, err := Run(context.Background(), Options{
		Source: source, Sink: new(log), Asked: asked, Tell: func(s Stats) { told = append(told, s) },
	})
	if err != nil || len(told) != 1 || told[0].Packets < 1 || told[0].Packets > 3 || told[0].TCP != (told[0].Packets+1)/2 || told[0].Capture.Dropped != 1 {
		t.Errorf("told %+v, error %v, want the counters of some packets, 1 dropped", told, err)
	}
	if sum.Dropped != 3 || !sum.DropsKnown {
		t.Errorf("summary %+v, want 3 dropped: by the kernel and by the interface", sum)
	}
}

func TestRunAllocatesNothingForAFrame(t *testing.T) {
	frame := udp(1)
	allocs := func(n int) float64 {
		frames := make([]*decode.Frame, n)
		for i := range frames {
			frames[i] = frame
		}
		return testing.AllocsPerRun(10, func() {
			if _, err := Run(context.Background(), Options{Source: newTape(frames...), Sink: new(log)}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := allocs(10), allocs(5000); many > few {
		t.Errorf("%v allocations for 5000 frames, %v for 10, want as many", many, few)
	}
}
