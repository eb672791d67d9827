package svg

import "strings"

// description is the ladder in words, for those who cannot see it: each row
// with the states that it led to.
func (d *drawing) description() string {
	const most = 40 // rows; a longer text helps nobody
	var b strings.Builder
	for i := range d.l.Rows {
		if i == most {
			b.WriteString("…")
			break
		}
		r := &d.l.Rows[i]
		b.WriteString(d.l.Offset(r.Time) + " " + r.Sentence() + "\n")
	}
	return b.String()
}
