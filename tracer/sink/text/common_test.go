package text

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/flowtest"
	"tcptrace/tracer/sink/palette"
)

// kindred are events that differ in little from one of the sample.
func kindred() []*flows.Step {
	var steps []*flows.Step
	for _, change := range []func(*flows.Step){
		func(st *flows.Step) { st.Flow = 12_345_678 },
		func(st *flows.Step) { st.GuessedClient = true },
		func(st *flows.Step) { st.Notes = flows.Retransmission },
		func(st *flows.Step) { st.Label.Length = 10 },
		func(st *flows.Step) { st.Label.Ack.Offset = 4_294_967_295 },
		func(st *flows.Step) { st.Label.Ack.Letter = 0 },
		func(st *flows.Step) { st.Label.Seq, st.Label.FIN = flows.Name{Offset: 7}, flows.Name{Offset: 8} },
		func(st *flows.Step) { st.Label.Seq.Offset++ },
		func(st *flows.Step) { st.Label.Seq.Offset, st.Label.FIN.Offset = 77, 77 },
		func(st *flows.Step) { st.Label.Check ^= flows.CheckRight },
		func(st *flows.Step) {
			st.Label.Check, st.Label.Want = flows.CheckWrong, flows.Name{Letter: 'J', Offset: 9}
		},
		func(st *flows.Step) { st.Label.Flags |= flows.RST; st.Segment.Flags |= flows.RST },
		func(st *flows.Step) {
			st.Label.Flags |= flows.SYN | flows.FIN
			st.Segment.Flags |= flows.SYN | flows.FIN
		},
		func(st *flows.Step) {
			st.Label.Flags |= flows.RST
			st.Segment.Flags, st.Label.Ack.Offset = st.Label.Flags, 4_294_967_295
		},
		func(st *flows.Step) { st.Segment.Flags |= flows.RST },
		func(st *flows.Step) { st.Label.Timer = true },
		func(st *flows.Step) { st.Segment, st.Aside = nil, st.Segment },
		func(st *flows.Step) { st.ISN = [2]flows.Number{} },
		func(st *flows.Step) { st.ISN[st.From].Seq += 1 << 31 },
		func(st *flows.Step) { st.Transitions[0].Basis = flows.Implied },
		func(st *flows.Step) { st.Transitions[0].Correction = true },
		func(st *flows.Step) { st.Transitions[0].After = 77e9 },
		func(st *flows.Step) { st.Transitions[0].End ^= 1 },
		func(st *flows.Step) { st.Transitions = append(st.Transitions, st.Transitions...) },
		func(st *flows.Step) { st.Transitions = append(st.Transitions, st.Transitions[0], st.Transitions[0]) },
		func(st *flows.Step) { st.Time += 86_400e9 },
		func(*flows.Step) {},
	} {
		for _, st := range sample() {
			change(st)
			steps = append(steps, st)
		}
	}
	return steps
}

// TestCommonIsEvent: what was put together before is what would be put together
// now, event by event.
func TestCommonIsEvent(t *testing.T) {
	steps := append(append(sample(), gallery()...), kindred()...)
	steps = append(steps, kindred()...) // all kinds were met
	for _, v6 := range []bool{false, true} {
		r := flowtest.NewReplay(begun, v6)
		for range 3 {
			r.Next()
			for _, st := range r.Steps {
				steps = append(steps, st.Clone())
			}
		}
	}
	for _, depth := range []palette.Depth{palette.Plain, palette.Colour16, palette.Colour256} {
		for _, detail := range []Detail{Moves, All} {
			for width := 0; width < 250; width += 7 {
				compare(t, Options{Depth: depth, Detail: detail, Width: columnsOf(width)}, steps)
			}
		}
		compare(t, Options{Depth: depth, Raw: true}, steps)
	}
}

func compare(t *testing.T, o Options, steps []*flows.Step) {
	t.Helper()
	var got, want bytes.Buffer
	common, event := New(&got, o), New(&want, o)
	for i := range event.kinds {
		event.kinds[i] = kind{key: 1} // no place for any
	}
	for i, st := range steps {
		common.Step(st)
		event.Step(st)
		if diff := cmp.Diff(want.String(), got.String()); diff != "" {
			t.Fatalf("%+v: step %d (-event +common):\n%s", o, i, diff)
		}
		got.Reset()
		want.Reset()
	}
}

// TestKinds: what an ordinary connection shows is put together before, and what
// stands beside it is not taken for the same.
func TestKinds(t *testing.T) {
	s := New(new(bytes.Buffer), Options{})
	for i, st := range sample() {
		if !s.common(st) && i > 0 { // the first one asks for the date
			t.Errorf("step %d of the sample has no kind", i)
		}
	}
	met := make(map[uint64]int)
	for i, st := range sample() {
		key := keyOf(st)
		if j, known := met[key]; known {
			t.Errorf("steps %d and %d have the same key", i, j)
		}
		met[key] = i
	}
}
