package decode

// packet is what is left of a frame behind the headers that were read.
type packet struct {
	data []byte // as captured; what follows is not part of the packet
	wire int    // bytes on the wire, never less than len(data)
}

// from is the packet behind its first n bytes, which must have been captured.
func (p packet) from(n int) packet {
	return packet{data: p.data[n:], wire: p.wire - n}
}

// first is the packet without what lies behind its first n bytes: padding, or
// the trailer of a link layer.
func (p packet) first(n int) packet {
	return packet{data: p.data[:min(n, len(p.data))], wire: min(n, p.wire)}
}

// sized is the packet with n bytes on the wire whatever the frame says: a header
// inside is a better witness than the record of a capture file, which some
// tools cut together with the data.
func (p packet) sized(n int) packet {
	return packet{data: p.data[:min(n, len(p.data))], wire: n}
}

// whole reports whether all bytes of the packet were captured.
func (p packet) whole() bool { return len(p.data) == p.wire }
