package tracer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/decode"
)

// camera remembers the frames that it gets among the events of a log, and
// wants no more behind the last of so many.
type camera struct {
	log
	left int
	end  error
}

func (c *camera) Frame(f *decode.Frame) error {
	switch {
	case f == nil:
		c.events = append(c.events, "nothing")
	case c.left == 0:
		return c.end
	default:
		c.left--
		c.events = append(c.events, fmt.Sprint("frame ", f.Number))
	}
	return nil
}

// TestFramesComeBeforeTheirSteps, and those that hold no TCP do not come.
func TestFramesComeBeforeTheirSteps(t *testing.T) {
	c := &camera{left: 9}
	source := newTape(syn(1, 1000), nil, udp(2), syn(3, 1001))
	if _, err := Run(context.Background(), Options{Source: source, Sink: c, Frames: c}); err != nil {
		t.Fatal(err)
	}
	want := []string{"frame 1", "step", "nothing", "frame 3", "step", "end unanswered", "end unanswered", "close"}
	if diff := cmp.Diff(want, c.events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// TestFramesEndTheTrace: a frame that is not taken is not followed, and what
// was followed is told.
func TestFramesEndTheTrace(t *testing.T) {
	full := errors.New("no space left on device")
	for end, want := range map[error]error{io.EOF: nil, full: full} {
		c := &camera{left: 1, end: end}
		source := newTape(syn(1, 1000), syn(2, 1001), syn(3, 1002))
		_, err := Run(context.Background(), Options{Source: source, Sink: c, Frames: c})
		if !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
		if diff := cmp.Diff([]string{"frame 1", "step", "end unanswered", "close"}, c.events); diff != "" {
			t.Errorf("%v: events (-want +got):\n%s", end, diff)
		}
	}
}

func TestTee(t *testing.T) {
	failed, full := errors.New("failed"), errors.New("full")
	a, b := &log{err: failed}, &log{err: full}
	both := Tee(a, b)
	both.Step(&flows.Step{})
	both.Finding(&diagnose.Finding{ID: diagnose.SynNoAnswer})
	both.End(&flows.Record{})
	if err := both.Close(nil); !errors.Is(err, failed) || !errors.Is(err, full) {
		t.Errorf("error %v, want both", err)
	}
	want := []string{"step", "finding syn-no-answer", "end open", "close"}
	for _, l := range []*log{a, b} {
		if diff := cmp.Diff(want, l.events); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	}
}
