package explain

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// narrow is the width below which nothing stands beside anything else.
const narrow = 60

// Terminal writes the page for a terminal with so many columns.
func (p *Page) Terminal(columns int, paint Painter) string {
	w := &writer{columns: columns, paint: paint}
	if runes(p.Name)+3+runes(p.Kind) <= columns {
		w.line(paint(p.Tone, p.Name) + " · " + p.Kind)
	} else {
		w.line(paint(p.Tone, p.Name))
		w.text("", "", p.Kind)
	}
	w.text("", "", p.Lead)
	for i := range p.Sections {
		w.section(&p.Sections[i])
	}
	return w.String()
}

// writer lays text out for a terminal.
type writer struct {
	strings.Builder
	columns int
	paint   Painter
}

func (w *writer) line(text string) { w.WriteString(text + "\n") }

func (w *writer) section(s *Section) {
	w.line("")
	w.heading(s.Title)
	beside := w.beside(s)
	for i, item := range s.Items {
		switch s.Form {
		case Prose:
			w.text("  ", "  ", item.Text)
		case Bullets:
			w.text("  · ", "    ", item.Text)
		case Terms:
			w.term(item, beside)
		case Steps:
			w.step(i+1, item)
		case Beliefs:
			w.belief(item)
		}
	}
}

func (w *writer) heading(title string) {
	for _, line := range wrap(title, w.columns) {
		w.line(w.paint(Heading, line))
	}
}

// text writes words wrapped to the width: first in front of the first line,
// rest in front of the others.
func (w *writer) text(first, rest, text string) {
	for _, line := range wrap(text, w.columns-runes(rest)) {
		w.line(first + line)
		first = rest
	}
}

// beside is where the texts of terms begin, and 0 when they stand below: the
// longest head has its room, but not more than a third of the line.
func (w *writer) beside(s *Section) int {
	longest := 0
	for _, item := range s.Items {
		longest = max(longest, runes(item.Head))
	}
	if w.columns < narrow || longest > w.columns*2/5 {
		return 0
	}
	return longest + 4
}

func (w *writer) term(item Item, beside int) {
	head := w.paint(item.Tone, item.Head)
	if beside == 0 {
		w.line("  " + head)
		w.text("    ", "    ", item.Text)
		return
	}
	indent := strings.Repeat(" ", beside)
	w.text("  "+head+indent[:beside-2-runes(item.Head)], indent, item.Text)
}

func (w *writer) step(n int, item Item) {
	number := fmt.Sprintf("  %d. ", n)
	indent := strings.Repeat(" ", len(number))
	if item.Head != "" {
		w.text(number, indent, item.Head)
		number = indent
	}
	if item.Command != "" {
		w.line(number + "  " + w.paint(Command, item.Command)) // not wrapped: it is there to be copied
	}
	w.text(indent, indent, item.Text)
}

func (w *writer) belief(item Item) {
	for i, line := range wrap(item.Head, w.columns-6) {
		w.line([]string{"  ✗ ", "    "}[min(i, 1)] + w.paint(Wrong, line))
	}
	w.text("    ", "    ", item.Text)
}

// wrap breaks text between words so that no line is longer than columns, as
// far as its words let it.
func wrap(text string, columns int) []string {
	var lines []string
	line := ""
	for _, word := range words(text, columns) {
		switch {
		case line == "":
			line = word
		case runes(line)+1+runes(word) <= columns:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	if line == "" {
		return lines
	}
	return append(lines, line)
}

// words splits text where a line may end: not within backticks, nor between a
// number and its unit, as far as that fits on a line.
func words(text string, columns int) []string {
	var list []string
	for _, word := range strings.Fields(text) {
		last := len(list) - 1
		if last >= 0 && runes(list[last])+1+runes(word) <= columns &&
			(strings.Count(list[last], "`")%2 == 1 || isNumber(list[last]) && isUnit(word)) {
			list[last] += " " + word
			continue
		}
		list = append(list, word)
	}
	return list
}

func isNumber(word string) bool {
	return strings.TrimLeft(word, "0123456789.×") == "" && word != ""
}

func isUnit(word string) bool {
	switch strings.TrimRight(word, ".,:;)") {
	case "s", "ms", "min", "h", "bytes", "KiB":
		return true
	}
	return false
}

// runes is how many columns text takes: there is nothing wide in the texts.
func runes(text string) int { return utf8.RuneCountInString(text) }
