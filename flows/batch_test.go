package flows_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

// chronicle writes down what moves, and how flows end.
type chronicle struct{ lines []string }

func (c *chronicle) Step(s *flows.Step) {
	if len(s.Transitions) > 0 {
		c.lines = append(c.lines, fmt.Sprint(s.Time, s.Flow, s.Client, s.Label.String(), s.Transitions, s.States, s.Prior.Flow))
	}
}

func (c *chronicle) End(r *flows.Record) {
	c.lines = append(c.lines, fmt.Sprint(r.Flow, r.Client, r.First, r.Last, r.Outcome, r.Ends))
}

// TestObserveAll: followed in batches, segments do what they do one by one, also
// where a batch holds the end of one connection and the beginning of the next on
// the same ports. There are more flows than a table looks at without looking
// ahead, and in one run more than it has room for.
func TestObserveAll(t *testing.T) {
	const conns, twice = 3000, 2
	segments := interleaved(conns, twice)
	for _, room := range []int{0, conns / 2} {
		var chronicles [2]chronicle
		for i := range chronicles {
			table := flows.NewTable(flows.Limits{MaxFlows: room, SkipPlain: true}, &chronicles[i])
			for rest := segments; i == 1 && len(rest) > 0; {
				n := min(len(rest), 100)
				table.ObserveAll(rest[:n])
				rest = rest[n:]
			}
			for n := range segments {
				if i == 0 {
					table.Observe(&segments[n])
				}
			}
			table.Finish()
		}
		if len(chronicles[0].lines) < 4*conns*twice {
			t.Errorf("only %d lines", len(chronicles[0].lines))
		}
		if diff := gocmp.Diff(chronicles[0].lines, chronicles[1].lines); diff != "" {
			t.Errorf("room for %d flows (-one by one +batches):\n%.3000s", room, diff)
		}
	}
}

// interleaved are connections that run side by side, each several times on the
// same ports, while one of the ends is in TIME_WAIT: by turns the client and the
// server.
func interleaved(conns, times int) (all []flows.Segment) {
	r := rand.New(rand.NewPCG(5, 6))
	nowhere := flows.NewTable(flows.Limits{}, silent{})
	for n := range conns {
		s := newScript(nowhere, n)
		at := 1000 * n
		s.heard = func(sent flows.Segment) {
			at += 1 + r.IntN(20_000) // so that some twenty connections go on at a time
			sent.Time = flows.Time(at)
			all = append(all, sent)
		}
		for range times {
			s.open()
			s.data()
			s.send(flows.Server, flows.ACK, 0)
			first := flows.Side(n % 2)
			s.send(first, flows.FIN|flows.ACK, 0)
			s.send(first.Peer(), flows.FIN|flows.ACK, 0)
			s.send(first, flows.ACK, 0)
			s.seq[flows.Client] += 1 << 20
			s.seq[flows.Server] += 1 << 20
		}
	}
	slices.SortStableFunc(all, func(a, b flows.Segment) int { return cmp.Compare(a.Time, b.Time) })
	for i := range all {
		all[i].Packet, all[i].ID = uint64(i+1), uint16(i+1)
	}
	return all
}
