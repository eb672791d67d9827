package digits

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// octets are the numbers of an IPv4 address with the dot behind them, first
// byte lowest; the top half is how many bytes that makes.
var octets = func() (t [256]uint64) {
	for n := range t {
		var b [8]byte
		text := append(Append(b[:0], uint64(n)), '.')
		copy(b[:], text)
		t[n] = uint64(binary.LittleEndian.Uint32(b[:])) | uint64(len(text))<<32
	}
	return t
}()

// AppendAddr appends an address as netip.Addr.AppendTo does.
func AppendAddr(b []byte, a netip.Addr) []byte {
	switch {
	case a.Is4():
		return addr4(room(b), a.As4())
	case plain6(a):
		return addr6(room(b), a.As16())
	}
	return a.AppendTo(b)
}

// AppendAddrPort appends an address and a port as netip.AddrPort.AppendTo does.
func AppendAddrPort(b []byte, p netip.AddrPort) []byte {
	a := p.Addr()
	switch {
	case a.Is4():
		b = addr4(room(b), a.As4())
		b = append(b, ':')
	case plain6(a):
		b = append(room(b), '[')
		b = addr6(b, a.As16())
		b = append(b, "]:"...)
	default:
		return p.AppendTo(b)
	}
	return Append(b, uint64(p.Port()))
}

// plain6 reports whether an address is written as eight numbers and no more.
func plain6(a netip.Addr) bool { return a.Is6() && !a.Is4In6() && a.Zone() == "" }

// addr4 needs room.
func addr4(b []byte, a [4]byte) []byte {
	for _, n := range a {
		o := octets[n]
		b = word(b, o, int(o>>32))
	}
	return b[:len(b)-1]
}

// addr6 needs room. The first of the longest runs of zeros, if it is longer than
// one, becomes "::" (RFC 5952 §4.2).
func addr6(b []byte, a [16]byte) []byte {
	high, low := binary.BigEndian.Uint64(a[:8]), binary.BigEndian.Uint64(a[8:])
	from, to := zeros(high, low)
	for i := 0; i < 8; i++ {
		if i == from {
			if i == 0 {
				b = append(b, ':')
			}
			b = append(b, ':')
			if to == 8 {
				return b
			}
			for ; i < to; i++ {
				high, low = high<<16|low>>48, low<<16
			}
		}
		b = hex(b, high>>48)
		high, low = high<<16|low>>48, low<<16
	}
	return b[:len(b)-1]
}

// zeros is the run of numbers that "::" stands for: from is 8 when there is none.
func zeros(high, low uint64) (from, to int) {
	from, to = 8, 8
	most, begin := 1, 0
	for i := range 8 {
		if high>>48 != 0 {
			begin = i + 1
		} else if n := i + 1 - begin; n > most {
			most, from, to = n, begin, i+1
		}
		high, low = high<<16|low>>48, low<<16
	}
	return from, to
}

// hex appends a number of 16 bits without zeros in front, and a colon. It works on
// its four digits at once, the first in the lowest byte: 6 more than a digit above
// 9 reaches the next four bits, and 'a' is 39 behind where it would stand if it
// followed '9'. There must be room.
func hex(b []byte, n uint64) []byte {
	v := n>>12 | n&0xf00 | n&0xf0<<12 | n&15<<24
	none := bits.TrailingZeros64(v|1<<24) &^ 7
	v += ':'<<32 | asciiAll&0xffffffff + (v+0x06060606)>>4&0x01010101*39
	return word(b, v>>none, 5-none/8)
}
