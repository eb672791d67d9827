package capture

import (
	"errors"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// listen opens interfaces for the packets of sender only: the kernel sends some
// of its own when an interface comes up.
func listen(t *testing.T, o LiveOptions) *Live {
	t.Helper()
	if o.Filter == "" {
		o.Filter = "tcp port 443"
	}
	l, err := OpenLive(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// liveFrame is what is checked of a frame.
type liveFrame struct {
	Interface uint32
	Number    uint32 // of its sender
}

// drainLive reads to the end, which must come within 10 s.
func drainLive(t *testing.T, l *Live) ([]liveFrame, error) {
	t.Helper()
	return collect(t, l, func(int) bool { return false })
}

// collect reads until enough, asked with the number of frames, says so.
func collect(t *testing.T, l *Live, enough func(int) bool) ([]liveFrame, error) {
	t.Helper()
	var frames []liveFrame
	for late := time.Now().Add(10 * time.Second); !enough(len(frames)); {
		f, err := l.Next()
		if err != nil {
			return frames, err
		}
		if f != nil {
			frames = append(frames, liveFrame{f.Interface, number(f.Data)})
		}
		if time.Now().After(late) {
			t.Fatalf("no end after %d frames", len(frames))
		}
	}
	return frames, nil
}

func sequence(id uint32, n int) []liveFrame {
	var want []liveFrame
	for i := range n {
		want = append(want, liveFrame{id, uint32(i + 1)})
	}
	return want
}

// Everything that was sent before Stop is handed over, also what the kernel
// has put into a block that is not finished.
func TestLiveStopAfterPackets(t *testing.T) {
	namespace(t, 1)
	for _, n := range []int{1, 3, 100, 5000} {
		for _, immediate := range []bool{false, true} {
			l := listen(t, LiveOptions{Interfaces: []string{"b0"}, Immediate: immediate})
			newSender(t, "a0").send(n)
			l.Stop()
			got, err := drainLive(t, l)
			if err != io.EOF {
				t.Errorf("got %v, want EOF", err)
			}
			if diff := cmp.Diff(got, sequence(0, n)); diff != "" {
				t.Errorf("%d sent, immediate %v (-got +want):\n%s", n, immediate, diff)
			}
			// It also counts what came before the filter was in place.
			if s := l.Stats(); !s.Known || s.Received < uint64(n) || s.Dropped != 0 {
				t.Errorf("got %+v, want %d received", s, n)
			}
		}
	}
}

func TestLiveFrame(t *testing.T) {
	namespace(t, 1)
	l := listen(t, LiveOptions{Interfaces: []string{"b0"}, Snaplen: 40})
	want := []Interface{{Name: "b0", LinkType: 1, LinkName: "Ethernet"}}
	if diff := cmp.Diff(l.Interfaces(), want); diff != "" {
		t.Errorf("interfaces (-got +want):\n%s", diff)
	}
	before := time.Now()
	newSender(t, "a0").send(1)
	l.Stop()
	f, err := l.Next()
	for f == nil && err == nil {
		f, err = l.Next()
	}
	if err != nil {
		t.Fatal(err)
	}
	if f.Number != 1 || f.LinkType != 1 || f.Length != len(tcpFrame) || len(f.Data) != 40 || string(f.Data[:38]) != tcpFrame[:38] {
		t.Errorf("got %+v", f)
	}
	if at := f.Time.UTC(); at.Before(before) || at.After(time.Now()) {
		t.Errorf("got time %v, want one since %v", at, before)
	}
}

// Stop ends a capture that never sees a packet.
func TestLiveStopQuiet(t *testing.T) {
	namespace(t, 1)
	for _, name := range []string{"b0", "lo", "any"} {
		l := listen(t, LiveOptions{Interfaces: []string{name}})
		begin := time.Now()
		time.AfterFunc(20*time.Millisecond, l.Stop)
		if got, err := drainLive(t, l); len(got) != 0 || err != io.EOF {
			t.Errorf("%s: got %v and %v, want EOF", name, got, err)
		}
		if took := time.Since(begin); took > time.Second {
			t.Errorf("%s: Stop took %v", name, took)
		}
	}
}

// Stop ends a capture under traffic that goes on.
func TestLiveStopBusy(t *testing.T) {
	namespace(t, 2)
	l := listen(t, LiveOptions{Interfaces: []string{"b0", "b1", "lo"}})
	var senders []*sender
	for _, name := range []string{"a0", "lo"} { // nothing comes on b1
		senders = append(senders, newSender(t, name))
	}
	stop := make(chan struct{})
	var done sync.WaitGroup
	for _, s := range senders {
		done.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					s.send(10)
				}
			}
		})
	}
	time.AfterFunc(100*time.Millisecond, l.Stop)
	begin := time.Now()
	got, err := drainLive(t, l)
	close(stop)
	done.Wait()
	if took := time.Since(begin); took > 2*time.Second || err != io.EOF {
		t.Errorf("got %v after %v, want EOF at once", err, took)
	}
	last := map[uint32]uint32{}
	for _, f := range got {
		if f.Number != last[f.Interface]+1 {
			t.Fatalf("interface %d: %d comes after %d", f.Interface, f.Number, last[f.Interface])
		}
		last[f.Interface] = f.Number
	}
	if last[0] == 0 || last[2] == 0 {
		t.Errorf("got last numbers %v, want some of interfaces 0 and 2", last)
	}
}

// A caller that does not ask for a while loses nothing: the kernel keeps it.
func TestLiveSlowCaller(t *testing.T) {
	namespace(t, 1)
	const n = 5 * batchPackets
	l := listen(t, LiveOptions{Interfaces: []string{"b0"}})
	newSender(t, "a0").send(n)
	l.Stop()
	time.Sleep(50 * time.Millisecond)
	got, err := drainLive(t, l)
	if !slices.Equal(got, sequence(0, n)) || err != io.EOF {
		t.Errorf("got %d frames and %v, want all %d in order", len(got), err, n)
	}
}

func TestLiveGone(t *testing.T) {
	namespace(t, 1)
	l := listen(t, LiveOptions{Interfaces: []string{"b0"}})
	newSender(t, "a0").send(3)
	ip(t, "link del a0")
	got, err := drainLive(t, l)
	if diff := cmp.Diff(got, sequence(0, 3)); diff != "" {
		t.Errorf("frames (-got +want):\n%s", diff)
	}
	var gone *GoneError
	if !errors.As(err, &gone) || gone.Interface != "b0" {
		t.Errorf("got %v, want a GoneError", err)
	}
	if s := l.Stats(); s.Received < 3 {
		t.Errorf("counters after the end: got %+v, want 3 received", s)
	}
}

// When one of two interfaces goes away, the other goes on.
func TestLiveOneGone(t *testing.T) {
	namespace(t, 2)
	for _, told := range []bool{true, false} {
		var lost []error
		o := LiveOptions{Interfaces: []string{"b0", "b1"}}
		if told {
			o.Lost = func(err error) { lost = append(lost, err) }
		}
		l := listen(t, o)
		newSender(t, "a0").send(2)
		other := newSender(t, "a1")
		other.send(2)
		if _, err := collect(t, l, func(n int) bool { return n == 4 }); err != nil {
			t.Fatal(err)
		}
		ip(t, "link del a0")
		time.AfterFunc(200*time.Millisecond, func() {
			other.send(1)
			l.Stop()
		})
		got, err := drainLive(t, l)
		if diff := cmp.Diff(got, []liveFrame{{1, 3}}); diff != "" {
			t.Errorf("told %v: frames after the loss (-got +want):\n%s", told, diff)
		}
		var gone *GoneError
		if told && (err != io.EOF || len(lost) != 1 || !errors.As(lost[0], &gone)) {
			t.Errorf("got %v and losses %v, want EOF and one GoneError", err, lost)
		}
		if !told && !errors.As(err, &gone) {
			t.Errorf("got %v, want a GoneError at the end", err)
		}
		ip(t, "link add a0 type veth peer name b0") // for the second round
		ip(t, "link set a0 up")
		ip(t, "link set b0 up")
	}
}

// Frames that wait at two interfaces come in the order of their times.
func TestLiveMerge(t *testing.T) {
	namespace(t, 2)
	l := listen(t, LiveOptions{Interfaces: []string{"b0", "b1", "b0"}})
	if n := len(l.Interfaces()); n != 2 {
		t.Errorf("an interface named twice: got %d, want 2", n)
	}
	senders := []*sender{newSender(t, "a0"), newSender(t, "a1")}
	for i := range 200 {
		senders[i%2].send(1)
	}
	time.Sleep(100 * time.Millisecond) // so that the kernel has handed over all of it
	l.Stop()
	got, _ := drainLive(t, l)
	var want []liveFrame
	for i := range 200 {
		want = append(want, liveFrame{uint32(i % 2), uint32(i/2 + 1)})
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("frames (-got +want):\n%s", diff)
	}
}

// On loopback the kernel counts packets twice, and `any` has a link type of
// its own; both drain all the same.
func TestLiveLoopbackAndAny(t *testing.T) {
	namespace(t, 0)
	for _, name := range []string{"lo", "any"} {
		l := listen(t, LiveOptions{Interfaces: []string{name}})
		newSender(t, "lo").send(5)
		l.Stop()
		n := 0
		for {
			f, err := l.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if f == nil {
				continue
			}
			n++
			if want := map[string]int{"lo": 1, "any": 113}[name]; f.LinkType != want {
				t.Errorf("%s: got link type %d, want %d", name, f.LinkType, want)
			}
		}
		if n != 5 {
			t.Errorf("%s: got %d frames, want 5", name, n)
		}
	}
}

// Next does not wait long, and less after a packet.
func TestLivePatience(t *testing.T) {
	namespace(t, 1)
	l := listen(t, LiveOptions{Interfaces: []string{"b0"}})
	newSender(t, "a0").send(1)
	if _, err := collect(t, l, func(n int) bool { return n == 1 }); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if f, err := l.Next(); f != nil || err != nil || time.Since(begin) > 5*leastPatience {
		t.Errorf("got %v and %v after %v", f, err, time.Since(begin))
	}
}

func TestOpenLiveErrors(t *testing.T) {
	namespace(t, 1)
	if _, err := OpenLive(LiveOptions{Interfaces: []string{"b0", "nosuch"}}); !errors.Is(err, ErrNoDevice) {
		t.Errorf("no such interface: got %v", err)
	}
	if _, err := OpenLive(LiveOptions{Interfaces: []string{"4711"}}); !errors.Is(err, ErrNoDevice) {
		t.Errorf("no such number: got %v", err)
	}
	var wrong *FilterError
	if _, err := OpenLive(LiveOptions{Filter: "tcp prot 80"}); !errors.As(err, &wrong) {
		t.Errorf("filter: got %v", err)
	}
}

// The default interface is the first of Devices, and a number stands for a
// name.
func TestDefaultDevice(t *testing.T) {
	namespace(t, 1)
	devices, err := Devices()
	if err != nil || len(devices) < 3 {
		t.Fatalf("got %v and %v", devices, err)
	}
	l := listen(t, LiveOptions{})
	if got, want := l.Interfaces()[0].Name, devices[0].Name; got != want {
		t.Errorf("default: got %s, want %s", got, want)
	}
	for _, d := range devices {
		if d.Name == "lo" && !slices.Equal(d.Flags, []string{"Up", "Running", "Loopback"}) {
			t.Errorf("flags of lo: got %v", d.Flags)
		}
	}
	l = listen(t, LiveOptions{Interfaces: []string{"2"}})
	if got, want := l.Interfaces()[0].Name, devices[1].Name; got != want {
		t.Errorf("number 2: got %s, want %s", got, want)
	}
}
