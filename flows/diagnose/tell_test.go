package diagnose

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSilencesIsTheOtherSide of silencedBy, for each two conditions.
func TestSilencesIsTheOtherSide(t *testing.T) {
	for id := ID(1); id < numIDs; id++ {
		for by := ID(1); by < numIDs; by++ {
			if silencedBy[id]>>by&1 != silences[by]>>id&1 {
				t.Errorf("%v and what it is silenced by, %v, are not the same from both sides", id, by)
			}
		}
	}
}

// hears keeps the newest finding.
type hears struct {
	nobodyHears
	f *Finding
}

func (h *hears) Finding(f *Finding) { h.f = f }

// TestFramesInOrder: in the order of capture, each once, and 0 is none.
func TestFramesInOrder(t *testing.T) {
	for _, tt := range []struct {
		name         string
		frames, want []uint64
	}{
		{"none", nil, nil},
		{"no frame", []uint64{0}, []uint64{}},
		{"one", []uint64{7}, []uint64{7}},
		{"in order", []uint64{7, 8, 1 << 40}, []uint64{7, 8, 1 << 40}},
		{"in order behind none", []uint64{0, 7, 8}, []uint64{7, 8}},
		{"one twice", []uint64{7, 7}, []uint64{7}},
		{"none twice", []uint64{0, 0, 7}, []uint64{7}},
		{"the first is the last", []uint64{9, 3, 0, 3, 4}, []uint64{3, 4, 9}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := &hears{}
			New(Options{}, h).report(&Finding{Packets: tt.frames})
			if diff := cmp.Diff(tt.want, h.f.Packets); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestEvidenceIsForGood: what is listed later, or added to a list, changes none
// of those before.
func TestEvidenceIsForGood(t *testing.T) {
	m := &moment{e: New(Options{}, nobodyHears{})}
	var lists, want [][]uint64
	for n := range uint64(10 * manyFrames) {
		frames := []uint64{n, n + 1, n + 2, n + 3}[:1+n%4]
		lists = append(lists, m.evidence(frames...))
		want = append(want, frames)
	}
	for _, list := range lists {
		_ = append(list, 99)
	}
	if diff := cmp.Diff(want, lists); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
