package bench

import (
	"encoding/binary"
	"math/bits"

	"tcptrace/flows"
)

// frame is the frame of a segment, as much of it as is captured, and its length
// on the wire. It is valid until the next one is made.
func (c *conn) frame(r *recorder, s *segment, stamp uint32) (frame []byte, length int) {
	options := s.optionLength()
	b := c.ethernet(r.buffer[:0], s.from)
	var sum uint64
	if c.v6 {
		b, sum = c.ipv6(b, s, 20+options+s.length)
	} else {
		r.ipID++
		b, sum = c.ipv4(b, s, 20+options+s.length, r.ipID)
	}
	at := len(b)
	b = c.tcp(b, s, options)
	b = c.options(b, s, stamp)
	length = len(b) + s.length
	b = append(b, r.payload[:min(s.length, max(0, r.snapLen-len(b)))]...)
	// Where the payload is cut it is zeros, which add nothing.
	binary.BigEndian.PutUint16(b[at+16:], checksum(b[at:], sum+6+uint64(length-at)))
	return b, length
}

func (c *conn) ethernet(b []byte, from flows.Side) []byte {
	b = append(b, 2, 0, 0, 0, 0, byte(from.Peer()))
	b = append(b, 2, 0, 0, 0, 0, byte(from))
	if c.v6 {
		return append(b, 0x86, 0xdd)
	}
	return append(b, 0x08, 0x00)
}

// ipv4 appends the header, and returns the sum of the addresses for TCP's
// checksum as well.
func (c *conn) ipv4(b []byte, s *segment, payload int, id uint16) ([]byte, uint64) {
	at := len(b)
	b = append(b, 0x45, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(20+payload))
	b = binary.BigEndian.AppendUint16(b, id)
	b = append(b, 0x40, 0, 64, 6, 0, 0) // do not fragment, TTL 64, TCP
	b = append(b, c.ends[s.from].addr[:4]...)
	b = append(b, c.ends[s.from.Peer()].addr[:4]...)
	binary.BigEndian.PutUint16(b[at+10:], checksum(b[at:], 0))
	return b, total(b[at+12:], 0)
}

// ipv6 is the same of the other version.
func (c *conn) ipv6(b []byte, s *segment, payload int) ([]byte, uint64) {
	b = append(b, 0x60, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(payload))
	b = append(b, 6, 64)
	at := len(b)
	b = append(b, c.ends[s.from].addr[:]...)
	b = append(b, c.ends[s.from.Peer()].addr[:]...)
	return b, total(b[at:], 0)
}

// tcp appends the header without its options.
func (c *conn) tcp(b []byte, s *segment, options int) []byte {
	b = binary.BigEndian.AppendUint16(b, c.ends[s.from].port)
	b = binary.BigEndian.AppendUint16(b, c.ends[s.from.Peer()].port)
	b = binary.BigEndian.AppendUint32(b, uint32(s.seq))
	ack := s.ack
	if !s.flags.Has(flows.ACK) {
		ack = 0
	}
	b = binary.BigEndian.AppendUint32(b, uint32(ack))
	b = append(b, byte((20+options)/4<<4), byte(s.flags))
	window := uint16(502) // times 128
	if s.flags.Has(flows.SYN) {
		window = 64_240 // not scaled (RFC 7323 §2.2)
	}
	b = binary.BigEndian.AppendUint16(b, window)
	return append(b, 0, 0, 0, 0)
}

func (s *segment) optionLength() int {
	switch {
	case s.flags.Has(flows.SYN):
		return 20
	case s.hole[0] != s.hole[1]:
		return 24
	}
	return 12
}

// options appends those of Linux: timestamps always, MSS, SACK and a window scale
// on a SYN, SACK where something is missing.
func (c *conn) options(b []byte, s *segment, stamp uint32) []byte {
	if s.flags.Has(flows.SYN) {
		b = append(b, 2, 4)
		b = binary.BigEndian.AppendUint16(b, uint16(c.mss()+12))
		b = append(b, 4, 2)
	} else {
		b = append(b, 1, 1)
	}
	b = append(b, 8, 10)
	b = binary.BigEndian.AppendUint32(b, stamp)
	b = binary.BigEndian.AppendUint32(b, c.ends[s.from].heard)
	switch {
	case s.flags.Has(flows.SYN):
		b = append(b, 1, 3, 3, 7)
	case s.hole[0] != s.hole[1]:
		b = append(b, 1, 1, 5, 10)
		b = binary.BigEndian.AppendUint32(b, uint32(s.hole[0]))
		b = binary.BigEndian.AppendUint32(b, uint32(s.hole[1]))
	}
	return b
}

// checksum is that of the Internet (RFC 1071) over b and what was summed up
// before.
func checksum(b []byte, sum uint64) uint16 {
	sum = total(b, sum)
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}

// total adds b to a sum, eight bytes at a time: the sum of 64-bit words with
// their carries is that of 16-bit words once it is folded (RFC 1071 §2 (A)).
func total(b []byte, sum uint64) uint64 {
	var carry uint64
	for ; len(b) >= 8; b = b[8:] {
		sum, carry = bits.Add64(sum, binary.BigEndian.Uint64(b), 0)
		sum += carry
	}
	var rest [8]byte
	copy(rest[:], b)
	sum, carry = bits.Add64(sum, binary.BigEndian.Uint64(rest[:]), 0)
	return sum + carry
}
