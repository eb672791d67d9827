package capture

import (
	"fmt"
	"sync"
	"time"

	"github.com/google/gopacket/pcap"

	"tcptrace/flows"
	"tcptrace/tracer/decode"
)

// GoneError says that an interface vanished under a capture. One that is only
// taken down goes on when it comes up again, unless libpcap is older than 1.10.
type GoneError struct {
	Interface string
	Err       error // in libpcap's words
}

func (e *GoneError) Error() string {
	return fmt.Sprintf("interface %s went away: %v", e.Interface, e.Err)
}

func (e *GoneError) Unwrap() error { return e.Err }

// tap is an interface that is captured on: a handle of libpcap, the goroutine
// that reads it, and what that has read.
//
// The handle blocks for ever, with a block time-out of 10 ms
// (pcap.BlockForever). Measured on a veth against the other ways:
//
//   - A read time-out makes gopacket poll: that costs 6 % of an idle core at
//     20 ms, since each expiry wakes Go's scheduler monitor. Blocking costs
//     nothing, and a third less under load.
//   - The kernel hands over a block of packets when it is full or 10 ms old,
//     so a packet is 5 ms late in the middle and some 11 ms at most. Immediate
//     mode is faster and costs eight times as much a packet.
//
// The price is that a reader which waits for a packet can neither be told to
// stop nor have its handle closed: gopacket has no pcap_breakloop. So nobody
// waits for it. It closes its handle at the next packet that comes, and until
// then, or until the end of the process, it costs a sleeping thread. How it is
// known that everything was read nevertheless: drain.go.
type tap struct {
	Interface
	id       uint32
	box      *mailbox
	unread   *batch // taken from the box; nil: none
	at       int    // first packet of it that is not handed over
	begin    uint32 // where the bytes of that packet begin
	gone     error  // why nothing more will come
	reported bool   // that it is gone
	drain    drain
	reader   *dispatcher // belongs to run
	// elsewhere is LiveOptions.Elsewhere.
	elsewhere bool

	mu     sync.Mutex
	handle *pcap.Handle // nil once closed
	counts counts
}

// When an interface vanishes, libpcap says so at once, while the last packets
// lie in a block that is not finished. The kernel finishes it still, within two
// time-outs of 10 ms: the reader asks a few times more.
const (
	lastTries    = 5
	lastTryAfter = 10 * time.Millisecond
)

// run reads until the interface goes away or nobody wants its packets.
func (t *tap) run(d *dispatcher) {
	defer t.close()
	for tries := 0; ; {
		b := t.box.empty()
		if b == nil {
			return
		}
		err := d.read(b)
		for ; err != nil && tries < lastTries; tries++ {
			time.Sleep(lastTryAfter)
			err = d.read(b)
		}
		if err != nil {
			b.gone = &GoneError{Interface: t.Name, Err: err}
		} else if len(b.packets) > 0 {
			tries = 0
		}
		t.box.put(b)
		if err != nil {
			return
		}
	}
}

// head is the next packet, or nil when none is there yet.
func (t *tap) head() *batchPacket {
	if t.unread != nil && t.at < len(t.unread.packets) {
		return &t.unread.packets[t.at]
	}
	for t.gone == nil {
		t.at, t.begin = 0, 0
		t.unread = t.box.take(t.unread)
		if t.unread == nil {
			return nil
		}
		t.gone = t.unread.gone
		if len(t.unread.packets) > 0 {
			return &t.unread.packets[0]
		}
	}
	return nil
}

// hand fills f with the packet that head returned and goes on to the next.
func (t *tap) hand(f *decode.Frame) {
	p := &t.unread.packets[t.at]
	f.Time = flows.Time(p.time)
	f.Interface = t.id
	f.LinkType = t.LinkType
	f.Length = int(p.length)
	end := uint32(p.end)
	f.Data = t.unread.data[t.begin:end:end]
	t.at++
	t.begin = end
	t.drain.saw(f.Time)
}

// close is called by run, or when run was never started.
func (t *tap) close() {
	t.sample()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.handle.Close()
	t.handle = nil
}

// sample asks for the counters of the kernel. When the interface or the handle
// is gone, the last known ones stay.
func (t *tap) sample() decode.Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.handle != nil {
		if s, err := t.handle.Stats(); err == nil {
			if t.elsewhere {
				s.PacketsIfDropped = 0
			}
			t.counts.add(s)
		}
	}
	return t.counts.total
}

// counts extends libpcap's counters, which start again after 2^32 packets.
type counts struct {
	last  pcap.Stats
	total decode.Stats
}

func (c *counts) add(s *pcap.Stats) {
	c.total.Received += uint64(uint32(s.PacketsReceived - c.last.PacketsReceived))
	c.total.Dropped += uint64(uint32(s.PacketsDropped - c.last.PacketsDropped))
	c.total.IfDropped += uint64(uint32(s.PacketsIfDropped - c.last.PacketsIfDropped))
	c.total.Known = true
	c.last = *s
}
