package jsonl

import (
	"encoding/binary"
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

// appendPair appends the addresses of a flow. They hold nothing to escape: zones
// do not occur on the wire.
func appendPair(b []byte, client, server netip.AddrPort) []byte {
	b = digits.AppendAddrPort(append(b, `,"client":"`...), client)
	b = digits.AppendAddrPort(append(b, `","server":"`...), server)
	return append(b, '"')
}

// appendString appends a JSON string that may hold anything.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := len(b)
	b = append(b, s...) // mostly all of it stands for itself
	if n := plain(b[from:]); n < len(s) {
		b = appendEscaped(b[:from+n], s[n:])
	}
	return append(b, '"')
}

// plain is how many bytes from the first on stand for themselves in a JSON string:
// all, or some of them, for it looks at eight at a time.
func plain(b []byte) int {
	n := 0
	for ; len(b)-n >= 8; n += 8 {
		if odd(binary.LittleEndian.Uint64(b[n:])) {
			return n
		}
	}
	if n > 0 && !odd(binary.LittleEndian.Uint64(b[len(b)-8:])) {
		return len(b)
	}
	return n
}

// odd reports whether one of eight bytes does not stand for itself: a control, a
// quote, a backslash, DEL, or one that is not ASCII. To turn bit 1 over puts the
// quote next to the controls, and no other byte to its place. Taking n away sets the
// top bit of a byte below n; only a byte that is odd borrows from the next one, or
// carries to it.
func odd(v uint64) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	const quote = '"' ^ 2 // ' ', which is behind the last control
	turned, slashed := v^2*ones, v^'\\'*ones
	found := (turned-(quote+1)*ones)&^turned | (slashed-ones)&^slashed | (v + ones) | v
	return found&tops != 0
}

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
func appendSeconds(b []byte, d time.Duration) []byte {
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
	begin flows.Time // of the second
	day   int64
	known bool
	text  [24]byte // "2026-03-02T08:00:01."
}

const stampSize = len("2026-03-02T08:00:01.")

// turn makes the stamp that of the second which t is in.
func (st *stamp) turn(t flows.Time) {
	const second = flows.Time(time.Second)
	sec, rest := int64(t/second), t%second
	if rest < 0 { // before 1970
		sec, rest = sec-1, rest+second
	}
	n := sec / day
	if sec%day < 0 { // before 1970
		n--
	}
	if !st.known || n != st.day {
		time.Unix(n*day, 0).UTC().AppendFormat(st.text[:0], "2006-01-02T15:04:05.")
	}
	digits.AppendClock(st.text[:len("2026-03-02T")], uint32(sec-n*day))
	st.begin, st.day = t-rest, n
	st.known = st.begin <= t // but for the first second that there is: it has no beginning
}

// appendTime appends a moment as a JSON string.
func (s *Sink) appendTime(b []byte, t flows.Time) []byte {
	return append(s.appendMoment(append(b, '"'), t), '"')
}

// appendMoment appends a moment as RFC 3339 has it, in UTC with nanoseconds.
func (s *Sink) appendMoment(b []byte, t flows.Time) []byte {
	st := &s.stamp
	nanos := uint64(t - st.begin)
	if nanos >= uint64(time.Second) || t < st.begin || !st.known {
		st.turn(t)
		nanos = uint64(t - st.begin)
	}
	b = append(b, st.text[:16]...)
	b = append(b, st.text[16:stampSize]...)
	return append(digits.AppendNanos(b, uint32(nanos)), 'Z')
}
