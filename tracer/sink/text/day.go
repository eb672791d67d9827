package text

import (
	"time"

	"tcptrace/flows"
)

// day writes times of day. A second is worked out once, however many events
// it holds.
type day struct {
	zone  *time.Location
	sec   int64
	known bool    // text is that of sec
	text  [8]byte // "08:00:01"
	date  string  // "2026-03-02 (UTC)"
	shown bool    // date stands in the trace, or need not
}

// of makes the day hold the second of t, and returns the microseconds.
func (d *day) of(t flows.Time) int {
	const second = flows.Time(time.Second)
	sec, rest := t/second, t%second
	if rest < 0 { // before 1970
		sec, rest = sec-1, rest+second
	}
	if !d.known || int64(sec) != d.sec {
		d.turn(int64(sec))
	}
	return int(rest) / 1000
}

func (d *day) turn(sec int64) {
	t := time.Unix(sec, 0).In(d.zone)
	if !d.known || !d.sameDay(t) {
		date := t.Format("2006-01-02 (MST)")
		d.shown = d.shown && (!d.known || date == d.date)
		d.date = date
	}
	t.AppendFormat(d.text[:0], time.TimeOnly)
	d.sec, d.known = sec, true
}

func (d *day) sameDay(t time.Time) bool {
	y, m, n := time.Unix(d.sec, 0).In(d.zone).Date()
	y2, m2, n2 := t.Date()
	return n == n2 && m == m2 && y == y2
}

// stamp writes the time of day, and the date above it on the first event of a
// day.
func (s *Sink) stamp(t flows.Time) {
	l := &s.line
	micros := s.day.of(t)
	if !s.day.shown {
		l.addString(s.day.date)
		l.end()
		s.day.shown = true
	}
	l.buf = append(l.buf, s.day.text[:]...)
	l.buf = append(l.buf, '.')
	for unit := 100_000; unit > 0; unit /= 10 {
		l.buf = append(l.buf, byte('0'+micros/unit%10))
	}
	l.col, l.fresh = timeWidth-1, false
}
