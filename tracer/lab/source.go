package lab

import (
	"io"

	"tcptrace/tracer/decode"
)

// source gives the frames of a view to the tracer, as a capture file would.
type source struct {
	frames []decode.Frame
	next   int
}

// Next implements tracer.Source.
func (s *source) Next() (*decode.Frame, error) {
	if s.next == len(s.frames) {
		return nil, io.EOF
	}
	f := s.frames[s.next]
	s.next++
	f.Number = uint64(s.next)
	return &f, nil
}

// Ready implements tracer.Source.
func (s *source) Ready() bool { return true }

// Stop implements tracer.Source.
func (s *source) Stop() { s.next = len(s.frames) }

// Stats implements tracer.Source.
func (s *source) Stats() decode.Stats { return decode.Stats{} }
