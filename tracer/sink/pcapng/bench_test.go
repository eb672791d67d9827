package pcapng

import (
	"io"
	"testing"
	"time"

	"tcptrace/flows"
	"tcptrace/tracer/decode"
)

type nowhere struct{}

func (nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (nowhere) Close() error                { return nil }

func BenchmarkFrame(b *testing.B) {
	s, err := New(Options{Describe: ethernet, Open: func(string) (io.WriteCloser, error) { return nowhere{}, nil }})
	if err != nil {
		b.Fatal(err)
	}
	f := &decode.Frame{Time: start, LinkType: 1, Data: make([]byte, 256), Length: 1500}
	st := opened(1, 0)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		f.Number++
		f.Time += flows.Time(time.Microsecond)
		if err := s.Frame(f); err != nil {
			b.Fatal(err)
		}
		if n%4 == 0 { // more often than in a trace of short connections
			st.Segment.Packet = f.Number
			s.Step(st)
		}
	}
}

// TestFrameAllocatesNothing once its buffers have grown.
func TestFrameAllocatesNothing(t *testing.T) {
	s, err := New(Options{Describe: ethernet, Open: func(string) (io.WriteCloser, error) { return nowhere{}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	f, st, apart := frame(1, 0), opened(1, 0), expired(0)
	one := func() {
		f.Number++
		st.Segment.Packet = f.Number
		if err := s.Frame(f); err != nil {
			t.Fatal(err)
		}
		s.Step(st)
		s.Step(apart)
	}
	for range 10_000 {
		one()
	}
	if n := testing.AllocsPerRun(1000, one); n != 0 {
		t.Errorf("%v allocations for a frame, want none", n)
	}
}
