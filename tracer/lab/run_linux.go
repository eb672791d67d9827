package lab

import (
	"cmp"
	crand "crypto/rand"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"time"

	"tcptrace/flows"
	"tcptrace/tracer/decode"
	"tcptrace/tracer/truth"
)

// settle is how long nothing more is done at the end of a scenario: delayed
// ACKs and packets on their way have arrived then.
const settle = 120 * time.Millisecond

// recording is what came out of one run: the captures, and the truth for each.
type recording struct {
	views  []view
	truths []truth.Capture // one for each view
	// open says of each connection of each view why it cannot be known, "" if it
	// can.
	open [][]string
}

// record plays a scenario and watches. The directory is that of tracefs.
func record(s *scenario, seed uint64, tracefs string) (*recording, error) {
	r := &runner{scenario: s, seed: seed}
	defer r.release()
	if err := r.build(tracefs); err != nil {
		return nil, fmt.Errorf("set up: %w", err)
	}
	begin := flows.TimeOf(time.Now())
	s.play(r.stage)
	r.stage.wait(settle)
	err := r.stage.failed()
	w, views, endErr := r.finish()
	if err := errors.Join(err, endErr); err != nil {
		return nil, err
	}
	rec := &recording{views: views}
	found := connections(w.lives())
	for i := range views {
		captured, open := w.truthFor(s.name, begin, &views[i], found)
		captured.Setup = s.shows
		rec.truths, rec.open = append(rec.truths, captured), append(rec.open, open)
	}
	return rec, nil
}

// runner is one run of a scenario.
type runner struct {
	scenario *scenario
	seed     uint64
	dice     *rand.Rand
	stage    *stage
	taps     []*tap // of the client and the server, or of the loopback device
	trace    *trace
	sampler  *sampler
	devices  [2]*os.File
	spaces   []*space
}

// build sets everything up, the watchers last.
func (r *runner) build(tracefs string) (err error) {
	r.dice = rand.New(r.scenario.source(r.seed))
	at, err := freshAddresses()
	if err != nil {
		return err
	}
	r.stage = &stage{
		dice: rand.New(rand.NewPCG(r.dice.Uint64(), r.dice.Uint64())),
		at:   at, v6: r.scenario.v6, ports: make(map[uint16]bool),
	}
	if err := r.join(at); err != nil {
		return err
	}
	if r.trace, err = newTrace(tracefs); err != nil {
		return err
	}
	if r.sampler, err = newSampler(r.spaces); err != nil {
		return err
	}
	if r.scenario.joint == byRelay {
		r.stage.relay = newRelay(r.devices, r.scenario.path, rand.NewPCG(r.dice.Uint64(), r.dice.Uint64()))
	}
	return nil
}

// freshAddresses are some that no other run on this machine has: the log of the
// kernel is that of the whole machine.
func freshAddresses() (at [2]addresses, err error) {
	var b [2]byte
	if _, err := crand.Read(b[:]); err != nil {
		return at, err
	}
	for i := range at {
		host := byte(i + 1)
		at[i].v4 = netip.AddrFrom4([4]byte{10, b[0], b[1], host})
		at[i].v6 = netip.AddrFrom16([16]byte{0: 0xfd, 2: 0x02, 3: 0x04, 4: b[0], 5: b[1], 15: host})
	}
	return at, nil
}

// join makes the two ends and the way between them, and captures at both.
func (r *runner) join(at [2]addresses) error {
	dev, linkType := device, linkEthernet
	if err := r.makeSpaces(); err != nil {
		return err
	}
	switch ends := r.stage.spaces; r.scenario.joint {
	case byVeth:
		if err := joinByVeth(ends, at); err != nil {
			return err
		}
	case byLoopback:
		dev = "lo"
		if err := joinByLoopback(ends[0], at); err != nil {
			return err
		}
	case byRelay:
		linkType = linkRaw
		for side := range ends {
			var err error
			if r.devices[side], err = openTUN(ends[side], at[side]); err != nil {
				return err
			}
		}
	}
	for _, s := range r.spaces {
		if linkType == linkEthernet && !r.scenario.offload {
			if err := s.offloadsOff(dev); err != nil {
				return err
			}
		}
		t, err := newTap(s, dev, linkType)
		if err != nil {
			return err
		}
		r.taps = append(r.taps, t)
	}
	return nil
}

// makeSpaces makes a namespace for each end, or one for both.
func (r *runner) makeSpaces() error {
	n := 2
	if r.scenario.joint == byLoopback {
		n = 1
	}
	for range n {
		s, err := newSpace()
		if err != nil {
			return err
		}
		r.spaces = append(r.spaces, s)
		if err := s.prepare(); err != nil {
			return err
		}
	}
	r.stage.spaces = [2]*space{r.spaces[0], r.spaces[n-1]}
	return nil
}

// finish ends the watching and puts together what was seen until then.
func (r *runner) finish() (*watched, []view, error) {
	samples, sampleErr := r.sampler.stop()
	w := &watched{samples: samples, at: r.stage.at, end: flows.TimeOf(time.Now()), gap: r.sampler.worst}
	r.sampler = nil
	events, traceErr := r.trace.stop(r.ours)
	w.events = slices.DeleteFunc(events, func(e event) bool { return e.at > w.end })
	err := errors.Join(sampleErr, traceErr)

	var views []view
	places := []string{"client", "server"}
	if r.scenario.joint == byLoopback {
		places = []string{"lo"}
	}
	for i, t := range r.taps {
		frames, tapErr := t.stop()
		err = errors.Join(err, tapErr)
		views = append(views, view{place: places[i], frames: inOrder(frames, w.end)})
		w.wires[i] = newWire(views[i].frames)
	}
	r.taps = nil
	if len(views) == 1 {
		w.wires[1] = w.wires[0]
	}
	if r.stage.relay != nil {
		frames, relayErr := r.stage.relay.stop()
		err = errors.Join(err, relayErr)
		views = append(views, view{place: "middle", frames: inOrder(frames, w.end)})
	}
	for i := range views {
		r.damage(&views[i])
	}
	return w, views, err
}

// ours reports whether an event is one of this run.
func (r *runner) ours(e event) bool {
	for _, a := range r.stage.at {
		if e.local.Addr() == a.v4 || e.local.Addr() == a.v6 {
			return true
		}
	}
	return false
}

// inOrder are the frames until the end, in the order of time: two CPUs may have
// stamped them out of order.
func inOrder(frames []decode.Frame, end flows.Time) []decode.Frame {
	slices.SortStableFunc(frames, func(a, b decode.Frame) int { return cmp.Compare(a.Time, b.Time) })
	for len(frames) > 0 && frames[len(frames)-1].Time > end {
		frames = frames[:len(frames)-1]
	}
	return frames
}

// damage takes out of a view what the scenario wants to be missing in it.
func (r *runner) damage(v *view) {
	if v.late = r.stage.begin; v.late != 0 {
		v.frames = slices.DeleteFunc(v.frames, func(f decode.Frame) bool { return f.Time < v.late })
	}
	if r.scenario.holes > 0 {
		v.derived = "drop"
		v.frames = slices.DeleteFunc(v.frames, func(decode.Frame) bool { return r.dice.Float64() < r.scenario.holes })
	}
}

// release takes down what is still there, in whatever state the run is.
func (r *runner) release() {
	if r.stage != nil {
		r.stage.clean()
		if r.stage.relay != nil {
			r.stage.relay.stop()
		}
	}
	for _, t := range r.taps {
		t.stop()
	}
	if r.sampler != nil {
		r.sampler.stop()
	}
	if r.trace != nil {
		r.trace.close()
	}
	for _, d := range r.devices {
		if d != nil {
			d.Close()
		}
	}
	for _, s := range r.spaces {
		s.close()
	}
}
