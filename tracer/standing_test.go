package tracer

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/decode"
)

var (
	here  = netip.MustParseAddrPort("10.0.0.9:443")
	there = netip.MustParseAddrPort("10.0.0.5:50000")
)

// machine is a host whose sockets change with time.
type machine struct {
	sockets func() []diagnose.Socket
	err     error
	asked   int
}

func (m *machine) Socket(local, remote netip.AddrPort) (diagnose.Socket, bool) {
	return diagnose.Socket{}, false
}

func (m *machine) Listener(netip.AddrPort) (diagnose.Socket, bool) { return diagnose.Socket{}, false }

func (m *machine) Local(a netip.Addr) bool { return a == here.Addr() }

func (m *machine) Traced(local, remote netip.AddrPort) bool { return local.Port() == here.Port() }

func (m *machine) Sockets() ([]diagnose.Socket, error) {
	m.asked++
	return m.sockets(), m.err
}

// watch lets so many seconds pass without a frame, and tells what the trace of
// the host shows: the moves, and the findings.
func watch(t *testing.T, m *machine, seconds int, frames ...*decode.Frame) (moves []string, took Took) {
	t.Helper()
	const perSecond = 4
	now := flows.Time(100 * time.Second)
	source := newTape(append(frames, make([]*decode.Frame, seconds*perSecond)...)...)
	source.onNext = func(int) { now = now.Add(time.Second / perSecond) }
	l := &log{}
	o := Options{Source: source, Sink: l, Host: m, Clock: func() flows.Time { return now }, Adopted: func(n Took) { took = n }}
	if _, err := Run(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	for _, st := range l.steps {
		for _, mv := range st.Transitions {
			if mv.Basis == flows.Kernel {
				moves = append(moves, mv.End.String()+" "+mv.From.String()+" "+mv.To.String())
			}
		}
	}
	for _, e := range l.events {
		if len(e) > 8 && e[:8] == "finding " {
			moves = append(moves, e)
		}
	}
	return moves, took
}

// TestAdoptsWhatWasThere: the connections of the trace and no others, in their
// roles: who has a listener on its port is the server.
func TestAdoptsWhatWasThere(t *testing.T) {
	m := &machine{sockets: func() []diagnose.Socket {
		return []diagnose.Socket{
			{Local: here, State: flows.Listen},
			{Local: here, Remote: there, State: flows.CloseWait, Age: time.Hour},
			{Local: netip.AddrPortFrom(here.Addr(), 8080), Remote: there, State: flows.Established},
		}
	}}
	moves, took := watch(t, m, 1)
	if want := (Took{flows.CloseWait: 1}); took != want {
		t.Errorf("took %v, want %v", took, want)
	}
	want := []string{"server UNKNOWN CLOSE_WAIT", "finding stuck-close-wait"}
	if diff := cmp.Diff(want, moves); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestKernelHasTheLastWord when it says the same twice; a state that it had
// only for a moment is none of its words.
func TestKernelHasTheLastWord(t *testing.T) {
	for _, tt := range []struct {
		name  string
		state func(asked int) flows.State
		want  []string
	}{
		{"it stays so", func(asked int) flows.State {
			return map[bool]flows.State{true: flows.Established, false: flows.CloseWait}[asked == 1]
		}, []string{"server UNKNOWN ESTABLISHED", "server ESTABLISHED CLOSE_WAIT", "finding wire-and-kernel-disagree"}},
		{"for a moment", func(asked int) flows.State {
			return map[bool]flows.State{true: flows.CloseWait, false: flows.Established}[asked == 2]
		}, []string{"server UNKNOWN ESTABLISHED"}},
	} {
		m := &machine{}
		m.sockets = func() []diagnose.Socket {
			return []diagnose.Socket{{Local: here, State: flows.Listen}, {Local: here, Remote: there, State: tt.state(m.asked)}}
		}
		moves, _ := watch(t, m, 12)
		if diff := cmp.Diff(tt.want, moves); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestHostThatCannotBeAsked is said once, and the trace goes on.
func TestHostThatCannotBeAsked(t *testing.T) {
	m := &machine{sockets: func() []diagnose.Socket { return nil }, err: errors.New("no")}
	now := flows.Time(time.Hour)
	source := newTape(make([]*decode.Frame, 100)...)
	source.onNext = func(int) { now = now.Add(time.Second) }
	said := 0
	_, err := Run(context.Background(), Options{Source: source, Sink: &log{}, Host: m,
		Clock: func() flows.Time { return now }, Unasked: func(error) { said++ }})
	if err != nil || said != 1 {
		t.Errorf("error %v, said %d times; want nil, once", err, said)
	}
}

// TestReplayAsksNobody: a file may be of any host.
func TestReplayAsksNobody(t *testing.T) {
	m := &machine{sockets: func() []diagnose.Socket { return nil }}
	if _, err := Run(context.Background(), Options{Source: newTape(closed()...), Sink: &log{}, Host: m}); err != nil || m.asked != 0 {
		t.Errorf("error %v, asked %d times; want nil, never", err, m.asked)
	}
}
