package jsonl

import "tcptrace/flows"

// summary writes the last line: what the whole trace amounted to. Flows are
// those that the sink was told of; with a selection, "flows_seen" are all.
func (s *Sink) summary(sum *flows.Summary) {
	b := append(s.buf, `{"v":1,"event":"summary"`...)
	b = appendNumber(b, `,"packets":`, sum.Packets)
	b = appendNumber(b, `,"tcp":`, sum.TCP)
	b = append(b, `,"skipped":`...)
	b = appendSkipped(b, sum.Skipped)
	if sum.DropsKnown {
		b = appendNumber(b, `,"dropped":`, sum.Dropped)
	}
	b = appendNumber(b, `,"flows":`, s.flows)
	b = append(b, `,"by_outcome":`...)
	b = appendOutcomes(b, &s.outcomes)
	if s.o.Only != 0 {
		b = appendNumber(b, `,"flows_seen":`, sum.Totals.Flows)
		b = s.words.appendStates(append(b, `,"states":`...), statesOf(s.o.Only))
	}
	b = appendNumber(b, `,"duplicates":`, sum.Totals.Duplicates)
	b = appendNumber(b, `,"orphans":`, sum.Totals.Orphans)
	b = appendNumber(b, `,"evicted":`, sum.Totals.Evicted)
	b = s.appendFindings(append(b, `,"findings":`...))
	s.buf = append(b, "}\n"...)
}

// appendSkipped appends an object with the reasons that occurred.
func appendSkipped(b []byte, skipped []flows.Count) []byte {
	b = append(b, '{')
	for _, c := range skipped {
		if c.N == 0 {
			continue
		}
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = appendNumber(appendString(b, c.Name), ":", c.N)
	}
	return append(b, '}')
}

// appendOutcomes appends an object with all outcomes, so that programs need
// not ask whether one is there.
func appendOutcomes(b []byte, counts *[flows.NumOutcomes]uint64) []byte {
	b = append(b, '{')
	for o, n := range counts {
		if o > 0 {
			b = append(b, ',')
		}
		b = appendNumber(appendString(b, flows.Outcome(o).String()), ":", n)
	}
	return append(b, '}')
}

func statesOf(set flows.StateSet) []flows.State {
	var states []flows.State
	for st := flows.Unknown; st <= flows.TimeWait; st++ {
		if set.Has(st) {
			states = append(states, st)
		}
	}
	return states
}
