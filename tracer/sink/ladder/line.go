package ladder

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tcptrace/tracer/sink/palette"
)

// line is the row that is being written. Every rune takes one column, and
// escape sequences none.
type line struct {
	ink palette.Ink
	buf []byte
	col int
}

func (l *line) put(h palette.Hue, text string) {
	if text == "" {
		return
	}
	if h == palette.None {
		l.buf = append(l.buf, text...)
	} else {
		l.buf = l.ink.Paint(l.buf, h, text)
	}
	l.col += utf8.RuneCountInString(text)
}

func (l *line) pad(col int) {
	for l.col < col {
		l.buf = append(l.buf, ' ')
		l.col++
	}
}

func (l *line) end() {
	l.buf = append(l.buf, '\n')
	l.col = 0
}

// piece is text in one colour.
type piece struct {
	hue  palette.Hue
	text string
}

// stretch repeats a piece behind the first n of others until all of them take
// so many columns.
func stretch(pieces []piece, n int, filler piece, columns int) []piece {
	for _, p := range pieces {
		columns -= utf8.RuneCountInString(p.text)
	}
	if columns <= 0 {
		return pieces
	}
	filler.text = strings.Repeat(filler.text, columns)
	return slices.Insert(pieces, n, filler)
}

// mirrored is the pieces from right to left. A piece with a blank at one end has
// it at the other then.
func mirrored(pieces []piece) []piece {
	slices.Reverse(pieces)
	for i := range pieces {
		text := strings.TrimSpace(pieces[i].text)
		if text == "" {
			continue
		}
		before, behind, _ := strings.Cut(pieces[i].text, text)
		pieces[i].text = behind + text + before
	}
	return pieces
}

// words is text as it can be shown: what cannot be printed is replaced, and for
// a poor terminal whatever is not ASCII.
func (d *drawing) words(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch plain, known := asciiWords[r]; {
		case d.o.ASCII && known:
			b.WriteString(plain)
		case r < utf8.RuneSelf && unicode.IsPrint(r), !d.o.ASCII && unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

// asciiWords are the characters of our own words in ASCII.
var asciiWords = map[rune]string{
	'→': "->", '←': "<-", '…': "...", '·': "-", '✓': "ok", '✗': "WRONG", '⚠': "!", 'ℹ': "i", 'µ': "u", '↩': "<", '×': "x",
}
