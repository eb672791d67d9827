package svg

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tcptrace/flows"
	"tcptrace/flows/ladder"
)

const smallLine = 14 // height of a line of small text

// row draws one row, and what it led to beside it.
func (d *drawing) row(r *ladder.Row) {
	top := d.y
	switch r.Kind {
	case ladder.Segment, ladder.ICMP:
		d.segment(r)
	case ladder.Finding:
		d.finding(r)
	default:
		d.note(r)
	}
	d.moves(r, top+22)
}

// moves draws the states that are new.
func (d *drawing) moves(r *ladder.Row, y int) {
	below := [2]int{y, y}
	for i := range r.Moves {
		m := &r.Moves[i]
		side := m.End & 1
		mark := ""
		switch {
		case m.Withdrawn:
			mark = " lad-gone"
		case m.Back:
			mark = " lad-back"
		}
		if !m.Withdrawn {
			d.enter(side, below[side]-4, m.To)
		}
		d.stateName(side, below[side], m.To, mark)
		below[side] += 15
	}
	d.y = max(d.y, below[0]-4, below[1]-4)
}

// stateName writes the name of a state outside the axis of its end.
func (d *drawing) stateName(side flows.Side, y int, s flows.State, mark string) {
	name := s.String()
	switch mark {
	case " lad-gone":
		name = "(" + name + ")"
	case " lad-back":
		name = "↩ " + name
	}
	if side == flows.Client {
		d.text(span{leftAxis - 12, y, "lad-end lad-" + class(s) + mark, name})
		return
	}
	d.text(span{rightAxis + 12, y, "lad-" + class(s) + mark, name})
}

// segment draws an arrow with its label above, and below it the time and what
// else there is to say.
func (d *drawing) segment(r *ladder.Row) {
	name := r.Name()
	if n := utf8.RuneCountInString(name); n > labelWidth {
		name = string([]rune(name)[:labelWidth-1]) + "…"
	}
	y := d.y + 18
	b := append(d.body, `<g class="`...)
	b = append(b, lookOf(r)...)
	b = append(b, `"`...)
	if r.Packet > 0 {
		b = append(b, ` data-packet="`...)
		b = strconv.AppendUint(b, r.Packet, 10)
		b = append(b, `"`...)
	}
	d.body = append(b, ">\n"...)
	d.text(span{middle, y - 5, "lad-mid", name})
	d.arrow(r, y)
	words := append([]string{d.l.Offset(r.Time)}, slices.DeleteFunc(r.Remarks(), r.Stale)...)
	if d.o.Raw && r.Kind == ladder.Segment {
		words = append(words, r.Numbers())
	}
	for _, row := range ladder.Wrap(strings.Join(words, " · "), smallWidth) {
		y += smallLine
		d.text(span{middle, y, "lad-mid lad-small", row})
	}
	d.body = append(d.body, "</g>\n"...)
	d.y = y + 6
}

// lookOf are the classes of an arrow.
func lookOf(r *ladder.Row) string {
	switch {
	case r.Kind == ladder.ICMP:
		return "lad-icmp"
	case r.Fate == ladder.Unheard:
		return "lad-lost"
	case r.Fate == ladder.Refused:
		return "lad-wrong lad-refused"
	case r.Fate == ladder.Refuted, r.Label.Check == flows.CheckWrong:
		return "lad-wrong"
	case r.Label.Flags.Has(flows.RST):
		return "lad-reset"
	case r.Again():
		return "lad-again"
	}
	return "lad-seg"
}

// arrow draws the line, and its head or the cross at its end.
func (d *drawing) arrow(r *ladder.Row, y int) {
	const short = 60 // how far in front of its receiver a line ends that never got there
	from, to, forth := leftAxis+3, rightAxis-3, 1
	if r.From == flows.Server {
		from, to, forth = rightAxis-3, leftAxis+3, -1
	}
	if r.Fate == ladder.Unheard {
		to -= forth * short
	}
	line := func(y string) { d.path("", "M"+strconv.Itoa(from)+" "+y+"H"+strconv.Itoa(to-7*forth)) }
	if r.Again() {
		line(strconv.Itoa(y-2) + ".5")
		line(strconv.Itoa(y+1) + ".5")
	} else {
		line(strconv.Itoa(y))
	}
	at := strconv.Itoa(to) + " " + strconv.Itoa(y)
	switch r.Fate {
	case ladder.Unheard, ladder.Refused, ladder.Refuted:
		d.path("lad-cross", "M"+at+"m-5 -5l10 10m0 -10l-10 10")
	default:
		back := strconv.Itoa(-9 * forth)
		d.path("lad-tip", "M"+at+"l"+back+" -4.5v9z")
	}
}

func (d *drawing) path(class, data string) {
	b := append(d.body, `<path`...)
	if class != "" {
		b = append(b, ` class="`+class+`"`...)
	}
	d.body = append(append(append(b, ` d="`...), data...), "\"/>\n"...)
}

// note draws a row between the ends: what was folded, a silence, what time or a
// kernel did.
func (d *drawing) note(r *ladder.Row) {
	look := "lad-mid lad-note"
	if r.Kind == ladder.Silence {
		look = "lad-mid lad-quiet"
	}
	text := r.Text()
	if r.Kind != ladder.Silence {
		text = d.l.Offset(r.Time) + " · " + text
	}
	words := append([]string{text}, r.Remarks()...)
	d.y += 4
	for _, row := range ladder.Wrap(strings.Join(words, " · "), labelWidth) {
		d.y += 16
		d.text(span{middle, d.y, look, row})
	}
	d.y += 8
}

// finding draws a box across the whole width.
func (d *drawing) finding(r *ladder.Row) {
	const line, left = 16, 24
	rows := ladder.Wrap(d.l.Offset(r.Time)+" "+r.Text(), wideWidth)
	heads := len(rows)
	for _, text := range r.Remarks() {
		rows = append(rows, ladder.Wrap(text, wideWidth)...)
	}
	d.y += 6
	b := append(d.body, `<g class="lad-find lad-`...)
	b = append(b, r.Said.Severity.String()...)
	b = append(b, `"><rect x="`...)
	b = number(b, left-10)
	b = append(b, `" y="`...)
	b = number(b, d.y)
	b = append(b, `" rx="5" width="`...)
	b = number(b, width-2*(left-10))
	b = append(b, `" height="`...)
	b = number(b, len(rows)*line+10)
	d.body = append(b, "\"/>\n"...)
	for i, row := range rows {
		d.y += line
		look := "lad-small"
		if i < heads {
			look = "lad-said"
		}
		d.text(span{left, d.y + 1, look, row})
	}
	d.body = append(d.body, "</g>\n"...)
	d.y += 14
}

func number(b []byte, n int) []byte { return strconv.AppendInt(b, int64(n), 10) }
