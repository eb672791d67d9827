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
	word  []byte // the field that is being put together
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

// field places the field in word and clears it.
func (l *line) field(h hue) {
	n := runes(l.word)
	l.place(n)
	l.buf = l.ink.Begin(l.buf, h)
	l.buf = append(l.buf, l.word...)
	l.buf = l.ink.End(l.buf, h)
	l.word = l.word[:0]
	l.col += n
	l.fresh = false
}

// put appends the field in word where the row stands, and clears it.
func (l *line) put() {
	l.buf = append(l.buf, l.word...)
	l.col += runes(l.word)
	l.word = l.word[:0]
	l.fresh = false
}

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

func (l *line) pad(col int) {
	const blanks = "                                                                "
	for n := col - l.col; n > 0; n -= len(blanks) {
		l.buf = append(l.buf, blanks[:min(n, len(blanks))]...)
	}
	l.col = max(l.col, col)
}

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
