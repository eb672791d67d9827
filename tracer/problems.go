package tracer

import (
	"slices"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// Problems is a sink that hands on to the next one only what concerns flows
// with a finding of at least some severity. What came before that finding is
// kept until then: a flow with a problem is shown from its first segment, at
// the time when the problem is found.
func Problems(least diagnose.Severity, next Sink) Sink {
	return &problems{next: next, least: least, held: make(map[flows.FlowID][]event), bad: make(map[flows.FlowID]bool)}
}

type problems struct {
	next  Sink
	least diagnose.Severity
	held  map[flows.FlowID][]event // of flows without a problem so far
	order []flows.FlowID           // of held, the flow that began first in front; some are gone
	n     int                      // events in held
	bad   map[flows.FlowID]bool
}

// event is one call that waits. Either field is nil.
type event struct {
	step    *flows.Step
	finding *diagnose.Finding
}

// The memory for what waits is bounded: of one flow the newest events are
// kept, of all flows those that began last.
const (
	heldOfFlow = 64
	heldInAll  = 1 << 16
)

func (p *problems) Step(st *flows.Step) {
	if p.bad[st.Flow] {
		p.next.Step(st)
		return
	}
	if len(st.Transitions) > 0 || st.Label.ICMP != nil || st.Notes != 0 {
		p.hold(st.Flow, event{step: st.Clone()})
	}
}

func (p *problems) Finding(f *diagnose.Finding) {
	if f.Flow != 0 && !p.bad[f.Flow] {
		if f.Severity() < p.least {
			c := *f
			p.hold(f.Flow, event{finding: &c})
			return
		}
		p.release(f.Flow)
		p.bad[f.Flow] = true
	}
	p.next.Finding(f)
}

func (p *problems) End(r *flows.Record) {
	if p.bad[r.Flow] {
		p.next.End(r)
		delete(p.bad, r.Flow)
		return
	}
	p.drop(r.Flow)
}

func (p *problems) Close(sum *flows.Summary) error { return p.next.Close(sum) }

// hold keeps an event of a flow.
func (p *problems) hold(id flows.FlowID, e event) {
	list, known := p.held[id]
	if !known {
		p.order = append(p.order, id)
	}
	if len(list) == heldOfFlow {
		list = slices.Delete(list, 0, 1)
		p.n--
	}
	p.held[id] = append(list, e)
	p.n++
	for p.n > heldInAll {
		p.drop(p.order[0])
		p.order = p.order[1:]
	}
	if len(p.order) > 2*len(p.held)+1024 {
		p.order = slices.DeleteFunc(p.order, func(id flows.FlowID) bool { return p.held[id] == nil })
	}
}

// release hands on what was kept of a flow.
func (p *problems) release(id flows.FlowID) {
	for _, e := range p.held[id] {
		if e.step != nil {
			p.next.Step(e.step)
		} else {
			p.next.Finding(e.finding)
		}
	}
	p.drop(id)
}

func (p *problems) drop(id flows.FlowID) {
	p.n -= len(p.held[id])
	delete(p.held, id)
}
