package truth

import (
	"fmt"
	"slices"

	"tcptrace/flows"
)

// Disagreements are the points in which the three ways of telling the same
// thing differ: transitions, records of flows, the summary. There must be none.
func (r *Replay) Disagreements() []string { return r.disagreements }

// agree compares the three.
func (r *Replay) agree() {
	told := make(map[flows.FlowID]bool)
	var outcomes [flows.NumOutcomes]uint64
	for i := range r.Records {
		record := &r.Records[i]
		if told[record.Flow] {
			r.disagree("flow %d ended twice", record.Flow)
		}
		told[record.Flow] = true
		outcomes[record.Outcome]++
		r.agreeWith(record)
	}
	for id := flows.FlowID(1); id <= flows.FlowID(r.Summary.Totals.Flows); id++ {
		if !told[id] {
			r.disagree("flow %d never ended", id)
		}
	}
	totals := &r.Summary.Totals
	if n := uint64(len(r.Records)); totals.Flows != n || totals.Open != 0 {
		r.disagree("the summary has %d flows and %d still open, but %d ended", totals.Flows, totals.Open, n)
	}
	if totals.ByOutcome != outcomes {
		r.disagree("the summary counts outcomes %v, the flows had %v", totals.ByOutcome, outcomes)
	}
	if totals.Segments != r.Summary.TCP {
		r.disagree("the summary has %d segments of TCP, the table followed %d", r.Summary.TCP, totals.Segments)
	}
}

// agreeWith compares a record with the steps of its flow.
func (r *Replay) agreeWith(record *Record) {
	h := r.current[record.Flow]
	if h == nil {
		r.disagree("flow %d ended without a step", record.Flow)
		return
	}
	r.disagreements = append(r.disagreements, h.wrong...)
	if record.Client != h.client {
		r.disagree("flow %d: the client is %v in the record, %v in the steps", record.Flow, record.Client, h.client)
	}
	for side := range flows.Side(2) {
		want, got := h.all[side], record.Histories[side]
		if record.Ends[side].Cut { // it has the first states only
			want = want[:min(len(want), len(got))]
		}
		if !slices.Equal(got, want) {
			r.disagree("flow %d, %v: the record has [%v], its transitions [%v]", record.Flow, side, got, want)
		}
		if state := record.Ends[side].State; state != h.state(side) {
			r.disagree("flow %d, %v: the record ends in %v, its transitions in %v", record.Flow, side, state, h.state(side))
		}
	}
}

func (r *Replay) disagree(format string, args ...any) {
	r.disagreements = append(r.disagreements, fmt.Sprintf(format, args...))
}
