// Package pcapng writes the packets of a trace to capture files, with what they
// did as comments: Wireshark shows "server LISTEN → SYN_RECEIVED" beside the
// SYN-ACK.
//
// It knows the format (draft-ietf-opsawg-pcapng) and when a next file begins.
// It opens no file itself: that is the caller's, as is what stands in its way.
// What is selected for the eye is not selected here: all packets that a trace
// follows are written, with all moves and findings.
//
// A move or finding is a comment of the packet that caused it. What no packet
// caused, as the end of TIME_WAIT, stands on the packet before it and says when
// it was; or on the next one, if that has left the buffer. What comes behind
// the last packet is added to that one, or to the statistics of the first
// interface where a pipe has it already.
//
// Read first: pcapng.go (frames and comments), file.go (how a file stays
// readable), block.go (the format), rotate.go (the next file).
package pcapng

import (
	"fmt"
	"io"
	"time"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/decode"
)

// Options say what is written, and where.
type Options struct {
	Path     string // of the first file; Rotation says how those of the others are made of it
	Rotation Rotation
	// Open creates the file with a path, or empties it. If the file can be cut
	// and sought, as an *os.File can, use is made of that.
	Open func(path string) (io.WriteCloser, error)
	// Describe tells of an interface by its number in Frame.Interface. It is
	// asked again for the statistics.
	Describe func(id uint32) decode.Interface
	// Interfaces is how many are there from the start, numbered from 0: every
	// file has them, also if no packet came from there.
	Interfaces uint32
	// Start is when a live capture began. The file is written to once a second
	// then. 0 is a replay.
	Start flows.Time
	Zone  *time.Location // of the times in paths; nil is UTC
	// Unbuffered writes each packet when the next one comes, or none within a
	// moment.
	Unbuffered bool

	Hardware, OS, Application string // that write the file; each may be empty
}

// Sink writes a trace to capture files. It is made with [New], and takes both
// what a trace finds out and the frames that it comes from.
type Sink struct {
	o       Options
	file    *file // nil: none was opened yet
	turning turning
	failed  bool // an error was told: nothing more is written

	packet  uint64       // number of the frame that is open; 0: none is
	time    flows.Time   // of that frame
	here    bool         // the newest step came from that frame
	flow    flows.FlowID // of that step
	flushed flows.Time

	waiting []byte // comments that no packet has taken yet
	lost    uint64 // how many there was no room for
}

// Bounds in bytes.
const (
	// maxWaiting is for the comments that wait for a packet: a live trace may
	// find ten thousands of connections before its first one.
	maxWaiting = 4 << 20
	// maxLast is for those that the last packet gets, behind which no other comes.
	maxLast = 1 << 20
)

// New makes a sink. It opens the first file, unless the name of that takes the
// time of the first packet.
func New(o Options) (*Sink, error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	s := &Sink{o: o}
	if o.Start != 0 {
		s.turning = turning{since: second(o.Start), timed: true}
	}
	if s.turning.timed || o.Rotation.Every == 0 {
		if err := s.begin(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Frame writes a frame. It comes before what the frame did. Without a frame it
// makes what was written so far readable. io.EOF says that all files are full.
func (s *Sink) Frame(f *decode.Frame) error {
	if s.failed {
		return nil
	}
	if f == nil {
		return s.keep(s.flush())
	}
	if s.full(f.Time) {
		return io.EOF
	}
	return s.keep(s.frame(f))
}

// keep remembers that there was an error.
func (s *Sink) keep(err error) error {
	s.failed = err != nil
	return err
}

func (s *Sink) frame(f *decode.Frame) error {
	if err := s.turn(f.Time); err != nil {
		return err
	}
	if len(s.file.buf) >= fileBuffer/2 || s.o.Unbuffered || s.o.Start != 0 && f.Time.Sub(s.flushed) >= time.Second {
		s.flushed = f.Time
		if err := s.flush(); err != nil {
			return err
		}
	}
	s.known(f)
	s.file.packet(f)
	s.packet, s.time, s.here = f.Number, f.Time, false
	s.deliver(maxComments)
	return nil
}

// known describes the interface of a frame if the section does not have it.
func (s *Sink) known(f *decode.Frame) {
	if _, ok := s.file.interfaces[f.Interface]; ok {
		return
	}
	if len(s.file.ids) == maxInterfaces {
		s.file.statistics(s.o.Describe, nil)
		s.file.section(&s.o)
	}
	in := s.o.Describe(f.Interface)
	in.LinkType = f.LinkType
	s.file.describe(f.Interface, &in)
}

// flush writes what there is. The packet that was open is no longer.
func (s *Sink) flush() error {
	s.packet, s.here = 0, false
	if s.file == nil {
		return nil
	}
	return s.file.flush()
}

// deliver hands waiting comments to the open packet, up to so many bytes.
func (s *Sink) deliver(most int) {
	if len(s.waiting) == 0 {
		return
	}
	n := wholeComments(s.waiting, most)
	s.file.buf = append(s.file.buf, s.waiting[:n]...)
	s.waiting = s.waiting[:copy(s.waiting, s.waiting[n:])]
}

// Step adds the moves of a step.
func (s *Sink) Step(st *flows.Step) {
	s.here, s.flow = s.packet != 0 && packetOf(st) == s.packet, st.Flow
	for i := range st.Transitions {
		b, apart := s.place(s.here)
		if b == nil {
			continue
		}
		start := len(*b)
		*b = endComment(appendMove(beginComment(*b), st, &st.Transitions[i], apart), start)
	}
}

// Finding adds a finding. It belongs to the packet whose step it follows, if it
// is about the same flow and moment: at the end of a capture, findings about
// all of them follow.
func (s *Sink) Finding(f *diagnose.Finding) {
	b, apart := s.place(s.here && f.Time == s.time && (f.Flow == s.flow || f.Flow == 0))
	if b == nil {
		return
	}
	start := len(*b)
	*b = endComment(appendFinding(beginComment(*b), f, apart), start)
}

// place is where the next comment goes, nil if there is no room; and whether
// it stands apart from what caused it, which here denies.
func (s *Sink) place(here bool) (b *[]byte, apart bool) {
	switch {
	case s.failed:
		return nil, false
	case s.packet != 0 && s.file.room():
		return &s.file.buf, !here
	case len(s.waiting) < maxWaiting:
		return &s.waiting, true
	}
	s.lost++
	return nil, false
}

// packetOf is the number of the frame that a step came from, 0 for a timer.
func packetOf(st *flows.Step) uint64 {
	switch {
	case st.Segment != nil:
		return st.Segment.Packet
	case st.Aside != nil:
		return st.Aside.Packet
	case st.Label.ICMP != nil:
		return st.Label.ICMP.Packet
	}
	return 0
}

// End implements tracer.Sink: what a flow ended with are findings.
func (s *Sink) End(*flows.Record) {}

// Close ends the file with its statistics. An error that Frame returned is not
// told again.
func (s *Sink) Close(*flows.Summary) error {
	switch {
	case s.file == nil:
		return nil
	case s.failed:
		s.file.w.Close()
		return nil
	}
	s.left()
	if len(s.waiting) > 0 && (s.packet != 0 || s.file.reopen()) {
		s.deliver(maxLast)
	}
	s.file.statistics(s.o.Describe, s.waiting)
	return s.file.close()
}

// left says how much there was no room for.
func (s *Sink) left() {
	if s.lost == 0 {
		return
	}
	start := len(s.waiting)
	b := fmt.Appendf(beginComment(s.waiting), "%d more moves and findings had no room here", s.lost)
	s.waiting = endComment(b, start)
}
