package capture

import (
	"encoding/binary"
	"net/netip"

	"tcptrace/tracer/decode"
)

// linkRaw is LINKTYPE_RAW: IPv4 or IPv6 without a link header.
const linkRaw = 101

// Connections makes a filter of packets into one of connections: the answer is
// whether an ACK between two ends would pass, one way or the other. A filter
// that means nothing without a link header lets no connection pass.
func Connections(expr string) (func(a, b netip.AddrPort) bool, error) {
	if expr == "" {
		return func(a, b netip.AddrPort) bool { return true }, nil
	}
	f, err := newFilter(expr, []int{1})
	if err != nil {
		return nil, err
	}
	return func(a, b netip.AddrPort) bool { return f.passes(a, b) || f.passes(b, a) }, nil
}

// passes reports whether a bare ACK passes.
func (f *filter) passes(from, to netip.AddrPort) bool {
	packet := bareACK(from, to)
	ok, err := f.match(&decode.Frame{LinkType: linkRaw, Data: packet, Length: len(packet)})
	return ok && err == nil
}

// bareACK is a packet with the least that filters look at: RFC 791 §3.1 or RFC
// 8200 §3, and RFC 9293 §3.1.
func bareACK(from, to netip.AddrPort) []byte {
	const tcp, header4, header6, headerTCP = 6, 20, 40, 20
	var p []byte
	if from.Addr().Is4() {
		p = make([]byte, header4+headerTCP)
		p[0], p[8], p[9] = 0x45, 64, tcp
		binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
		copy(p[12:], from.Addr().AsSlice())
		copy(p[16:], to.Addr().AsSlice())
	} else {
		p = make([]byte, header6+headerTCP)
		p[0], p[6], p[7] = 0x60, tcp, 64
		binary.BigEndian.PutUint16(p[4:], headerTCP)
		copy(p[8:], from.Addr().AsSlice())
		copy(p[24:], to.Addr().AsSlice())
	}
	segment := p[len(p)-headerTCP:]
	binary.BigEndian.PutUint16(segment, from.Port())
	binary.BigEndian.PutUint16(segment[2:], to.Port())
	segment[12], segment[13] = 5<<4, 0x10
	return p
}
