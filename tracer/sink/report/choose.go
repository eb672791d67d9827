package report

import (
	"cmp"
	"slices"

	"tcptrace/flows/diagnose"
)

// kept is a flow that is over and may be shown in full.
type kept struct {
	row   row
	found []found
	tape  *tape
}

// choice picks the flows that are shown in full: those with findings, the worst
// first and the first flows of each condition before the thousandth; then the
// slowest handshakes, the most retransmissions and the longest; and in a small
// trace the others too.
type choice struct {
	most    int
	shelves [5]shelf
}

// specials is how many flows at most are chosen because they are the slowest to
// open, send most again, or last longest, if there are enough with findings.
const specials = 30

func newChoice(most int) choice {
	return choice{most: most, shelves: [...]shelf{
		{room: most, score: gravity},
		{room: specials, score: func(k *kept) int64 { return int64(k.row.rtt) }},
		{room: specials, score: func(k *kept) int64 { return int64(k.row.again[0]) + int64(k.row.again[1]) }},
		{room: specials, score: func(k *kept) int64 { return int64(k.row.last.Sub(k.row.first)) }},
		{room: most, score: func(k *kept) int64 { return 1<<62 - int64(k.row.flow) }},
	}}
}

// gravity orders flows with findings; 0 for one without.
func gravity(k *kept) int64 {
	worst := int64(0)
	for i := range k.found {
		f := &k.found[i]
		const late = 1 << 40
		grade := 1 + int64(f.Severity())*4 + int64(f.Confidence)
		if f.Severity() == diagnose.Info {
			grade = 1
		}
		worst = max(worst, grade*late-int64(min(f.nth, late-1)))
	}
	return worst
}

// consider keeps a flow if it belongs to the worst of any kind so far.
func (c *choice) consider(k *kept) {
	for i := range c.shelves {
		c.shelves[i].put(k)
	}
}

// list is the flows to show in full, the worst first.
func (c *choice) list() []*kept {
	var all []*kept
	seen := make(map[*kept]bool)
	for i := range c.shelves {
		for _, e := range c.shelves[i].entries {
			if !seen[e.kept] && len(all) < c.most {
				seen[e.kept] = true
				all = append(all, e.kept)
			}
		}
	}
	return all
}

// shelf holds the flows of the highest score, the highest first.
type shelf struct {
	room    int
	score   func(*kept) int64
	entries []entry
}

type entry struct {
	score int64
	kept  *kept
}

// put places a flow on the shelf if its score is above 0, and takes the lowest
// one down when there is no room.
func (s *shelf) put(k *kept) {
	e := entry{s.score(k), k}
	n := len(s.entries)
	if e.score <= 0 || n == s.room && s.entries[n-1].score >= e.score {
		return
	}
	if n == s.room {
		s.entries = s.entries[:n-1]
	}
	i, _ := slices.BinarySearchFunc(s.entries, e, func(a, b entry) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.kept.row.flow, b.kept.row.flow))
	})
	s.entries = slices.Insert(s.entries, i, e)
}
