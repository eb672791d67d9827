package bench

import (
	"bufio"
	"encoding/binary"
	"io"
)

const (
	// maxFrame is an Ethernet frame without its check sequence.
	maxFrame = 14 + 1500
	// began is the time of the first packet: 2026-01-01 00:00:00 UTC. A capture must
	// not depend on when it is made.
	began = 1_767_225_600_000_000_000
)

// recorder writes segments into a pcap file, and counts them.
type recorder struct {
	random
	w       *bufio.Writer
	err     error // the first of w
	snapLen int
	now     int64 // nanoseconds since 1970
	spacing int   // nanoseconds between two packets
	ipID    uint16
	buffer  []byte // the frame that is being made
	payload []byte // what every segment carries, as much of it as it has
	counts  Counts
}

func newRecorder(w io.Writer, s Spec) *recorder {
	r := &recorder{
		random: newRandom(s.Seed), w: bufio.NewWriterSize(w, 256<<10), snapLen: s.Kind.snapLen(),
		now: began, spacing: 1000, buffer: make([]byte, 0, maxFrame), payload: make([]byte, maxFrame),
		counts: Counts{ByOutcome: make(map[string]uint64)},
	}
	if s.Kind == Mixed {
		for i := range r.payload {
			r.payload[i] = byte(r.next() >> 56)
		}
	}
	r.header()
	return r
}

// header writes that of the file: pcap 2.4 with microseconds, of Ethernet.
func (r *recorder) header() {
	var b []byte
	le := binary.LittleEndian
	b = le.AppendUint32(b, 0xa1b2c3d4)
	b = le.AppendUint16(b, 2)
	b = le.AppendUint16(b, 4)
	b = le.AppendUint64(b, 0)
	b = le.AppendUint32(b, uint32(r.snapLen))
	b = le.AppendUint32(b, 1)
	r.write(b)
}

// tick lets time pass until the next packet.
func (r *recorder) tick() { r.now += int64(r.spacing/2 + r.below(r.spacing)) }

// record writes a frame that has length bytes on the wire; of them those that the
// snapshot length leaves have to be there.
func (r *recorder) record(frame []byte, length int) {
	frame = frame[:min(len(frame), r.snapLen)]
	var h [16]byte
	le := binary.LittleEndian
	le.PutUint32(h[0:], uint32(r.now/1e9))
	le.PutUint32(h[4:], uint32(r.now%1e9/1000))
	le.PutUint32(h[8:], uint32(len(frame)))
	le.PutUint32(h[12:], uint32(length))
	r.write(h[:])
	r.write(frame)
}

func (r *recorder) write(b []byte) {
	if _, err := r.w.Write(b); err != nil && r.err == nil {
		r.err = err
	}
}

func (r *recorder) close() error {
	if err := r.w.Flush(); err != nil && r.err == nil {
		r.err = err
	}
	return r.err
}
