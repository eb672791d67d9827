package capture

import (
	"errors"
	"io"

	"tcptrace/tracer/decode"
)

// ahead is how many packets of a file are cut out of its window at once, which costs
// less than one at a time. It is so few that their bytes are still in the processor's
// first cache when they are looked at.
const ahead = 64

// source is one file of a merge, with the packet that it has ready.
type source struct {
	input   *input
	reader  reader
	rank    int                 // place among the arguments
	frames  [ahead]decode.Frame // read at once
	at, end int                 // of frames: the packet that is ready, and how many were read
	packets uint64              // up to frames[end]
}

// frame is the packet that is ready.
func (s *source) frame() *decode.Frame { return &s.frames[s.at%ahead] }

// next makes the next packet ready.
func (s *source) next() error {
	if s.at+1 < s.end {
		s.at++
		return nil
	}
	return s.read()
}

func (s *source) read() error {
	n, err := s.reader.next(s.frames[:])
	s.at, s.end = 0, n
	s.packets += uint64(n)
	return err
}

// merge hands out the packets of several files in the order of their times;
// at the same time, the file named first comes first. Within a file the order
// stays, whatever its times say.
type merge struct {
	due     []*source // must read their next packet before the earliest is known
	ready   []*source // a heap
	damages []error
}

// next returns the source whose frame is next. The frame is valid until the
// call after. It returns io.EOF when all files have come to their end, or to
// their damage; errWait and errStopped can be followed by another call.
func (m *merge) next() (*source, error) {
	for len(m.due) > 0 {
		s := m.due[len(m.due)-1]
		err := s.next()
		switch {
		case err == nil:
			if len(m.due) == 1 && len(m.ready) == 0 { // the only file, or the last
				return s, nil
			}
			m.push(s)
		case err == errWait || err == errStopped:
			return nil, err
		case !errors.Is(err, io.EOF):
			m.damages = append(m.damages, s.damage(err))
		}
		m.due = m.due[:len(m.due)-1]
	}
	if len(m.ready) == 0 {
		return nil, io.EOF
	}
	s := m.pop()
	m.due = append(m.due, s)
	return s, nil
}

func (s *source) damage(err error) error {
	return &DamageError{Path: s.input.path, Offset: s.input.w.offset(), Packet: s.packets + 1, Err: err}
}

func (s *source) before(t *source) bool {
	if a, b := s.frame().Time, t.frame().Time; a != b {
		return a < b
	}
	return s.rank < t.rank
}

func (m *merge) push(s *source) {
	m.ready = append(m.ready, s)
	for i := len(m.ready) - 1; i > 0; {
		up := (i - 1) / 2
		if !m.ready[i].before(m.ready[up]) {
			return
		}
		m.ready[i], m.ready[up] = m.ready[up], m.ready[i]
		i = up
	}
}

func (m *merge) pop() *source {
	first, last := m.ready[0], len(m.ready)-1
	m.ready[0] = m.ready[last]
	m.ready = m.ready[:last]
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			return first
		}
		if down+1 < last && m.ready[down+1].before(m.ready[down]) {
			down++
		}
		if !m.ready[down].before(m.ready[i]) {
			return first
		}
		m.ready[i], m.ready[down] = m.ready[down], m.ready[i]
		i = down
	}
}
