package text

import (
	"time"

	"tcptrace/flows"
	"tcptrace/tracer/sink/digits"
)

// day writes times of day. A second is worked out once, however many events
// it holds.
type day struct {
	zone  *time.Location
	sec   int64
	known bool    // text is that of sec
	text  [9]byte // "08:00:01."
	year  int     // of date, with month and day
	month time.Month
	day   int
	date  string // "2026-03-02 (UTC)"
	shown bool   // date stands in the trace, or need not
}

// of makes the day hold the second of t, and returns the microseconds.
func (d *day) of(t flows.Time) uint32 {
	const second = flows.Time(time.Second)
	sec, rest := t/second, t%second
	if rest < 0 { // before 1970
		sec, rest = sec-1, rest+second
	}
	if int64(sec) != d.sec || !d.known {
		d.turn(int64(sec))
	}
	return uint32(rest) / 1000
}

func (d *day) turn(sec int64) {
	t := time.Unix(sec, 0).In(d.zone)
	year, month, n := t.Date()
	if !d.known || n != d.day || month != d.month || year != d.year {
		date := t.Format("2006-01-02 (MST)")
		d.shown = d.shown && (!d.known || date == d.date)
		d.date = date
		d.year, d.month, d.day = year, month, n
	}
	hour, minute, second := t.Clock()
	digits.AppendClock(d.text[:0], uint32(hour*60*60+minute*60+second))
	d.text[8] = '.'
	d.sec, d.known = sec, true
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
	l.buf = s.day.append(l.buf, micros)
	l.col, l.fresh = timeWidth-1, false
}

// append appends the time of day of a moment of the second that the day holds.
func (d *day) append(b []byte, micros uint32) []byte {
	return digits.AppendMicros(append(b, d.text[:]...), micros)
}
