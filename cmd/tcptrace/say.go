package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/fatih/color"
)

// complain says what went wrong and what may help, on standard error.
func (p *program) complain(err error) {
	var said []string
	for _, e := range failures(err) {
		p.say(color.FgRed, "error", e.Error())
		for _, hint := range hintFor(e) {
			if hint != "" && !slices.Contains(said, hint) {
				p.say(color.FgCyan, "hint", hint)
				said = append(said, hint)
			}
		}
	}
}

// warn says what the user should know although the work goes on.
func (p *program) warn(text string) { p.say(color.FgYellow, "warning", text) }

// tell says something that is neither good nor bad.
func (p *program) tell(text string) { fmt.Fprintf(p.err, "tcptrace: %s\n", printable(text)) }

func (p *program) say(attribute color.Attribute, kind, text string) {
	if p.colorful(p.err) {
		c := color.New(attribute)
		c.EnableColor()
		kind = c.Sprint(kind)
	}
	fmt.Fprintf(p.err, "tcptrace: %s: %s\n", kind, printable(text))
}

// printable is text without what a terminal would obey: names of files and
// interfaces may hold anything.
func printable(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRuneToASCII(r)
		b.WriteString(quoted[1 : len(quoted)-1])
	}
	return b.String()
}
