package ladder

import "tcptrace/flows"

// list holds the rows while the ladder grows: rows in the middle are folded, so
// they are linked.
type list struct {
	head, tail *node
	n          int
}

type node struct {
	Row
	prev, next *node
	loose      bool // it may be folded with its neighbours
	first      bool // the first payload of an end
	gone       bool // it is no longer in the list
}

func (l *list) add(r Row) *node {
	n := &node{Row: r, prev: l.tail}
	l.link(n)
	l.n++
	return n
}

func (l *list) remove(n *node) {
	if n.prev == nil {
		l.head = n.next
	} else {
		n.prev.next = n.next
	}
	if n.next == nil {
		l.tail = n.prev
	} else {
		n.next.prev = n.prev
	}
	n.gone, n.prev, n.next = true, nil, nil // what still points to it must not hold the others
	l.n--
}

// rows are copies of the rows.
func (l *list) rows() []Row {
	rows := make([]Row, 0, l.n)
	for n := l.head; n != nil; n = n.next {
		r := n.Row
		if r.Run != nil {
			run := *r.Run
			r.Run = &run
		}
		rows = append(rows, r)
	}
	return rows
}

// foldFrom is how many segments in a row are worth folding: fewer take no more
// room than what would stand for them.
const foldFrom = 4

// shownCommon is how many rows show what happens again and again in a transfer
// that loses or reorders segments, or asks whether its peer is still there. The
// later ones are folded.
const shownCommon = 16

// plainNotes are on segments that are folded from the beginning, commonNotes on
// those that are folded once there were enough of them.
const (
	plainNotes  = flows.DuplicateAck
	commonNotes = plainNotes | flows.Retransmission | flows.OutOfOrder | flows.Gap | flows.KeepAlive |
		flows.ZeroWindow | flows.WindowProbe
)

// plain reports whether a row is one of many of its kind.
func plain(r *Row) bool { return ordinary(r) && r.Notes&^plainNotes == 0 }

// common reports whether a row shows what many transfers have, and others not.
func common(r *Row) bool { return ordinary(r) && r.Notes&^plainNotes != 0 && r.Notes&^commonNotes == 0 }

// stale reports whether a row shows once more what was shown often enough.
func (b *Builder) stale(r *Row) bool { return b.common >= shownCommon && common(r) }

// ordinary reports whether a row is a segment of an open connection that led to
// nothing.
func ordinary(r *Row) bool {
	return r.Kind == Segment && r.Fate == Arrived && len(r.Moves) == 0 && r.RTT == 0 &&
		r.Label.Check == flows.CheckNone && !r.Label.Flags.Any(flows.SYN|flows.FIN|flows.RST)
}

// loosen lets a row be folded, and folds it if there is enough around it.
func (b *Builder) loosen(n *node) {
	n.loose = true
	first, last, segments, folded := n, n, weight(n), n.Kind == Fold
	for p := n.prev; p != nil && p.foldable(); p = p.prev {
		first, segments, folded = p, segments+weight(p), folded || p.Kind == Fold
	}
	for p := n.next; p != nil && p.foldable(); p = p.next {
		last, segments, folded = p, segments+weight(p), folded || p.Kind == Fold
	}
	if folded || segments >= foldFrom {
		b.rows.fold(first, last)
	}
}

func (n *node) foldable() bool { return n.loose || n.Kind == Fold }

func weight(n *node) int {
	if n.Kind == Segment {
		return 1
	}
	return 0
}

// fold makes one row of all from first to last.
func (l *list) fold(first, last *node) {
	run := &Run{}
	for n := first; ; n = n.next {
		run.take(&n.Row)
		if n == last {
			break
		}
	}
	until := last.Time
	if last.Kind == Fold || last.Kind == Silence {
		until = last.Until
	}
	n := &node{
		Row:  Row{Kind: Fold, Time: first.Time, Until: until, States: last.States, Run: run},
		prev: first.prev, next: last.next, loose: true,
	}
	for old, end := first, last.next; old != end; l.n-- {
		next := old.next
		old.gone, old.prev, old.next = true, nil, nil // what still points to it must not hold the others
		old = next
	}
	l.link(n)
	l.n++
}

// link makes the neighbours of a node, and the ends of the list, point to it.
func (l *list) link(n *node) {
	if n.prev == nil {
		l.head = n
	} else {
		n.prev.next = n
	}
	if n.next == nil {
		l.tail = n
	} else {
		n.next.prev = n
	}
}

// take adds what a row shows.
func (run *Run) take(r *Row) {
	switch r.Kind {
	case Segment:
		run.Segments[r.From]++
		run.Bytes[r.From] += uint64(r.Label.Length)
		if r.Again() {
			run.Again++
		}
		if r.Notes.Has(flows.OutOfOrder) {
			run.Strays++
		}
	case Fold:
		for side := range r.Run.Segments {
			run.Segments[side] += r.Run.Segments[side]
			run.Bytes[side] += r.Run.Bytes[side]
		}
		run.Again += r.Run.Again
		run.Strays += r.Run.Strays
		run.Pause = max(run.Pause, r.Run.Pause)
		run.Moves += r.Run.Moves
		run.Findings += r.Run.Findings
	case Silence:
		run.Pause = max(run.Pause, r.Until.Sub(r.Time))
	case Finding:
		run.Findings++
	}
	run.Moves += uint64(len(r.Moves))
}

// bound keeps to MaxRows: of the rows in the middle first those go that move
// nothing, and if there are still too many, all of them.
func (b *Builder) bound() {
	if b.rows.n <= b.o.MaxRows {
		return
	}
	b.thin(func(n *node) bool { return len(n.Moves) == 0 && n.Kind != Finding })
	if b.rows.n > b.o.MaxRows*3/4 {
		b.thin(func(*node) bool { return true })
	}
}

// thin folds those rows of the middle half that may go.
func (b *Builder) thin(may func(*node) bool) {
	edge := b.o.MaxRows / 4
	first, last := b.rows.head, b.rows.tail
	for range edge {
		first, last = first.next, last.prev
	}
	for n := first; n != nil && n != last; {
		if !may(n) {
			n = n.next
			continue
		}
		end := n
		for end.next != nil && end.next != last && may(end.next) {
			end = end.next
		}
		next := end.next
		if n != end {
			b.rows.fold(n, end)
		}
		n = next
	}
}
