package text

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"

	"tcptrace/tracer/sink/palette"
)

// line collects the rows of one event and counts their columns: every rune
// that is written here takes one, and escape sequences go past the count.
type line struct {
	ink   palette.Ink
	buf   []byte
	began spot   // where the field that is being written began
	word  []byte // a field that had no room where it was written
	col   int    // columns that the current row holds
	row   int    // rows of this event before the current one
	fresh bool   // the row holds nothing but its indentation
	tab   int    // column where the next field had best begin; 0 is none

	width  int // columns that a row may hold; 0 is no bound
	indent int // columns in front of what had to go to a new row
}

// place moves to where a field of n columns begins: at the tab if it can, else
// two columns behind the field before it, else on a new row. A tab is good for
// one field.
func (l *line) place(n int) {
	want, next := l.tab, l.col+2
	if l.fresh {
		next = l.col
	}
	l.tab = 0
	switch {
	case want >= next && l.fits(want, n):
		l.pad(want)
	case l.fits(next, n) || l.fresh:
		l.pad(next)
	default:
		l.newRow(l.indent)
	}
}

func (l *line) fits(col, n int) bool { return l.width == 0 || col+n <= l.width }

// spot is how a row was before a field was written.
type spot struct {
	size, text int // of buf, before and behind the blanks in front of the field
	col, tab   int
	fresh      bool
}

// begin moves to where a field begins if it has room there, as most have: it is
// then appended to buf, and done looks whether it had.
func (l *line) begin() {
	next := l.col + 2
	if l.fresh {
		next = l.col
	}
	l.beginAt(max(l.tab, next))
}

func (l *line) beginAt(col int) {
	l.began = spot{size: len(l.buf), col: l.col, tab: l.tab, fresh: l.fresh}
	l.pad(col)
	l.began.text = len(l.buf)
	l.tab, l.fresh = 0, false
}

// done ends the field that begin began, of n columns.
func (l *line) done(n int) {
	l.col += n
	if l.width > 0 && l.col > l.width {
		l.replace(n)
	}
}

// doneASCII is done for a field whose every byte takes a column.
func (l *line) doneASCII() { l.done(l.written()) }

// doneRunes is done for any other field.
func (l *line) doneRunes() { l.done(runes(l.buf[l.began.text:])) }

// replace takes back the field just written and places it where it has room.
func (l *line) replace(n int) {
	l.takeBack()
	l.place(n)
	l.buf = append(l.buf, l.word...)
	l.col += n
	l.fresh = false
}

// takeBack moves the field just written to word.
func (l *line) takeBack() {
	l.word = append(l.word[:0], l.buf[l.began.text:]...)
	l.buf, l.col, l.tab, l.fresh = l.buf[:l.began.size], l.began.col, l.began.tab, l.began.fresh
}

// written is how many bytes the field has so far.
func (l *line) written() int { return len(l.buf) - l.began.text }

// phrase places text as one field, or word by word when a row is too short.
func (l *line) phrase(text string) {
	n := utf8.RuneCountInString(text)
	if l.fits(l.indent, n) {
		l.place(n)
		l.addString(text)
		return
	}
	l.tab = 0
	for gap := 2; text != ""; gap = 1 {
		var word string
		word, text, _ = strings.Cut(text, " ")
		n := utf8.RuneCountInString(word)
		switch {
		case l.fresh:
		case l.fits(l.col+gap, n):
			l.pad(l.col + gap)
		default:
			l.newRow(l.indent)
		}
		l.addString(word)
	}
}

// newRow begins a new row at column col.
func (l *line) newRow(col int) {
	l.buf = append(l.buf, '\n')
	l.row++
	l.col = 0
	l.pad(col)
	l.fresh = true
}

// end ends the last row of the event.
func (l *line) end() {
	l.buf = append(l.buf, '\n')
	l.col, l.row, l.fresh = 0, 0, true
}

// pad writes blanks up to a column.
func (l *line) pad(col int) {
	n := col - l.col
	if n <= 0 {
		return
	}
	l.col = col
	if n <= len(few) { // a copy of a fixed size is the cheapest
		l.buf = append(l.buf, few...)
		l.buf = l.buf[:len(l.buf)-len(few)+n]
		return
	}
	for ; n > 0; n -= len(many) {
		l.buf = append(l.buf, many[:min(n, len(many))]...)
	}
}

const (
	few  = "                "
	many = few + few + few + few + few + few
)

func (l *line) addString(text string) {
	l.buf = append(l.buf, text...)
	l.col += utf8.RuneCountInString(text)
	l.fresh = false
}

// paint is addString in a colour.
func (l *line) paint(h hue, text string) {
	l.buf = l.ink.Begin(l.buf, h)
	l.addString(text)
	l.buf = l.ink.End(l.buf, h)
}

// runes counts the runes of valid UTF-8, which is all that this package writes:
// the bytes that do not continue one, eight at a time. utf8.RuneCount would
// allocate for a long text where the compiler inlines it (Go 1.26).
func runes(text []byte) int {
	n := len(text)
	for ; len(text) >= 8; text = text[8:] {
		x := binary.LittleEndian.Uint64(text)
		n -= bits.OnesCount64(x >> 7 &^ (x >> 6) & 0x0101010101010101)
	}
	for _, c := range text {
		if c&0xc0 == 0x80 {
			n--
		}
	}
	return n
}
