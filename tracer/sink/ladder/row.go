package ladder

import (
	"slices"
	"strings"
	"unicode/utf8"

	"tcptrace/flows"
	"tcptrace/flows/ladder"
	"tcptrace/tracer/sink/palette"
)

// row draws one row of the model, and beside it the states that it led to.
func (d *drawing) row(r *ladder.Row) {
	q := d.queue(r)
	switch r.Kind {
	case ladder.Segment, ladder.ICMP:
		d.arrow(r, &q)
	case ladder.Silence:
		d.silence(r)
	case ladder.Finding:
		d.finding(r)
	default:
		d.note(r, &q)
	}
	for q.left() {
		d.between("", d.next(&q))
	}
	d.states = r.States
}

// queue holds the states that a row led to and that do not stand there yet: one
// of each end goes on a line.
type queue [2][]*ladder.Move

func (d *drawing) queue(r *ladder.Row) (q queue) {
	for i := range r.Moves {
		side := r.Moves[i].End & 1
		q[side] = append(q[side], &r.Moves[i])
	}
	return q
}

func (q *queue) left() bool { return len(q[0])+len(q[1]) > 0 }

// next takes the next states out.
func (d *drawing) next(q *queue) (states [2]named) {
	for side := range q {
		if len(q[side]) > 0 {
			m := q[side][0]
			q[side] = q[side][1:]
			states[side] = named{m.To, true, m}
			if !m.Withdrawn {
				d.states[side] = m.To
			}
		}
	}
	return states
}

// arrow draws a segment: its label at its sender, the time in the middle, and
// at its receiver as much of the rest as there is room for.
func (d *drawing) arrow(r *ladder.Row, q *queue) {
	remarks := d.remarks(r)
	name := d.words(r.Name())
	if !d.wide() {
		rest := d.narrowArrow(r, name)
		d.narrowTime(r, d.next(q))
		d.below(r, q, d.join(rest, remarks))
		return
	}
	half := (d.room() - timeWidth - 2) / 2
	label, rest := cut(name, half-3)
	far := ""
	if r.Fate != ladder.Unheard {
		far, remarks = take(remarks, half-tight)
	}
	d.shaft(r, parts{label, far, d.room() - half - timeWidth - 2, half}, d.next(q))
	d.below(r, q, d.join(rest, remarks))
}

// join is what goes below an arrow: the rest of its label and the remarks that
// are not on it.
func (d *drawing) join(rest string, remarks []string) string {
	if rest != "" {
		remarks = append([]string{rest}, remarks...)
	}
	return strings.Join(remarks, d.words(" · "))
}

// tight is what an arrow needs in the half of its receiver beside a remark: a
// blank on either side, a piece of its shaft and its tip.
const tight = 4

// take is as many remarks as fit, and the rest.
func take(remarks []string, columns int) (text string, rest []string) {
	for i, remark := range remarks {
		longer := strings.TrimPrefix(text+", "+remark, ", ")
		if runes(longer) > columns {
			return text, remarks[i:]
		}
		text = longer
	}
	return text, nil
}

// remarks are those of the model, and the raw numbers if they are asked for.
func (d *drawing) remarks(r *ladder.Row) []string {
	words := slices.DeleteFunc(r.Remarks(), r.Stale)
	for i := range words {
		words[i] = d.words(words[i])
	}
	if d.o.Raw && r.Kind == ladder.Segment {
		words = append(words, r.Numbers())
	}
	return words
}

// below draws what had no room on an arrow, beside its sender.
func (d *drawing) below(r *ladder.Row, q *queue, text string) {
	at := atClient
	if r.From == flows.Server {
		at = atServer
	}
	for _, row := range ladder.Wrap(text, d.room()-4) {
		d.inside(row, d.next(q), at)
	}
}

// parts are what stands on an arrow beside the time.
type parts struct {
	near, far           string // at its sender, and at its receiver
	nearWidth, farWidth int    // in columns; what is left between them is for the time
}

// shaft draws an arrow.
func (d *drawing) shaft(r *ladder.Row, p parts, states [2]named) {
	l, hue := &d.line, arrowHue(r)
	dash := d.dash(r)
	near := []piece{{hue, dash + " "}, {labelHue(r), p.near}, {hue, " "}}
	near = stretch(near, 3, piece{hue, dash}, p.nearWidth)
	var time []piece
	if columns := d.room() - p.nearWidth - p.farWidth; columns > 0 {
		time = []piece{{palette.None, " " + d.l.Offset(r.Time) + " "}}
		time = stretch(time, 1, piece{hue, dash}, columns)
	}
	far := d.far(r, p, dash)
	tail, tip := d.signs.axis, d.signs.axis
	if r.Kind == ladder.Segment {
		tail = d.signs.tail[r.From]
	}
	pieces := append(append(near, time...), far...)
	d.left(states[flows.Client])
	if r.From == flows.Server {
		tail, tip = tip, tail
		pieces = mirrored(pieces)
	}
	d.axis(flows.Client, tail)
	for _, p := range pieces {
		l.put(p.hue, p.text)
	}
	d.axis(flows.Server, tip)
	d.right(states[flows.Server])
}

// far is the half of an arrow at its receiver: the remark, and how it ends.
func (d *drawing) far(r *ladder.Row, p parts, dash string) []piece {
	hue := arrowHue(r)
	if r.Fate == ladder.Unheard {
		flown := p.farWidth / 2
		return []piece{
			{hue, strings.Repeat(dash, flown)}, {palette.Alarm, d.signs.cross},
			{palette.None, strings.Repeat(" ", p.farWidth-flown-1)},
		}
	}
	end := piece{hue, d.signs.tip[r.From]}
	if r.Fate != ladder.Arrived {
		end = piece{palette.Alarm, d.signs.cross}
	}
	pieces := []piece{{hue, dash}, end}
	if p.far != "" {
		pieces = []piece{{palette.None, " " + p.far + " "}, {hue, dash}, end}
		if runes(p.far)+tight < p.farWidth {
			pieces = slices.Insert(pieces, 0, piece{hue, dash})
		}
	}
	return stretch(pieces, len(pieces)-1, piece{hue, dash}, p.farWidth)
}

// dash is what the shaft of an arrow is made of.
func (d *drawing) dash(r *ladder.Row) string {
	switch {
	case r.Fate == ladder.Refused, r.Kind == ladder.ICMP:
		return d.signs.shaft[2]
	case r.Again():
		return d.signs.shaft[1]
	}
	return d.signs.shaft[0]
}

// narrowArrow draws an arrow with nothing but its label: the time stands below.
func (d *drawing) narrowArrow(r *ladder.Row, name string) (rest string) {
	const end = 4 // columns that are left to see how it ends
	label, rest := cut(name, d.room()-end-3)
	d.shaft(r, parts{near: label, nearWidth: d.room() - end, farWidth: end}, [2]named{})
	return rest
}

// silence draws that nothing happened.
func (d *drawing) silence(r *ladder.Row) {
	text := d.words(r.Text())
	d.axis(flows.Client, d.signs.quiet)
	d.line.pad(d.axes[0] + 1 + (d.room()-runes(text))/2)
	d.line.put(palette.Closed, text)
	d.axis(flows.Server, d.signs.quiet)
	d.line.end()
}

// note draws what is no segment.
func (d *drawing) note(r *ladder.Row, q *queue) {
	text := strings.Join(append([]string{r.Text()}, r.Remarks()...), " · ")
	if r.Kind != ladder.Fold {
		text = d.l.Offset(r.Time) + " " + text
	}
	for _, row := range ladder.Wrap(d.words(text), d.room()-2) {
		d.between(row, d.next(q))
	}
}

// finding draws what was found, between the axes.
func (d *drawing) finding(r *ladder.Row) {
	hue := palette.OfSeverity(r.Said.Severity)
	head := d.words(d.l.Offset(r.Time) + " " + r.Text())
	for _, row := range ladder.Wrap(head, d.room()-2) {
		d.said(hue, row)
	}
	for _, remark := range r.Remarks() {
		for _, row := range ladder.Wrap(d.words(remark), d.room()-4) {
			d.said(palette.None, "  "+row)
		}
	}
}

func (d *drawing) said(hue palette.Hue, text string) {
	d.axis(flows.Client, d.signs.axis)
	d.line.pad(d.axes[0] + 2)
	d.line.put(hue, text)
	d.axis(flows.Server, d.signs.axis)
	d.line.end()
}

// arrowHue is the colour of an arrow's shaft.
func arrowHue(r *ladder.Row) palette.Hue {
	switch {
	case r.Fate != ladder.Arrived, r.Label.Flags.Has(flows.RST), r.Kind == ladder.ICMP:
		return palette.Alarm
	case r.Again():
		return palette.Opening
	}
	return palette.None
}

func labelHue(r *ladder.Row) palette.Hue {
	if r.Label.Check == flows.CheckWrong || r.Label.Flags.Has(flows.RST) {
		return palette.Alarm
	}
	return palette.None
}

func runes(text string) int { return utf8.RuneCountInString(text) }

// cut is as many words of a label as fit, and the rest. What does not even hold
// its first word holds a part of that.
func cut(name string, columns int) (fits, rest string) {
	lines := ladder.Wrap(name, columns)
	if len(lines) == 0 {
		return "", ""
	}
	if rest = strings.Join(lines[1:], " "); rest == "✓" {
		rest = "" // it says what the remarks would say otherwise
	}
	return lines[0], rest
}
