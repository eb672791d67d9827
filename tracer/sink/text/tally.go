package text

import (
	"net/netip"

	"tcptrace/flows"
)

// tally counts the flows that are over, for the closing line.
type tally struct {
	flows    uint64
	outcomes [flows.NumOutcomes]uint64
	states   flows.StateSet // in which flows are stuck
	// The newest of them: which end it is, in which state, and where.
	end   flows.Side
	last  flows.State
	where netip.AddrPort
}

func (t *tally) add(r *flows.Record) {
	t.flows++
	if r.Outcome >= flows.NumOutcomes {
		return
	}
	t.outcomes[r.Outcome]++
	if r.Outcome == flows.Stuck {
		t.end = r.StuckEnd & 1
		t.last = r.Ends[t.end].State
		t.states = t.states.With(t.last)
		t.where = r.Server
		if t.end == flows.Client {
			t.where = r.Client
		}
	}
}

// stuck names the end that does not go on: "server 10.0.0.9:443". A client has
// a new port for every flow, so its place is its address.
func (t *tally) stuck() string {
	if t.end == flows.Client {
		return t.end.String() + " " + t.where.Addr().String()
	}
	return t.end.String() + " " + t.where.String()
}

// state is the state that all stuck flows are in, if it is one.
func (t *tally) state() (flows.State, bool) {
	return t.last, t.states == flows.StateSet(0).With(t.last)
}
