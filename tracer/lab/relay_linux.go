package lab

import (
	"container/heap"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"tcptrace/flows"
	"tcptrace/tracer/decode"
)

// relay is the wire between two TUN devices. It captures in its middle: what is
// lost before the middle is missing there, what is lost behind it is not.
type relay struct {
	devices [2]*os.File
	wake    chan struct{}
	running sync.WaitGroup

	mu       sync.Mutex
	path     path
	rules    []*rule
	dice     [2]*rand.Rand // one for each sender: the order in which the two send does not matter
	queue    parcels
	count    uint64
	middle   []decode.Frame
	last     [2]flows.Segment // what each end sent last
	severed  bool
	stopping bool
	failed   error
}

// parcel is a packet on its way.
type parcel struct {
	due    time.Time
	number uint64 // the order of those that are due at the same time
	from   flows.Side
	data   []byte
	lost   lostWhere
	rest   time.Duration // from the middle to the end
	passed bool          // it has passed the middle
}

// parcels is a heap of them: the next one due is the first.
type parcels []*parcel

func (q parcels) Len() int { return len(q) }
func (q parcels) Less(i, j int) bool {
	if !q[i].due.Equal(q[j].due) {
		return q[i].due.Before(q[j].due)
	}
	return q[i].number < q[j].number
}
func (q parcels) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *parcels) Push(p any)   { *q = append(*q, p.(*parcel)) }
func (q *parcels) Pop() any {
	old := *q
	p := old[len(old)-1]
	*q = old[:len(old)-1]
	return p
}

// newRelay begins to carry packets.
func newRelay(devices [2]*os.File, p path, seed rand.Source) *relay {
	r := &relay{devices: devices, path: p, wake: make(chan struct{}, 1)}
	seeds := rand.New(seed)
	for side := range r.dice {
		r.dice[side] = rand.New(rand.NewPCG(seeds.Uint64(), seeds.Uint64()))
	}
	r.running.Add(3)
	go r.read(flows.Client)
	go r.read(flows.Server)
	go r.carry()
	return r
}

// read takes in what an end sends.
func (r *relay) read(from flows.Side) {
	defer r.running.Done()
	buffer := make([]byte, tapSnap)
	d := decode.New()
	for {
		n, err := r.devices[from].Read(buffer)
		if err != nil {
			r.fail(err)
			return
		}
		frame := decode.Frame{LinkType: linkRaw, Length: n, Data: append([]byte(nil), buffer[:n]...)}
		tcp := d.Decode(&frame) == decode.TCP
		r.mu.Lock()
		r.accept(from, frame.Data, &d.Segment, tcp)
		r.mu.Unlock()
		r.nudge()
	}
}

// fail ends the relay; an error after it was asked to stop is none.
func (r *relay) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.stopping && r.failed == nil && !errors.Is(err, os.ErrClosed) {
		r.failed = fmt.Errorf("relay: %w", err)
	}
}

// accept decides what becomes of a packet. What is not TCP meets no dice.
func (r *relay) accept(from flows.Side, data []byte, s *flows.Segment, tcp bool) {
	f := fate{delay: r.path.delay[from]}
	if tcp {
		r.last[from] = *s
		where := anywhere(r.dice[from].Float64())
		f = r.path.throw(r.dice[from], int(from))
		for _, rule := range r.rules {
			if rule.acts(from, s) {
				if f = (fate{delay: r.path.delay[from] + rule.hold, double: rule.again}); rule.lose {
					f.lost = where
				}
				break
			}
		}
		if r.severed {
			f.lost = where
		}
	}
	r.send(from, data, f)
	if f.double > 0 {
		r.send(from, data, fate{delay: f.delay + f.double})
	}
}

// send puts a packet on its way.
func (r *relay) send(from flows.Side, data []byte, f fate) {
	if f.lost == lostBeforeMiddle {
		return
	}
	r.count++
	half := f.delay / 2
	heap.Push(&r.queue, &parcel{due: time.Now().Add(half), number: r.count, from: from, data: data, lost: f.lost, rest: f.delay - half})
}

// nudge makes carry look at the queue.
func (r *relay) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// carry delivers packets when they are due.
func (r *relay) carry() {
	defer r.running.Done()
	timer := time.NewTimer(0)
	for {
		r.mu.Lock()
		wait := r.deliver()
		stopping := r.stopping
		r.mu.Unlock()
		if stopping {
			return
		}
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-r.wake:
		}
	}
}

// deliver carries on what is due and tells how long nothing is.
func (r *relay) deliver() time.Duration {
	for len(r.queue) > 0 {
		p := r.queue[0]
		if wait := time.Until(p.due); wait > 0 {
			return wait
		}
		heap.Pop(&r.queue)
		if p.passed {
			// A full device loses the packet; so do wires.
			r.devices[p.from.Peer()].Write(p.data)
			continue
		}
		r.middle = append(r.middle, decode.Frame{
			Time: flows.TimeOf(time.Now()), LinkType: linkRaw, Length: len(p.data), Data: p.data,
		})
		if p.lost == notLost {
			p.passed, p.due = true, p.due.Add(p.rest)
			heap.Push(&r.queue, p)
		}
	}
	return time.Hour
}

// add adds a rule; the first that acts on a packet decides.
func (r *relay) add(ru rule) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rules = append(r.rules, &ru)
}

// lose loses so many of the matching segments that an end sends.
func (r *relay) lose(from flows.Side, m match, times int) {
	r.add(rule{from: from, match: m, times: times, lose: true})
}

// hold delays so many of them.
func (r *relay) hold(from flows.Side, m match, times int, by time.Duration) {
	r.add(rule{from: from, match: m, times: times, hold: by})
}

// repeat delivers so many of them once more.
func (r *relay) repeat(from flows.Side, m match, times int, after time.Duration) {
	r.add(rule{from: from, match: m, times: times, again: after})
}

// mend forgets the rules.
func (r *relay) mend() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rules = nil
}

// sever loses everything from now on.
func (r *relay) sever() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.severed = true
}

// sent is the last segment that an end sent.
func (r *relay) sent(from flows.Side) flows.Segment {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.last[from]
}

// inject sends a packet to the peer of an end, in the name of the end.
func (r *relay) inject(from flows.Side, data []byte) {
	r.mu.Lock()
	r.send(from, data, fate{})
	r.mu.Unlock()
	r.nudge()
}

// stop ends the relay, and returns what it captured in its middle.
func (r *relay) stop() ([]decode.Frame, error) {
	r.mu.Lock()
	r.stopping = true
	r.mu.Unlock()
	r.nudge()
	for _, d := range r.devices {
		d.Close()
	}
	r.running.Wait()
	return r.middle, r.failed
}
