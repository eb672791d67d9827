package tracer

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

func stateSet(states ...flows.State) flows.StateSet {
	var set flows.StateSet
	for _, s := range states {
		set = set.With(s)
	}
	return set
}

func TestSelectSteps(t *testing.T) {
	move := func(from, to flows.State) []flows.Transition {
		return []flows.Transition{{End: flows.Server, From: from, To: to}}
	}
	est, wait, last := flows.Established, flows.CloseWait, flows.LastAck
	tests := []struct {
		name string
		step flows.Step
		want bool
	}{
		{"into the state", flows.Step{Transitions: move(est, wait), States: [2]flows.State{flows.FinWait2, wait}}, true},
		{"out of it", flows.Step{Transitions: move(wait, last), States: [2]flows.State{flows.FinWait2, last}}, true},
		{"during it, the other end moves", flows.Step{
			Transitions: []flows.Transition{{End: flows.Client, From: flows.FinWait1, To: flows.FinWait2}},
			States:      [2]flows.State{flows.FinWait2, wait},
		}, true},
		{"during it, nothing moves", flows.Step{States: [2]flows.State{wait, est}}, true},
		{"through it in one step", flows.Step{
			Transitions: append(move(est, wait), move(wait, last)...),
			States:      [2]flows.State{flows.FinWait1, last},
		}, true},
		{"elsewhere", flows.Step{Transitions: move(flows.SynReceived, est), States: [2]flows.State{est, est}}, false},
	}
	for _, tt := range tests {
		var l log
		Select(stateSet(wait, flows.TimeWait), &l).Step(&tt.step)
		if got := len(l.steps) == 1; got != tt.want {
			t.Errorf("%s: passed on: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestSelectRecords(t *testing.T) {
	var l log
	s := Select(stateSet(flows.CloseWait), &l)
	for _, states := range [][2]flows.State{
		{flows.FinWait2, flows.CloseWait}, {flows.CloseWait, flows.FinWait2}, {flows.Closed, flows.Closed},
	} {
		r := &flows.Record{Ends: [2]flows.EndRecord{{State: states[0]}, {State: states[1]}}}
		r.Ends[0].History = []flows.State{flows.CloseWait} // it was there once
		s.End(r)
	}
	if diff := cmp.Diff([]string{"end open", "end open"}, l.events); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

func TestSelectPassesOnTheSummary(t *testing.T) {
	l := log{err: errors.New("failed")}
	err := Select(stateSet(flows.CloseWait), &l).Close(&flows.Summary{Packets: 7})
	if !errors.Is(err, l.err) || l.sum == nil || l.sum.Packets != 7 {
		t.Errorf("Close = %v with the summary %+v, want %v and 7 packets", err, l.sum, l.err)
	}
}
