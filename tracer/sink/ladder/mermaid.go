package ladder

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"tcptrace/flows"
	"tcptrace/flows/ladder"
)

// AppendMermaid appends a ladder as a Mermaid sequence diagram, for a README or
// a ticket. Of the options it heeds Raw and Zone.
func AppendMermaid(b []byte, l *ladder.Ladder, o Options) []byte {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	m := &mermaid{buf: b, o: o, l: l}
	m.line("sequenceDiagram")
	m.line(fmt.Sprintf("    accTitle: flow %d", l.Flow))
	m.line("    participant client as " + m.text("client "+l.Client.String()))
	m.line("    participant server as " + m.text("server "+l.Server.String()))
	m.note(strings.Join(l.Head(o.Zone), " · "))
	m.state(flows.Client, l.Begun[flows.Client].String())
	m.state(flows.Server, l.Begun[flows.Server].String())
	for i := range l.Rows {
		m.row(&l.Rows[i])
	}
	return m.buf
}

// mermaid is a diagram that is written line by line.
type mermaid struct {
	buf []byte
	o   Options
	l   *ladder.Ladder
}

func (m *mermaid) line(text string) { m.buf = append(append(m.buf, text...), '\n') }

func (m *mermaid) state(side flows.Side, text string) {
	at := [2]string{"left", "right"}[side&1]
	m.line(fmt.Sprintf("    Note %s of %v: %s", at, side&1, m.text(text)))
}

// note writes a note over both ends. Mermaid does not break its lines.
func (m *mermaid) note(text string) {
	const columns = 48
	lines := ladder.Wrap(text, columns)
	for i := range lines {
		lines[i] = m.text(lines[i])
	}
	m.line("    Note over client,server: " + strings.Join(lines, "<br/>"))
}

func (m *mermaid) row(r *ladder.Row) {
	words := append([]string{r.Text()}, r.Remarks()...)
	switch r.Kind {
	case ladder.Segment, ladder.ICMP:
		words = append([]string{r.Name(), m.l.Offset(r.Time)}, r.Remarks()...)
		if m.o.Raw && r.Kind == ladder.Segment {
			words = append(words, r.Numbers())
		}
		m.line(fmt.Sprintf("    %v%s%v: %s", r.From&1, mermaidArrow(r), r.From.Peer()&1, m.text(strings.Join(words, " · "))))
	default:
		if r.Kind != ladder.Silence {
			words = append([]string{m.l.Offset(r.Time)}, words...)
		}
		m.note(strings.Join(words, " · "))
	}
	for i := range r.Moves {
		move := &r.Moves[i]
		name := move.To.String()
		switch {
		case move.Withdrawn:
			name = "(" + name + ")"
		case move.Back:
			name = "↩ " + name
		}
		m.state(move.End, name)
	}
}

// mermaidArrow is solid for what was sent for the first time, dotted for what
// was sent again, and ends in a cross where it did not arrive or had no effect.
func mermaidArrow(r *ladder.Row) string {
	dotted := r.Again() || r.Kind == ladder.ICMP
	switch {
	case r.Fate != ladder.Arrived && dotted:
		return "--x"
	case r.Fate != ladder.Arrived:
		return "-x"
	case dotted:
		return "-->>"
	}
	return "->>"
}

// text is text as Mermaid takes it: # begins an entity there, ; and the end of
// a line end a statement, and a page obeys <.
func (m *mermaid) text(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case strings.ContainsRune("#;<>&\"'`%{}\\", r):
			fmt.Fprintf(&b, "#%d;", r)
		case !unicode.IsPrint(r):
			b.WriteByte('?')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
