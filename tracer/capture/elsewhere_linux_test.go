package capture

import (
	"errors"
	"io"
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLiveElsewhere reads, asks for counters, loses an interface and stops on
// threads in another network namespace than the one where the handles were
// opened, in which there are no such interfaces.
func TestLiveElsewhere(t *testing.T) {
	namespace(t, 2)
	var lost []error
	l := listen(t, LiveOptions{
		Interfaces: []string{"b0", "b1"}, Elsewhere: true, Lost: func(err error) { lost = append(lost, err) },
	})
	s := newSender(t, "a0")
	s.send(3)
	other := newSender(t, "a1")
	other.send(2)
	elsewhere(t, func() {
		if _, err := net.InterfaceByName("b0"); err == nil {
			t.Error("there is a b0 outside too, which proves nothing")
		}
		got, err := collect(t, l, func(n int) bool { return n == 5 })
		if len(got) != 5 || err != nil {
			t.Errorf("got %d frames and %v, want 5", len(got), err)
		}
		if s := l.Stats(); !s.Known || s.Received < 5 || s.Dropped+s.IfDropped != 0 {
			t.Errorf("got %+v, want 5 received", s)
		}
	})
	ip(t, "link del a0")
	elsewhere(t, func() {
		for len(lost) == 0 {
			if _, err := l.Next(); err != nil {
				t.Fatalf("got %v, want a loss first", err)
			}
		}
		var gone *GoneError
		if len(lost) != 1 || !errors.As(lost[0], &gone) || gone.Interface != "b0" {
			t.Errorf("lost %v, want b0", lost)
		}
	})
	other.send(1)
	l.Stop()
	elsewhere(t, func() {
		got, err := drainLive(t, l)
		if diff := cmp.Diff(got, []liveFrame{{1, 3}}); diff != "" || err != io.EOF {
			t.Errorf("error %v, frames after the loss (-got +want):\n%s", err, diff)
		}
	})
}

// elsewhere runs f on a thread that is not in the namespace of the test, and
// waits for it.
func elsewhere(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
}
