package capture

import (
	"errors"
	"io"

	"tcptrace/tracer/decode"
)

// source is one file of a merge, with the packet that it has ready.
type source struct {
	input   *input
	reader  reader
	rank    int    // place among the arguments
	packets uint64 // read so far
	frame   decode.Frame
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
		err := s.reader.next(&s.frame)
		switch {
		case err == nil:
			s.packets++
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
	if s.frame.Time != t.frame.Time {
		return s.frame.Time < t.frame.Time
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
