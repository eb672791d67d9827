package text

import (
	"time"

	"tcptrace/flows"
	"tcptrace/tracer/sink/digits"
)

// kind is what many events have in common: the words of their labels and moves,
// and where these stand. A trace is full of a few dozen of them.
type kind struct {
	key   uint64 // 0: none yet
	label int    // the columns that it was laid out for
	state int
	rare  bool // its events are laid out one by one
	shows bool // there may be a number of a SYN or FIN beside the first move

	counted bool         // a number in the label is another one in each event
	words   digits.Piece // of such a label, up to the number
	end     digits.Piece // and behind it
	columns int          // of the label but for that number

	// The rest of the first row: the label, if it is not counted, the first move,
	// and blanks up to what stands beside it.
	row         [rowSize]byte
	size, whole int    // of row, without and with those blanks
	moved       int    // columns of the move
	below       []byte // the rows of the other moves, and the end of the last one
}

// rowSize is how long the row of a kind may be: it is copied as a whole, whatever
// its length.
const rowSize = 128

// kinds are those that were met, by their keys. The first ones stay: there are
// places for more than a trace has.
type kinds [1 << kindBits]kind

const (
	kindBits = 8
	// kindTries is how many places a kind is looked for at.
	kindTries = 4
	// mostMoves is how many moves an event of a kind may have.
	mostMoves = 3
)

// keyOf is what a kind goes by, which is all that its words depend on; 0 if an
// event has none. There are as few branches as can be, since what comes next in a
// trace is hard to foresee: makeKind looks at the rest, once.
func keyOf(st *flows.Step) uint64 {
	n := len(st.Transitions)
	if st.Segment == nil || n == 0 || n > mostMoves || st.Label.Flags != st.Segment.Flags {
		return 0
	}
	key := labelKey(&st.Label)
	if key == 0 {
		return 0
	}
	if st.GuessedClient {
		key |= 1 << labelBits
	}
	if st.Client.Addr().Is4() {
		key |= 1 << (labelBits + 1)
	}
	moves, odd := uint64(1), uint64(0) // the one tells how many moves there are
	var longest time.Duration
	for i := range st.Transitions {
		t := &st.Transitions[i]
		longest = max(longest, t.After)
		odd |= uint64(t.Basis &^ flows.Delivered)
		if t.Correction {
			odd = 1
		}
		moves = moves<<9 | uint64(t.End&1)<<8 | uint64(t.From&stateMask)<<4 | uint64(t.To&stateMask)
	}
	if odd != 0 || longest >= time.Second && anyNotable(st) {
		return 0
	}
	return key | moves<<(labelBits+2)
}

func anyNotable(st *flows.Step) bool {
	for i := range st.Transitions {
		if notable(st, &st.Transitions[i]) {
			return true
		}
	}
	return false
}

// kindOf is the kind of an event; nil if it has none.
func (s *Sink) kindOf(st *flows.Step) *kind {
	key := keyOf(st)
	if key == 0 {
		return nil
	}
	at := key * 0x9e3779b97f4a7c15 >> (64 - kindBits)
	for range kindTries {
		k := &s.kinds[at%uint64(len(s.kinds))]
		if k.key == 0 {
			s.makeKind(k, st)
			k.key = key
		}
		if k.key == key {
			return k
		}
		at++
	}
	return nil
}

// makeKind makes a kind from the first event of it.
func (s *Sink) makeKind(k *kind, st *flows.Step) {
	l := &st.Label
	syn, fin := l.Flags.Has(flows.SYN), l.Flags.Has(flows.FIN)
	k.shows, k.counted = syn || fin, counted(l)
	k.rare = s.o.Raw || s.o.Detail == All || syn && fin || !shared(l)
	if k.rare {
		return
	}
	h := none
	if reset(st) {
		h = alarm
	}
	words, end := cutLabel(l.AppendWords(nil), l)
	k.columns = runes(words) + runes(end)
	words, end = append(s.line.ink.Begin(nil, h), words...), s.line.ink.End(end, h)
	k.words, k.end = digits.NewPiece(string(words)), digits.NewPiece(string(end))
	k.rare = len(words) > digits.PieceSize || len(end) > digits.PieceSize
	left, entered := s.halves(st, &st.Transitions[0])
	k.moved = left.columns + entered.columns
}

// lay lays out what stands behind the addresses, or the number in the label, of
// the events of a kind.
func (s *Sink) lay(k *kind, st *flows.Step) {
	c := &s.columns
	l := line{buf: make([]byte, 0, rowSize)}
	if !k.counted {
		l.buf = k.end.Append(k.words.Append(l.buf))
		l.col = c.label + k.columns
		l.pad(max(c.state, l.col+gap))
	}
	left, entered := s.halves(st, &st.Transitions[0])
	l.buf = append(append(l.buf, left.text...), entered.text...)
	k.size = len(l.buf)
	l.col = 0
	l.pad(max(gap, c.extra-c.state-k.moved))
	k.whole = copy(k.row[:], l.buf)
	k.rare = k.rare || len(l.buf) > rowSize

	l.buf = k.below[:0]
	for i := 1; i < len(st.Transitions); i++ {
		l.newRow(c.state)
		left, entered := s.halves(st, &st.Transitions[i])
		l.buf = append(append(l.buf, left.text...), entered.text...)
	}
	k.below = append(l.buf, '\n')
	k.label, k.state = c.label, c.state
}
