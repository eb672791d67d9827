// Package digits appends numbers, times of day and addresses to a line, and the
// fixed text between them, each in a few nanoseconds: a trace may hold a line a
// packet, and most of a line is digits. What it writes is what strconv, time and
// net/netip write. It writes whole words, and so may change what lies behind the
// line within its capacity.
//
// Read first: digits.go (numbers), then addr.go and piece.go.
package digits

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

const (
	tenTo8   = 100_000_000
	asciiAll = 0x3030303030303030 // '0' eight times
	asciiTwo = 0x3030
	// longest is how much room every function here asks for before it writes
	// whole words: the longest address, "[ffff:...:ffff]:65535", and a word more.
	longest = 64
)

// eight is a number below 100,000,000 as eight digits, not yet in ASCII: the
// first digit is in the lowest byte. It halves the number three times, all
// halves of a size at once; the factors are 1/100 and 1/10 in fixed point, exact
// for numbers below 10,000 and below 100.
func eight(n uint32) uint64 {
	v := uint64(n/10_000) | uint64(n%10_000)<<32
	q := v * 10486 >> 20 & 0x0000007f_0000007f
	v = q | (v-100*q)<<16
	q = v * 103 >> 10 & 0x000f_000f_000f_000f
	return q | (v-10*q)<<8
}

// room makes sure that whole words can be written behind b.
func room(b []byte) []byte {
	if cap(b)-len(b) < longest {
		return grow(b)
	}
	return b
}

// grow is apart so that what seldom happens does not bloat what always does.
//
//go:noinline
func grow(b []byte) []byte { return slices.Grow(b, 2*longest) }

// word appends the first n bytes of v, of which the lowest is the first. There
// must be room.
func word(b []byte, v uint64, n int) []byte {
	binary.LittleEndian.PutUint64(b[len(b):len(b)+8], v)
	return b[:len(b)+n]
}

// Append appends a number in decimal. There is one way through it for numbers of
// up to ten digits, as nearly all are: between its calls other code has driven it
// out of the nearest cache, and what is short is back soon.
func Append(b []byte, n uint64) []byte {
	b = room(b)
	if n < 10 {
		return append(b, byte('0'+n))
	}
	digits := 8
	switch {
	case n < tenTo8:
		digits = int((n + lengths[bits.Len32(uint32(n))&31]) >> 32)
	case n < 100*tenTo8: // sequence numbers have nine digits or ten, so there is no branch between
		high := n / tenTo8
		n -= high * tenTo8
		tens := high * 103 >> 10
		more := int((high + 1<<32 - 10) >> 32)
		b = word(b, (asciiTwo|tens|(high-10*tens)<<8)>>(uint(8-8*more)&63), 1+more)
	default:
		b, n = long(b, n)
	}
	return word(b, (eight(uint32(n))|asciiAll)>>(uint(64-8*digits)&63), digits) // the mask spares a test of the shift
}

// long appends a number of more than ten digits but for the last eight of them,
// which it returns. There must be room.
//
//go:noinline
func long(b []byte, n uint64) ([]byte, uint64) { return Append(b, n/tenTo8), n % tenTo8 }

// lengths gives the number of digits of a number n of so many bits: the top half
// of the sum of both. It is apart from how the digits are made, since what stands
// behind a number waits for its length only.
var lengths = func() (t [32]uint64) {
	power, digits := uint64(10), uint64(1)
	for n := range t {
		if n > 0 && uint64(1)<<n > power { // power has n bits: from it on there is a digit more
			t[n] = (digits+1)<<32 - power
			power, digits = 10*power, digits+1
		} else {
			t[n] = digits << 32
		}
	}
	return t
}()
