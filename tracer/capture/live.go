package capture

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"tcptrace/tracer/decode"
)

// Defaults of LiveOptions.
const (
	DefaultSnaplen = 256      // bytes: every header, little payload
	DefaultBuffer  = 32 << 20 // bytes: some 100,000 packets of that length
)

// How long Next waits for a packet before it returns nil: a moment after a
// packet, so that the caller can flush what it has written of it, then twice as
// long each time. Waking up every 10 ms takes 2 % of a core that has nothing
// else to do, every 100 ms a tenth of that.
const (
	leastPatience = 10 * time.Millisecond
	mostPatience  = 100 * time.Millisecond
)

// LiveOptions say what is captured and how. The zero value captures everything
// on the default interface.
type LiveOptions struct {
	Interfaces []string // names, or numbers as in Devices; none: the first of Devices
	// Filter is in pcap-filter(7) syntax. The kernel applies it, and whatever it
	// says leaves out what surely holds no segment: ARP, and UDP that is no tunnel.
	Filter string
	// Handshakes makes the kernel leave out segments with payload and without SYN,
	// FIN and RST too, which is for links that are too fast for everything. In
	// tunnels and behind extension headers of IPv6 they pass.
	Handshakes    bool
	Snaplen       int // bytes captured of a packet; 0: DefaultSnaplen
	Buffer        int // bytes the kernel keeps for each interface; 0: DefaultBuffer
	NoPromiscuous bool
	Immediate     bool // hand over each packet at once; slower, and drops packets earlier
	// Elsewhere says that OpenLive is called on a thread in another network
	// namespace than the process is in. The handles stay bound to that one; only
	// what an interface itself dropped is not known then (Stats.IfDropped):
	// libpcap reads it below /sys/class/net, where an interface of the same name
	// may be another one (pcap-linux.c, linux_if_drops).
	Elsewhere bool
	// Lost is called by Next when an interface went away and others remain;
	// the error is a *GoneError. When it is nil, Next returns the error at the
	// end, instead of io.EOF.
	Lost func(error)
}

// Interface is one that is captured on.
type Interface struct {
	Name     string
	LinkType int    // LINKTYPE_ value, as in capture files
	LinkName string // in libpcap's words, such as "Ethernet"
}

// Live is a source of the packets of interfaces.
type Live struct {
	taps     []*tap
	ready    chan struct{} // a tap has something
	timer    *time.Timer
	wait     time.Duration // how long the next one is
	frame    decode.Frame
	rest     [restFrames]decode.Frame
	draining bool // Stop was called and Next knows
	lost     func(error)
	losses   []error
	end      error // what Next returned at the end

	stopOnce sync.Once
	stop     chan struct{}
	stopped  atomic.Bool // says what stop says, and costs less to ask
}

// OpenLive begins to capture. It fails with ErrPermission, ErrNoDevice, a
// *FilterError, or in libpcap's words.
func OpenLive(o LiveOptions) (*Live, error) {
	names, err := resolveDevices(o.Interfaces)
	if err != nil {
		return nil, err
	}
	l := &Live{
		ready: make(chan struct{}, 1),
		stop:  make(chan struct{}),
		timer: time.NewTimer(leastPatience),
		wait:  leastPatience,
		lost:  o.Lost,
	}
	for i, name := range names {
		t, err := openTap(name, &o)
		if err != nil {
			l.abandon()
			return nil, err
		}
		t.id = uint32(i)
		l.taps = append(l.taps, t)
	}
	for _, t := range l.taps {
		t.box = newMailbox(l.ready)
		go t.run(t.reader)
	}
	return l, nil
}

// abandon closes handles that nobody reads yet.
func (l *Live) abandon() {
	for _, t := range l.taps {
		t.close()
	}
}

// Interfaces are those that are captured on, in the order of Frame.Interface.
func (l *Live) Interfaces() []Interface {
	var all []Interface
	for _, t := range l.taps {
		all = append(all, t.Interface)
	}
	return all
}

// Next returns the next packet, or nil when none came within 10 ms of the one
// before or within 100 ms of the last nil. Of packets that wait at several
// interfaces, it takes the earliest. After Stop it returns io.EOF once
// everything was handed over that the kernel had captured by then. When the
// last interface went away, it returns a *GoneError.
func (l *Live) Next() (*decode.Frame, error) {
	for l.end == nil {
		if l.stopped.Load() && !l.draining {
			l.beginDrain()
		}
		if t := l.earliest(); t != nil {
			t.hand(&l.frame)
			l.frame.Number++
			l.wait = leastPatience
			return &l.frame, nil
		}
		if l.finished() {
			l.finish()
		} else if !l.pause() {
			return nil, nil
		}
	}
	return nil, l.end
}

// Ready reports whether Next has a packet already.
func (l *Live) Ready() bool { return l.end == nil && l.earliest() != nil }

// earliest is the tap with the earliest packet that waits, or nil.
func (l *Live) earliest() *tap {
	var first *tap
	var least *batchPacket
	for _, t := range l.taps {
		if t.drain.done() {
			continue
		}
		if p := t.head(); p != nil && (first == nil || p.time < least.time) {
			first, least = t, p
		}
	}
	return first
}

// pause waits until a tap or Stop has something to say; it returns false when
// that took too long.
func (l *Live) pause() bool {
	l.timer.Reset(l.wait)
	select {
	case <-l.ready:
		return true
	case <-l.stopAsked():
		return true
	case <-l.timer.C:
	}
	l.wait = min(2*l.wait, mostPatience)
	for _, t := range l.taps {
		t.drain.quiet++
	}
	return false
}

// stopAsked is ready when Stop was called and Next does not know yet.
func (l *Live) stopAsked() <-chan struct{} {
	if l.draining {
		return nil
	}
	return l.stop
}

// beginDrain asks the kernel how much is still to come.
func (l *Live) beginDrain() {
	l.draining = true
	l.wait = leastPatience
	for _, t := range l.taps {
		s := t.sample()
		t.drain.begin(s.Received-s.Dropped, s.Known)
	}
}

// finished tells whether no tap has anything more to give, and reports those
// that went away.
func (l *Live) finished() bool {
	left := 0
	for _, t := range l.taps {
		if t.gone == nil && !t.drain.done() {
			left++
		}
	}
	for _, t := range l.taps {
		if t.gone != nil && !t.reported {
			t.reported = true
			l.report(t.gone, left)
		}
	}
	return left == 0
}

// report tells of a loss now when others remain, else at the end.
func (l *Live) report(loss error, left int) {
	if l.lost != nil && left > 0 {
		l.lost(loss)
		return
	}
	l.losses = append(l.losses, loss)
}

// finish sends the readers away and keeps the last counters.
func (l *Live) finish() {
	for _, t := range l.taps {
		t.sample()
		t.box.close()
	}
	switch len(l.losses) {
	case 0:
		l.end = io.EOF
	case 1:
		l.end = l.losses[0]
	default:
		l.end = errors.Join(l.losses...)
	}
}

// Stop ends the capture: what the kernel has captured so far is still handed
// over, which takes a quarter of a second at most when it is quiet.
func (l *Live) Stop() {
	l.stopOnce.Do(func() {
		l.stopped.Store(true)
		close(l.stop)
	})
}

// Stats are the counters of the kernel, summed over the interfaces.
func (l *Live) Stats() decode.Stats {
	sum := decode.Stats{Known: true}
	for _, t := range l.taps {
		s := t.sample()
		sum.Received += s.Received
		sum.Dropped += s.Dropped
		sum.IfDropped += s.IfDropped
		sum.Known = sum.Known && s.Known
	}
	return sum
}

// Close ends the capture at once. It does not wait for the readers, which
// close their handles at the next packet.
func (l *Live) Close() error {
	l.Stop()
	for _, t := range l.taps {
		t.box.close()
	}
	return nil
}
