package tracer

import (
	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// Select is a sink that hands on to the next one what concerns flows with an
// end in one of some states: the steps into it, out of it and during it, and
// the records of the flows that stayed in it. So the lines show who passes
// through a state, and the summary who is left there.
func Select(states flows.StateSet, next Sink) Sink {
	return &selection{next, states}
}

type selection struct {
	next   Sink
	states flows.StateSet
}

func (s *selection) Step(st *flows.Step) {
	if s.concerns(st) {
		s.next.Step(st)
	}
}

// concerns reports whether an end is in one of the states before a step, after
// it, or on the way.
func (s *selection) concerns(st *flows.Step) bool {
	for i := range st.Transitions {
		if s.states.Has(st.Transitions[i].From) || s.states.Has(st.Transitions[i].To) {
			return true
		}
	}
	return s.states.Has(st.States[flows.Client]) || s.states.Has(st.States[flows.Server])
}

// Finding hands on what is found of a flow while an end is in one of the
// states, and what is found of the capture as a whole.
func (s *selection) Finding(f *diagnose.Finding) {
	if f.Flow == 0 || s.states.Has(f.States[flows.Client]) || s.states.Has(f.States[flows.Server]) {
		s.next.Finding(f)
	}
}

func (s *selection) End(r *flows.Record) {
	if s.states.Has(r.Ends[flows.Client].State) || s.states.Has(r.Ends[flows.Server].State) {
		s.next.End(r)
	}
}

func (s *selection) Close(sum *flows.Summary) error { return s.next.Close(sum) }
