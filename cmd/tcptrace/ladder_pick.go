package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/flows/ladder"
)

// drawnAtOnce is how many flows are drawn without being asked for by number.
const drawnAtOnce = 5

// picker is the sink of tcptrace ladder. It makes the ladders of the flows that
// may be drawn, and remembers which flows there are for a user who has to choose.
type picker struct {
	wanted   flows.FlowID // 0: whichever there are
	building map[flows.FlowID]*ladder.Builder
	flows    flows.FlowID // the highest number
	choice   map[flows.FlowID]*chosen
}

// chosen is a flow that may be chosen.
type chosen struct {
	title   string
	outcome flows.Outcome
	worst   diagnose.ID // 0: there is no finding
}

// The list of flows to choose from is bounded, and what is shown of it even more.
const (
	mostChosen = 1 << 12
	shownFlows = 12
)

func newPicker(wanted flows.FlowID) *picker {
	return &picker{
		wanted: wanted, building: make(map[flows.FlowID]*ladder.Builder), choice: make(map[flows.FlowID]*chosen),
	}
}

// Step hands a step to the ladder of its flow.
func (p *picker) Step(st *flows.Step) {
	if st.Flow > p.flows {
		p.begin(st.Flow)
	}
	if b := p.building[st.Flow]; b != nil {
		b.Step(st)
	}
}

// begin begins the ladder of a flow if it may be drawn.
func (p *picker) begin(id flows.FlowID) {
	p.flows = id
	switch {
	case p.wanted == id, p.wanted == 0 && id <= drawnAtOnce:
		p.building[id] = ladder.New(ladder.Options{})
	case p.wanted == 0:
		clear(p.building) // there are too many
	}
}

// Finding hands a finding to the ladder of its flow.
func (p *picker) Finding(f *diagnose.Finding) {
	if f.Flow == 0 {
		return
	}
	if b := p.building[f.Flow]; b != nil {
		b.Finding(f)
	}
	c := p.entry(f.Flow)
	if c == nil {
		return
	}
	c.title = f.Client.String() + " → " + f.Server.String()
	if c.worst == 0 || slices.Contains(f.Replaces, c.worst) || f.Severity() > c.worst.Severity() {
		c.worst = f.ID
	}
}

// End hands the end of a flow to its ladder.
func (p *picker) End(r *flows.Record) {
	if b := p.building[r.Flow]; b != nil {
		b.End(r)
	}
	c := p.choice[r.Flow]
	if c == nil && r.Flow <= shownFlows {
		c = p.entry(r.Flow)
	}
	if c != nil {
		c.title, c.outcome = r.Client.String()+" → "+r.Server.String(), r.Outcome
	}
}

// Close has nothing to do: the ladders are drawn when the trace is over.
func (p *picker) Close(*flows.Summary) error { return nil }

// entry is what is remembered of a flow; nil when that is too much already.
func (p *picker) entry(id flows.FlowID) *chosen {
	if p.wanted != 0 {
		return nil
	}
	c := p.choice[id]
	if c == nil && len(p.choice) < mostChosen {
		c = &chosen{}
		p.choice[id] = c
	}
	return c
}

// ladders are those to be drawn, or an error that says how to choose.
func (p *picker) ladders(single bool) ([]*ladder.Ladder, error) {
	switch {
	case p.flows == 0:
		return nil, errors.New("there is no TCP connection to draw")
	case len(p.building) == 0 && p.wanted != 0:
		return nil, fmt.Errorf("there is no connection #%d: the last one is #%d", p.wanted, p.flows)
	case len(p.building) == 0, single && len(p.building) > 1:
		return nil, wrongUse(fmt.Sprintf("which of the %d connections?", p.flows), p.list())
	}
	var all []*ladder.Ladder
	for _, id := range slices.Sorted(maps.Keys(p.building)) {
		all = append(all, p.building[id].Ladder())
	}
	return all, nil
}

// list is the flows to choose from, the worst first.
func (p *picker) list() string {
	ids := slices.Collect(maps.Keys(p.choice))
	slices.SortFunc(ids, func(a, b flows.FlowID) int {
		return cmp.Or(-cmp.Compare(p.choice[a].rank(), p.choice[b].rank()), cmp.Compare(a, b))
	})
	text := "choose one with --flow N or a filter:"
	for _, id := range ids[:min(len(ids), shownFlows)] {
		text += fmt.Sprintf("\n#%d %s", id, p.choice[id])
	}
	if more := uint64(p.flows) - uint64(min(len(ids), shownFlows)); more > 0 {
		text += fmt.Sprintf("\nand %d more; tcptrace -r FILE shows them all", more)
	}
	return text
}

// rank puts what is worse in front.
func (c *chosen) rank() int {
	if c.worst == 0 {
		return -1
	}
	return int(c.worst.Severity())
}

func (c *chosen) String() string {
	text := c.title + " " + c.outcome.String()
	if c.worst != 0 {
		text += fmt.Sprintf(", %v: %v", c.worst.Severity(), c.worst)
	}
	return text
}
