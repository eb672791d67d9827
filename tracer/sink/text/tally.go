package text

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"tcptrace/flows"
)

// tally counts the flows that are over, for the closing line.
type tally struct {
	flows    uint64
	outcomes [flows.NumOutcomes]uint64
	stuck    stuck
}

func (t *tally) add(r *flows.Record) {
	t.flows++
	if r.Outcome >= flows.NumOutcomes {
		return
	}
	t.outcomes[r.Outcome]++
	if r.Outcome == flows.Stuck {
		t.stuck.add(r)
	}
}

// A million flows may be stuck: the memory for them is bounded.
const (
	worstFlows  = 5    // told one by one
	toldPlaces  = 10   // told as one row for all flows that are stuck there
	knownPlaces = 4096 // counted apart
)

// stuck holds the flows that have been stuck the longest, and of the others
// how many there are in each place.
type stuck struct {
	n         uint64
	states    flows.StateSet
	worst     []stuckFlow // the longest first
	places    map[place]uint64
	elsewhere uint64 // flows in places that are not counted apart
}

type stuckFlow struct {
	flow           flows.FlowID
	client, server netip.AddrPort
	end            flows.Side
	state          flows.State
	wait           time.Duration // how long it has been in state
}

// place is where flows are stuck: an end that does not go on. A client has a
// new port for every flow, so its place is its address.
type place struct {
	end   flows.Side
	addr  netip.AddrPort
	state flows.State
}

func (f *stuckFlow) place() place {
	p := place{f.end, f.server, f.state}
	if f.end == flows.Client {
		p.addr = netip.AddrPortFrom(f.client.Addr(), 0)
	}
	return p
}

// String names the end: "server 10.0.0.9:443", "client 10.0.0.5".
func (p place) String() string {
	if p.end == flows.Client {
		return p.end.String() + " " + p.addr.Addr().String()
	}
	return p.end.String() + " " + p.addr.String()
}

func (k *stuck) add(r *flows.Record) {
	end := &r.Ends[r.StuckEnd&1]
	f := stuckFlow{r.Flow, r.Client, r.Server, r.StuckEnd & 1, end.State, r.Ended.Sub(end.Since)}
	k.n++
	k.states = k.states.With(f.state)
	at, _ := slices.BinarySearchFunc(k.worst, f, longer)
	k.worst = slices.Insert(k.worst, at, f)
	if len(k.worst) > worstFlows {
		k.fold(&k.worst[worstFlows])
		k.worst = k.worst[:worstFlows]
	}
}

func longer(a, b stuckFlow) int {
	return cmp.Or(cmp.Compare(b.wait, a.wait), cmp.Compare(a.flow, b.flow))
}

// fold counts a flow by its place.
func (k *stuck) fold(f *stuckFlow) {
	p := f.place()
	if k.places == nil {
		k.places = make(map[place]uint64)
	}
	if _, known := k.places[p]; known || len(k.places) < knownPlaces {
		k.places[p]++
		return
	}
	k.elsewhere++
}

// state is the state that all stuck flows are in, if it is one.
func (k *stuck) state() (flows.State, bool) {
	if k.n == 0 {
		return flows.Unknown, false
	}
	s := k.worst[0].state
	return s, k.states == flows.StateSet(0).With(s)
}

type placeCount struct {
	place
	n uint64
}

// folded is how many flows are stuck in the worst places, and in all others
// together. The flows that are told one by one are not among them.
func (k *stuck) folded() (worst []placeCount, elsewhere uint64) {
	for p, n := range k.places {
		worst = append(worst, placeCount{p, n})
	}
	slices.SortFunc(worst, func(a, b placeCount) int {
		return cmp.Or(cmp.Compare(b.n, a.n), a.addr.Compare(b.addr),
			cmp.Compare(a.end, b.end), cmp.Compare(a.state, b.state))
	})
	elsewhere = k.elsewhere
	for _, p := range worst[min(len(worst), toldPlaces):] {
		elsewhere += p.n
	}
	return worst[:min(len(worst), toldPlaces)], elsewhere
}
