package truth

import (
	"slices"
	"strings"
	"testing"

	"tcptrace/flows"
)

// TestAgree breaks one of the three ways at a time.
func TestAgree(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(*Replay)
		want  string // empty: they agree
	}{
		{"nothing", func(*Replay) {}, ""},
		{"a history", func(r *Replay) { r.Records[0].Histories[0] = r.Records[0].Histories[0][:1] }, "its transitions [SYN_SENT ESTABLISHED]"},
		{"a history that is told as cut", func(r *Replay) {
			r.Records[0].Histories[0], r.Records[0].Ends[0].Cut = r.Records[0].Histories[0][:1], true
		}, ""},
		{"a state", func(r *Replay) { r.Records[0].Ends[0].State = flows.Closed }, "ends in CLOSED"},
		{"a client", func(r *Replay) { r.Records[0].Client = serverAddr }, "the client is"},
		{"a step", func(r *Replay) { r.current[1].complain(&flows.Step{Flow: 1}, "nonsense") }, "nonsense"},
		{"a record is missing", func(r *Replay) { r.Records = nil }, "flow 1 never ended"},
		{"a record is there twice", func(r *Replay) { r.Records = append(r.Records, r.Records[0]) }, "ended twice"},
		{"a flow without steps", func(r *Replay) { delete(r.current, 1) }, "without a step"},
		{"an outcome", func(r *Replay) { r.Records[0].Outcome = flows.Refused }, "counts outcomes"},
		{"the number of flows", func(r *Replay) { r.Summary.Totals.Flows = 0 }, "has 0 flows"},
		{"a flow that is still open", func(r *Replay) { r.Summary.Totals.Open = 1 }, "1 still open"},
		{"the number of segments", func(r *Replay) { r.Summary.TCP = 3 }, "3 segments"},
	} {
		r := play(t, "CLOSED SYN_SENT", "SYN_SENT ESTAB")
		(*ear)(r).End(&flows.Record{
			Flow: 1, Client: clientAddr, Server: serverAddr,
			Ends: [2]flows.EndRecord{{State: flows.Established, History: []flows.State{flows.SynSent, flows.Established}}},
		})
		r.Summary.TCP = 2
		r.Summary.Totals = flows.Totals{Segments: 2, Flows: 1, ByOutcome: [flows.NumOutcomes]uint64{flows.Open: 1}}
		test.spoil(r)
		r.agree()
		got := r.Disagreements()
		found := slices.ContainsFunc(got, func(d string) bool { return strings.Contains(d, test.want) })
		if test.want == "" && len(got) != 0 || test.want != "" && !found {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
