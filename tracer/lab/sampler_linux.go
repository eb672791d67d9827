package lab

import (
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"tcptrace/flows"
)

// sampler looks again and again at the ends of the namespaces, for the two
// sorts of them that the tracepoint does not show: requests and minisocks.
type sampler struct {
	diags    []*diag
	now      []map[entry]standing // the last dump of each namespace
	next     map[entry]standing
	samples  []sample
	worst    time.Duration // the longest time between two looks
	stopping atomic.Bool
	done     chan error
}

const (
	samplePeriod = 2 * time.Millisecond
	// sampleRest is how many times as long as it looked the sampler rests at
	// least: it must not take the CPU from those whom it watches.
	sampleRest = 3
)

// newSampler begins to sample.
func newSampler(spaces []*space) (*sampler, error) {
	s := &sampler{next: make(map[entry]standing), done: make(chan error, 1)}
	for _, sp := range spaces {
		d, err := newDiag(sp)
		if err != nil {
			s.close()
			return nil, err
		}
		s.diags = append(s.diags, d)
		s.now = append(s.now, make(map[entry]standing))
	}
	go func() { s.done <- s.loop() }()
	return s, nil
}

func (s *sampler) close() {
	for _, d := range s.diags {
		d.close()
	}
}

func (s *sampler) loop() error {
	runtime.LockOSThread() // for good: the priority goes with the thread
	// It does little, but must not be late. Without the right to it, it is.
	unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: 1}, 0)
	for last := time.Now(); ; {
		begin := time.Now()
		s.worst = max(s.worst, begin.Sub(last))
		last = begin
		if err := s.look(); err != nil {
			return err
		}
		if s.stopping.Load() {
			return nil
		}
		time.Sleep(max(samplePeriod, sampleRest*time.Since(begin)))
	}
}

// look dumps every namespace once and notes what changed.
func (s *sampler) look() error {
	for i, d := range s.diags {
		if err := d.dump(s.next); err != nil {
			return err
		}
		at := flows.TimeOf(time.Now()) // after the dump: no sample is older than its cause
		before := s.now[i]
		for e, st := range s.next {
			if old, ok := before[e]; !ok || old != st {
				s.samples = append(s.samples, sample{at: at, space: i, entry: e, standing: st})
			}
		}
		for e := range before {
			if _, ok := s.next[e]; !ok {
				s.samples = append(s.samples, sample{at: at, space: i, entry: e, gone: true})
			}
		}
		s.now[i], s.next = s.next, before
	}
	return nil
}

// stop ends the sampling after one more look, and returns what was seen.
func (s *sampler) stop() ([]sample, error) {
	s.stopping.Store(true)
	err := <-s.done
	s.close()
	return s.samples, err
}
