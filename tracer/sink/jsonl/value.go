package jsonl

import (
	"net/netip"
	"strconv"
	"time"
	"unicode/utf8"

	"tcptrace/flows"
	"tcptrace/tracer/sink/digits"
)

// The keys of this package stand in the code as they stand in the line, comma
// and colon included: `,"packet":`. A line is mostly keys, and so they are
// copied as they are.

// appendWord appends a member whose value is one of our own words.
func appendWord(b []byte, key, value string) []byte {
	b = append(append(b, key...), '"')
	return append(append(b, value...), '"')
}

func appendNumber(b []byte, key string, n uint64) []byte {
	return digits.Append(append(b, key...), n)
}

func appendBool(b []byte, key string, value bool) []byte {
	return strconv.AppendBool(append(b, key...), value)
}

// appendAddr appends a member whose value is an address with a port. Such an
// address holds nothing to escape: zones do not occur on the wire.
func appendAddr(b []byte, key string, a netip.AddrPort) []byte {
	b = append(append(b, key...), '"')
	return append(digits.AppendAddrPort(b, a), '"')
}

// appendString appends a JSON string that may hold anything.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	n := 0
	for n < len(s) && plain(s[n]) {
		n++
	}
	b = append(b, s[:n]...) // mostly all of it
	return append(appendEscaped(b, s[n:]), '"')
}

// plain reports whether a byte stands for itself in a JSON string.
func plain(c byte) bool { return c >= ' ' && c < 0x7f && c != '"' && c != '\\' }

// appendEscaped appends what stands in a JSON string for s.
func appendEscaped(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	for _, r := range s { // what is not UTF-8 becomes U+FFFD
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ' || r >= 0x7f && r < 0xa0:
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// appendSeconds appends a duration as a number of seconds, exact to the
// nanosecond.
func appendSeconds(b []byte, key string, d time.Duration) []byte {
	b = append(b, key...)
	n := uint64(d)
	if d < 0 { // the capture's clock went back
		b, n = append(b, '-'), -n
	}
	b = digits.Append(b, n/uint64(time.Second))
	return digits.AppendFraction(b, uint32(n%uint64(time.Second)))
}

const day = 24 * 60 * 60 // seconds

// stamp is the text of the last second that was written. The moments of a flow
// lie some seconds apart, but mostly within a day.
type stamp struct {
	sec, day int64
	known    bool
	text     [20]byte // "2026-03-02T08:00:01."
}

// turn makes the stamp that of another second.
func (st *stamp) turn(sec int64) {
	n := sec / day
	if sec%day < 0 { // before 1970
		n--
	}
	if !st.known || n != st.day {
		time.Unix(n*day, 0).UTC().AppendFormat(st.text[:0], "2006-01-02T15:04:05.")
	}
	digits.AppendClock(st.text[:len("2026-03-02T")], uint32(sec-n*day))
	st.sec, st.day, st.known = sec, n, true
}

// appendTime appends a moment as RFC 3339 has it, in UTC with nanoseconds.
func (s *Sink) appendTime(b []byte, key string, t flows.Time) []byte {
	const second = flows.Time(time.Second)
	sec, nanos := int64(t/second), t%second
	if nanos < 0 { // before 1970
		sec, nanos = sec-1, nanos+second
	}
	if st := &s.stamp; st.sec != sec || !st.known {
		st.turn(sec)
	}
	b = append(append(b, key...), '"')
	b = append(b, s.stamp.text[:]...)
	b = digits.AppendNanos(b, uint32(nanos))
	return append(b, "Z\""...)
}
