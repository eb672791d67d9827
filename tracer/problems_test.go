package tracer

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

func moveOf(id flows.FlowID) *flows.Step {
	return &flows.Step{Flow: id, Transitions: []flows.Transition{{To: flows.SynSent}}, Segment: &flows.Segment{Packet: uint64(id)}}
}

// TestProblems: a flow with a problem is shown from its beginning, one without
// not at all.
func TestProblems(t *testing.T) {
	var l log
	s := Problems(diagnose.Warning, &l)
	for id := flows.FlowID(1); id <= 3; id++ {
		s.Step(moveOf(id))
	}
	s.Finding(&diagnose.Finding{ID: diagnose.HalfCloseInUse, Flow: 1}) // info: no problem
	s.Finding(&diagnose.Finding{ID: diagnose.HalfCloseInUse, Flow: 2})
	s.Finding(&diagnose.Finding{ID: diagnose.StuckCloseWait, Flow: 2})
	s.Finding(&diagnose.Finding{ID: diagnose.CaptureLoss}) // of the capture
	s.Step(moveOf(1))
	s.Step(moveOf(2))
	for id := flows.FlowID(1); id <= 3; id++ {
		s.End(&flows.Record{Flow: id, Outcome: flows.ClosedFlow})
	}
	s.Step(moveOf(2)) // another flow in the end: numbers are not used again, but the set must be empty
	want := []string{
		"step", "finding half-close-in-use", "finding stuck-close-wait", "finding capture-loss", "step", "end closed",
	}
	if diff := cmp.Diff(want, l.events); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if l.steps[0].Flow != 2 || l.steps[0].Segment.Packet != 2 {
		t.Errorf("the step that was kept is of flow %d, packet %d; want 2, 2", l.steps[0].Flow, l.steps[0].Segment.Packet)
	}
}

// TestProblemsAreBounded: neither one flow nor many take all memory.
func TestProblemsAreBounded(t *testing.T) {
	p := Problems(diagnose.Warning, &log{}).(*problems)
	for range 3 * heldOfFlow {
		p.Step(moveOf(1))
	}
	if n := len(p.held[1]); n != heldOfFlow {
		t.Errorf("%d events of one flow are kept, want %d", n, heldOfFlow)
	}
	for id := range flows.FlowID(2 * heldInAll) {
		p.Step(moveOf(id + 2))
	}
	if p.n > heldInAll || len(p.held) > heldInAll || len(p.order) > 3*heldInAll {
		t.Errorf("%d events of %d flows are kept, want %d at most", p.n, len(p.held), heldInAll)
	}
	for id := range flows.FlowID(2*heldInAll + 2) {
		p.End(&flows.Record{Flow: id})
	}
	if p.n != 0 || len(p.held) != 0 {
		t.Errorf("%d events of %d flows are left when all have ended", p.n, len(p.held))
	}
}

// TestSelectFindings: those of flows with an end in one of the states, and of
// the capture.
func TestSelectFindings(t *testing.T) {
	var l log
	s := Select(stateSet(flows.CloseWait), &l)
	s.Finding(&diagnose.Finding{ID: diagnose.StuckCloseWait, Flow: 1, States: [2]flows.State{flows.FinWait2, flows.CloseWait}})
	s.Finding(&diagnose.Finding{ID: diagnose.StuckLastAck, Flow: 2, States: [2]flows.State{flows.FinWait2, flows.LastAck}})
	s.Finding(&diagnose.Finding{ID: diagnose.CaptureLoss})
	if diff := cmp.Diff([]string{"finding stuck-close-wait", "finding capture-loss"}, l.events); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
