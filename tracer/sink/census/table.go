package census

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// word is text that is never broken.
type word struct {
	text string
	hue  hue
}

// cell is words with a space between them.
type cell []word

func plain(text string) cell {
	if text == "" {
		return nil
	}
	return cell{{text, none}}
}

func (c cell) width() (n int) {
	for i, w := range c {
		if i > 0 {
			n++
		}
		n += utf8.RuneCountInString(w.text)
	}
	return n
}

// table is rows of cells in columns. Only its last column breaks its cells, as
// it has no other to its right.
type table struct {
	head  []string
	right map[int]bool // columns of numbers
	named map[int]bool // columns whose cells need their name beside them where the head is not above
	rows  [][]cell
}

const (
	gap     = 2
	reading = 24 // the least width in which words are read with ease
)

// page collects what is written.
type page struct {
	strings.Builder
	ink   ink
	width int
}

// table writes a table; where it has no room, each row as a paragraph whose
// first line is its first cell.
func (p *page) table(t *table) {
	widths := t.widths()
	start := 0
	for _, w := range widths[:len(widths)-1] {
		start += w + gap
	}
	if p.width > 0 && start+min(widths[len(widths)-1], reading) > p.width {
		p.paragraphs(t)
		return
	}
	head := make([]cell, len(t.head))
	for i, h := range t.head {
		head[i] = cell{{h, heading}}
	}
	for _, row := range append([][]cell{head}, t.rows...) {
		p.row(t, row, widths)
	}
}

// without takes a column out of the table if all rows leave it empty.
func (t *table) without(column int) {
	for _, row := range t.rows {
		if len(row[column]) > 0 {
			return
		}
	}
	t.head = slices.Delete(t.head, column, column+1)
	for i, row := range t.rows {
		t.rows[i] = slices.Delete(row, column, column+1)
	}
	t.right, t.named = shifted(t.right, column), shifted(t.named, column)
}

// shifted are columns after one was taken out.
func shifted(columns map[int]bool, out int) map[int]bool {
	left := make(map[int]bool)
	for i := range columns {
		switch {
		case i < out:
			left[i] = true
		case i > out:
			left[i-1] = true
		}
	}
	return left
}

// widths are those of the columns.
func (t *table) widths() []int {
	widths := make([]int, len(t.head))
	for i := range widths {
		for _, row := range t.rows {
			widths[i] = max(widths[i], row[i].width())
		}
		widths[i] = max(widths[i], utf8.RuneCountInString(t.head[i]))
	}
	return widths
}

func (p *page) row(t *table, row []cell, widths []int) {
	col, due := 0, 0 // where the line ends, and where the next cell begins
	for i, c := range row {
		w := c.width()
		at := due
		if t.right[i] {
			at += widths[i] - w
		}
		if w > 0 {
			p.WriteString(strings.Repeat(" ", at-col))
			p.flow(c, at, at)
			col = at + w // of the last cell, which may have been broken, nobody asks
		}
		due += widths[i] + gap
	}
	p.WriteByte('\n')
}

// paragraphs writes the rows of a table that is too wide.
func (p *page) paragraphs(t *table) {
	const indent = 2
	p.WriteString(p.ink.paint(heading, t.head[0]) + "\n")
	for _, row := range t.rows {
		p.flow(row[0], 0, indent)
		var rest cell
		for i, c := range row[1:] {
			if len(c) == 0 {
				continue
			}
			if len(rest) > 0 {
				rest[len(rest)-1].text += " ·"
			}
			if t.named[i+1] {
				rest = append(rest, word{strings.ToLower(t.head[i+1]), none})
			}
			rest = append(rest, c...)
		}
		if len(rest) > 0 {
			p.WriteString("\n" + strings.Repeat(" ", indent))
			p.flow(rest, indent, indent)
		}
		p.WriteByte('\n')
	}
}

// flow writes words from a column on, and goes on below at indent where the
// line is full.
func (p *page) flow(c cell, col, indent int) {
	for i, w := range c {
		n := utf8.RuneCountInString(w.text)
		switch {
		case i == 0:
		case p.width > 0 && col+1+n > p.width && col > indent:
			p.WriteString("\n" + strings.Repeat(" ", indent))
			col = indent
		default:
			p.WriteByte(' ')
			col++
		}
		p.WriteString(p.ink.paint(w.hue, w.text))
		col += n
	}
}

// say writes a line of words that may be broken anywhere.
func (p *page) say(first cell, text string, indent int) {
	c := first
	for _, w := range strings.Fields(text) {
		c = append(c, word{w, none})
	}
	p.flow(c, 0, indent)
	p.WriteByte('\n')
}

// command writes one that a person may copy: it is never broken.
func (p *page) command(text string) { p.WriteString("    " + p.ink.paint(closed, text) + "\n") }

// below writes what belongs to the line above.
func (p *page) below(text string) {
	const indent = 4
	p.WriteString(strings.Repeat(" ", indent))
	var c cell
	for _, w := range strings.Fields(text) {
		c = append(c, word{w, none})
	}
	p.flow(c, indent, indent)
	p.WriteByte('\n')
}
