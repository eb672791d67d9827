package digits

import (
	"encoding/binary"
	"math/bits"
)

// AppendMicros appends a number below 1,000,000 as six digits.
func AppendMicros(b []byte, n uint32) []byte {
	return word(room(b), (eight(n)|asciiAll)>>16, 6)
}

// AppendNanos appends a number below 1,000,000,000 as nine digits.
func AppendNanos(b []byte, n uint32) []byte {
	b = append(b, byte('0'+n/tenTo8))
	return binary.LittleEndian.AppendUint64(b, eight(n%tenTo8)|asciiAll)
}

// AppendFraction appends nanoseconds, below 1,000,000,000, as what stands behind
// a number of seconds: ".0015", and nothing for 0.
func AppendFraction(b []byte, n uint32) []byte {
	if n == 0 {
		return b
	}
	b = append(room(b), '.', byte('0'+n/tenTo8))
	v := eight(n % tenTo8)
	return word(b, v|asciiAll, 8-bits.LeadingZeros64(v)/8)
}

// AppendClock appends a second of a day as a time of day: "08:00:01".
func AppendClock(b []byte, second uint32) []byte {
	minute := second / 60
	v := eight(minute/60*1_000_000 + minute%60*1_000 + second%60)
	const colons = uint64(':'-'0')<<16 | uint64(':'-'0')<<40
	return binary.LittleEndian.AppendUint64(b, v+asciiAll+colons)
}
