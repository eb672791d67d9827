package tracer

import (
	"io"
	"time"

	"tcptrace/flows"
	"tcptrace/tracer/decode"
)

// reading turns the frames of a source into parcels of segments.
type reading struct {
	source   Source
	decoder  *decode.Decoder
	packets  uint64        // stop after so many frames; 0: no bound
	duration time.Duration // stop after so long, by the frames' times; 0: no bound
	replay   bool
	singly   bool // a parcel for every frame, and with it

	more func() []decode.Frame // of the source; nil if it has none, or if they might be too many
	rest []decode.Frame        // frames that were read and are not looked at yet

	counted counted
}

// counted is what was read so far.
type counted struct {
	packets, tcp, icmp uint64
	first, last        flows.Time // times of the frames
	capture            decode.Stats
}

// parcel is some frames, as far as a flow table wants to know.
type parcel struct {
	segments []flows.Segment
	icmp     flows.ICMPError // comes behind the segments; valid if withICMP
	withICMP bool
	frame    *decode.Frame // that led to it; nil unless frames are read singly
	paced    bool          // it ends where the table is to be told the time
	idle     bool          // no frame came within a moment behind it
	end      bool          // nothing comes behind it
	err      error
	counted  // with this parcel
}

const (
	// parcelSize is how many segments are followed together: 23 KB, which stay in a
	// processor's first cache.
	parcelSize = 128
	// largeParcel is how many are handed over to another goroutine, and inTransit
	// how many parcels at once. Handing over costs, and waking up who waits for it
	// costs more: so one may run ahead of the other by 3 MB.
	largeParcel = 512
	inTransit   = 32
	// pace is after how many frames in a row the table is told the time although
	// none of them may be of TCP.
	pace = 1 << 10
)

func newParcel(size int) *parcel { return &parcel{segments: make([]flows.Segment, 0, size)} }

func newReading(o *Options) *reading {
	r := &reading{
		source: o.Source, decoder: decode.New(), packets: o.Packets, replay: o.Clock == nil, singly: o.Frames != nil,
	}
	if r.replay {
		r.duration = o.Duration
	}
	if s, ok := o.Source.(interface{ Rest() []decode.Frame }); ok && r.packets == 0 && !r.singly {
		r.more = s.Rest
	}
	return r
}

// fill reads the next parcel. It ends early where its segments would have to
// wait for a frame that is not there yet.
func (r *reading) fill(p *parcel) {
	*p = parcel{segments: p.segments[:0]}
	r.frames(p)
	if r.replay {
		r.counted.capture = r.source.Stats()
	}
	p.counted = r.counted
}

func (r *reading) frames(p *parcel) {
	for {
		f, err := r.next()
		switch {
		case err != nil:
			p.end = true
			if err != io.EOF {
				p.err = err
			}
			return
		case f == nil:
			p.idle = true
			return
		case r.late(f):
			p.end = true
			return
		}
		r.frame(p, f)
		r.batch(p)
		p.end = r.counted.packets == r.packets
		p.paced = r.counted.packets%pace == 0
		if p.end || p.paced || p.withICMP || len(p.segments) == cap(p.segments) || r.singly || len(r.rest) == 0 && !r.source.Ready() {
			return
		}
	}
}

// batch adds frames that were read already, as long as nothing ends the parcel.
// It does what frames does with each, and keeps the counters once for all.
func (r *reading) batch(p *parcel) {
	if r.more == nil || r.duration > 0 || p.withICMP {
		return
	}
	had := len(p.segments)
	n := min(len(r.rest), cap(p.segments)-had, int(-r.counted.packets%pace))
	if n == 0 {
		return
	}
	n, found, icmp := r.decoder.DecodeAll(r.rest[:n], p.segments[had:had+n])
	if icmp {
		r.icmp(p)
	}
	p.segments = p.segments[:had+found]
	r.counted.tcp += uint64(found)
	r.counted.packets += uint64(n)
	r.counted.last = r.rest[n-1].Time
	r.rest = r.rest[n:]
}

// next is the next frame, as Source.Next has it.
func (r *reading) next() (f *decode.Frame, err error) {
	if len(r.rest) > 0 {
		f, r.rest = &r.rest[0], r.rest[1:]
		return f, nil
	}
	if f, err = r.source.Next(); f != nil && r.more != nil {
		r.rest = r.more()
	}
	return f, err
}

// late reports whether a frame of a replay lies beyond the bound.
func (r *reading) late(f *decode.Frame) bool {
	return r.duration > 0 && r.counted.packets > 0 && f.Time.Sub(r.counted.first) >= r.duration
}

// frame adds a frame to a parcel.
func (r *reading) frame(p *parcel, f *decode.Frame) {
	c := &r.counted
	if c.packets == 0 {
		c.first = f.Time
	}
	c.packets++
	c.last = f.Time
	n := len(p.segments)
	switch r.decoder.DecodeInto(f, &p.segments[:n+1][n]) {
	case decode.TCP:
		c.tcp++
		p.segments = p.segments[:n+1]
	case decode.ICMP:
		r.icmp(p)
	default:
		return
	}
	if r.singly {
		p.frame = f
	}
}

// icmp ends a parcel with the ICMP error that was decoded.
func (r *reading) icmp(p *parcel) {
	r.counted.icmp++
	p.icmp, p.withICMP = r.decoder.ICMP, true
}
