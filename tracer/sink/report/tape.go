package report

import (
	"time"

	"tcptrace/flows"
)

// tape is what is kept of a flow in case that it is shown in full: its ladder,
// its moves, and points of its sequence numbers and windows, all bounded.
type tape struct {
	first  flows.Time
	base   [2]flows.Number // from which the numbers of an end are counted
	moves  [2][]move
	points []point
	stride int // of the ordinary segments one in so many became a point
	skip   int // how many more to pass over
	ladder *drawing
}

// move is an end entering a state.
type move struct {
	at    time.Duration // since the flow's first segment
	state flows.State
	basis flows.Basis
}

// kind is what is peculiar about the segment of a point, as far as a graph
// shows it.
type kind uint8

const (
	plain kind = iota
	again      // a retransmission
	probe      // of a closed window, or a keep-alive
	shut       // its sender can take no more
	syn
	fin
	rst
)

// point is a segment in the graph of sequence numbers over time. Numbers are
// counted from the base of the end that they belong to.
type point struct {
	at     time.Duration // since the flow's first segment
	from   flows.Side
	kind   kind
	length uint32
	seq    int64
	// acked and edge are how far the sender has acknowledged its peer's numbers,
	// and how far it lets the peer send; -1: not known.
	acked, edge int64
}

const (
	maxMoves  = 64
	maxPoints = 480
	tapeSize  = 600 // bytes of an empty tape, with its ladder
	pointSize = 56
	moveSize  = 16
)

func newTape(st *flows.Step) *tape {
	return &tape{first: st.Time, stride: 1, ladder: newDrawing()}
}

// record adds a step, and returns by how many bytes the tape has grown.
func (t *tape) record(st *flows.Step) int {
	if st.Swapped {
		t.swap()
	}
	grown := t.ladder.add(st)
	for i := range st.Transitions {
		grown += t.move(st.Time, &st.Transitions[i])
	}
	if st.Segment != nil && !st.Notes.Has(flows.Duplicate) {
		grown += t.segment(st)
	}
	return grown
}

// swap changes the ends.
func (t *tape) swap() {
	t.base[0], t.base[1] = t.base[1], t.base[0]
	t.moves[0], t.moves[1] = t.moves[1], t.moves[0]
	for i := range t.points {
		t.points[i].from = t.points[i].from.Peer()
	}
}

func (t *tape) move(at flows.Time, tr *flows.Transition) int {
	list := &t.moves[tr.End]
	if len(*list) >= maxMoves {
		return 0
	}
	if len(*list) == 0 && tr.From != flows.Unknown {
		*list = append(*list, move{state: tr.From, basis: tr.Basis})
	}
	*list = append(*list, move{at.Sub(t.first), tr.To, tr.Basis})
	return moveSize
}

// segment adds a point, unless there are so many that ordinary ones are passed
// over.
func (t *tape) segment(st *flows.Step) int {
	k := kindOf(st)
	if k == plain {
		if t.skip > 0 {
			t.skip--
			return 0
		}
		t.skip = t.stride - 1
	}
	if len(t.points) == maxPoints && !t.thin() {
		return 0
	}
	t.points = append(t.points, t.point(st, k))
	return pointSize
}

// kindOf is the strongest of what is peculiar about a segment.
func kindOf(st *flows.Step) kind {
	seg := st.Segment
	switch {
	case seg.Flags.Has(flows.RST):
		return rst
	case seg.Flags.Has(flows.SYN):
		return syn
	case st.Notes.Has(flows.Retransmission):
		return again
	case seg.Flags.Has(flows.FIN):
		return fin
	case st.Notes&(flows.WindowProbe|flows.KeepAlive) != 0:
		return probe
	case st.Notes.Has(flows.ZeroWindow):
		return shut
	}
	return plain
}

// thin passes over every other ordinary point, or any other point if that is
// not enough. A graph with half the points has the same shape.
func (t *tape) thin() bool {
	t.stride *= 2
	n, nth := 0, 0
	for _, p := range t.points {
		if p.kind == plain {
			nth++
		}
		if p.kind != plain || nth%2 == 1 {
			t.points[n] = p
			n++
		}
	}
	t.points = t.points[:n]
	return n < maxPoints
}

// point is the segment of a step in numbers from the two bases.
func (t *tape) point(st *flows.Step, k kind) point {
	seg, from := st.Segment, st.From
	p := point{at: st.Time.Sub(t.first), from: from, kind: k, length: seg.Length, acked: -1, edge: -1}
	t.settle(st, from, seg.Seq)
	p.seq = t.count(from, seg.Seq)
	peer := from.Peer()
	if !seg.Flags.Has(flows.ACK) || seg.Flags.Has(flows.RST) {
		return p
	}
	t.settle(st, peer, seg.Ack)
	if una := st.Facts(peer).Una; una.Known {
		p.acked = t.count(peer, una.Seq)
	}
	if edge := st.Facts(from).Edge; edge.Known {
		p.edge = t.count(peer, edge.Seq)
	}
	return p
}

// settle chooses the number that those of an end are counted from: its ISN, or
// the first number that was seen.
func (t *tape) settle(st *flows.Step, end flows.Side, seen flows.Seq) {
	if t.base[end].Known {
		return
	}
	t.base[end] = flows.Number{Seq: seen, Known: true}
	if st.ISN[end].Known {
		t.base[end] = st.ISN[end]
	}
}

// count is how far a number lies behind the base. A flow may send more than 4
// GB, so a number is taken for the one nearest to the last point's.
func (t *tape) count(end flows.Side, seq flows.Seq) int64 {
	near := int64(0)
	for i := len(t.points) - 1; i >= 0; i-- {
		p := &t.points[i]
		if p.from == end {
			near = p.seq
			break
		}
		if p.acked >= 0 {
			near = p.acked
			break
		}
	}
	low := uint32(seq) - uint32(t.base[end].Seq)
	return near + int64(int32(low-uint32(near)))
}
