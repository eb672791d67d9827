package text

import "tcptrace/flows"

// tally counts the flows that are over, for the closing line.
type tally struct {
	flows    uint64
	outcomes [flows.NumOutcomes]uint64
	states   flows.StateSet // in which flows are stuck
	last     flows.State    // in which the newest of them is
	stuck    string         // the end of the newest of them: "server 10.0.0.9:443"
}

func (t *tally) add(r *flows.Record) {
	t.flows++
	if r.Outcome >= flows.NumOutcomes {
		return
	}
	t.outcomes[r.Outcome]++
	if r.Outcome == flows.Stuck {
		end := r.StuckEnd & 1
		t.last = r.Ends[end].State
		t.states = t.states.With(t.last)
		t.stuck = place(r, end)
	}
}

// place names the end that does not go on: "server 10.0.0.9:443". A client has
// a new port for every flow, so its place is its address.
func place(r *flows.Record, end flows.Side) string {
	if end == flows.Client {
		return end.String() + " " + r.Client.Addr().String()
	}
	return end.String() + " " + r.Server.String()
}

// state is the state that all stuck flows are in, if it is one.
func (t *tally) state() (flows.State, bool) {
	return t.last, t.states == flows.StateSet(0).With(t.last)
}
