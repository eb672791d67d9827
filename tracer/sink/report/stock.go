package report

import (
	"slices"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// stock holds what is known of the flows that are not over. Whatever is kept
// beyond their states is bounded: when there is too much of it, flows without a
// finding lose their tapes, those that began first before the others.
type stock struct {
	lives map[flows.FlowID]*life
	// waiting are the flows with a tape in the order of their beginnings; some are
	// over, or have lost it.
	waiting []*life
	spared  []*life // of waiting, those with a finding that were passed over
	size    int     // bytes of all tapes
	most    int
}

// life is a flow that is not over.
type life struct {
	states [2]flows.State
	found  []found
	tape   *tape // nil: the room was needed for others
	size   int   // bytes of tape
}

// found is a finding of a flow.
type found struct {
	diagnose.Finding
	nth uint64 // of how many flows that had it at the same server
}

// maxFound bounds the findings of one flow; there are few conditions that do
// not exclude each other.
const maxFound = 12

func newStock(most int) stock {
	return stock{lives: make(map[flows.FlowID]*life), most: most}
}

// life is the flow of a step.
func (s *stock) life(st *flows.Step) *life {
	l := s.lives[st.Flow]
	if l == nil {
		l = &life{}
		s.lives[st.Flow] = l
		if st.Segment != nil || len(st.Transitions) > 0 {
			l.tape = newTape(st)
			s.waiting = append(s.waiting, l)
			s.grow(l, tapeSize)
		}
	}
	return l
}

// record adds a step to the flow's tape if it has one.
func (s *stock) record(l *life, st *flows.Step) {
	if l.tape == nil {
		return
	}
	s.grow(l, l.tape.record(st))
	for s.size > s.most && s.free() {
	}
}

func (s *stock) grow(l *life, n int) {
	l.size += n
	s.size += n
}

// free takes the tape of one flow away: the first one without a finding, or
// else the first one.
func (s *stock) free() bool {
	for len(s.waiting) > 0 {
		l := s.waiting[0]
		s.waiting = s.waiting[1:]
		switch {
		case l.tape == nil:
		case len(l.found) > 0:
			s.spared = append(s.spared, l)
		default:
			s.drop(l)
			return true
		}
	}
	for len(s.spared) > 0 {
		l := s.spared[0]
		s.spared = s.spared[1:]
		if l.tape != nil {
			s.drop(l)
			return true
		}
	}
	return false
}

func (s *stock) drop(l *life) {
	s.size -= l.size
	l.tape, l.size = nil, 0
}

// find adds a finding to its flow; what it replaces goes.
func (s *stock) find(f *diagnose.Finding, nth uint64) {
	l := s.lives[f.Flow]
	if l == nil {
		return
	}
	keep := l.found[:0]
	for _, old := range l.found {
		switch {
		case old.ID == f.ID:
			nth = old.nth
		case !slices.Contains(f.Replaces, old.ID):
			keep = append(keep, old)
		}
	}
	if l.found = keep; len(keep) < maxFound {
		kept := found{*f, nth}
		kept.Packets = slices.Clone(f.Packets)
		l.found = append(keep, kept)
	}
	if l.tape != nil {
		s.grow(l, l.tape.ladder.find(f))
	}
}

// leave takes out a flow that is over.
func (s *stock) leave(id flows.FlowID) life {
	l := s.lives[id]
	if l == nil {
		return life{}
	}
	delete(s.lives, id)
	over := *l
	s.drop(l)
	s.tidy()
	return over
}

// tidy forgets flows that are over, when they are most of those that wait.
func (s *stock) tidy() {
	if len(s.waiting)+len(s.spared) < 2*len(s.lives)+1024 {
		return
	}
	gone := func(l *life) bool { return l.tape == nil }
	s.waiting, s.spared = slices.DeleteFunc(s.waiting, gone), slices.DeleteFunc(s.spared, gone)
}
