package capture

import "encoding/binary"

// short numbers the instructions that most filters are made of, so that the
// compiler makes one jump of the choice between them.
type short uint8

const (
	shortNone short = iota // by its code
	shortLoadW
	shortLoadH
	shortLoadB
	shortLoadIndH // the ports, behind an IPv4 header
	shortHeader   // the length of an IPv4 header into X
	shortEqual
	shortSet
	shortGreater
	shortAtLeast
	shortAnd
	shortReturn
	shortReturnA
)

// shortOf is how an instruction is known to match.
func shortOf(code uint16) short {
	switch code {
	case bpfLd | bpfAbs | bpfW:
		return shortLoadW
	case bpfLd | bpfAbs | bpfH:
		return shortLoadH
	case bpfLd | bpfAbs | bpfB:
		return shortLoadB
	case bpfLd | bpfInd | bpfH:
		return shortLoadIndH
	case bpfLdx | bpfMsh | bpfB:
		return shortHeader
	case bpfJmp | bpfJeq:
		return shortEqual
	case bpfJmp | bpfJset:
		return shortSet
	case bpfJmp | bpfJgt:
		return shortGreater
	case bpfJmp | bpfJge:
		return shortAtLeast
	case bpfAlu | bpfAnd:
		return shortAnd
	case bpfRet:
		return shortReturn
	case bpfRet | bpfA:
		return shortReturnA
	}
	return shortNone
}

// word reads 4 bytes of a packet in network byte order, if they were captured.
func word(data []byte, at uint64) (uint32, bool) {
	if at+4 > uint64(len(data)) {
		return 0, false
	}
	return binary.BigEndian.Uint32(data[at:]), true
}

// half reads 2 bytes.
func half(data []byte, at uint64) (uint32, bool) {
	if at+2 > uint64(len(data)) {
		return 0, false
	}
	return uint32(binary.BigEndian.Uint16(data[at:])), true
}

// octet reads a byte.
func octet(data []byte, at uint64) (uint32, bool) {
	if at >= uint64(len(data)) {
		return 0, false
	}
	return uint32(data[at]), true
}
