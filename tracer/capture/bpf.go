package capture

import (
	"github.com/google/gopacket/pcap"
)

// program is a filter as libpcap compiles it (BPF). It is run here because a
// call of libpcap for each packet costs three times as much, and because the
// virtual machine of golang.org/x/net does not know the length on the wire,
// which `len`, `less` and `greater` are about.
type program []instruction

type instruction struct {
	short  short
	code   uint16 // class, mode or operation, size or source: below
	jt, jf uint8
	k      uint32
}

// How a code is made up, as in linux/bpf_common.h.
const (
	bpfLd, bpfLdx, bpfSt, bpfStx    = 0, 1, 2, 3 // class: code&7
	bpfAlu, bpfJmp, bpfRet, bpfMisc = 4, 5, 6, 7

	bpfImm, bpfAbs, bpfInd, bpfMem, bpfLen, bpfMsh = 0x00, 0x20, 0x40, 0x60, 0x80, 0xa0 // mode: code&0xe0
	bpfW, bpfH, bpfB                               = 0x00, 0x08, 0x10                   // size: code&0x18

	bpfAdd, bpfSub, bpfMul, bpfDiv, bpfOr, bpfAnd = 0x00, 0x10, 0x20, 0x30, 0x40, 0x50 // operation: code&0xf0
	bpfLsh, bpfRsh, bpfNeg, bpfMod, bpfXor        = 0x60, 0x70, 0x80, 0x90, 0xa0
	bpfJa, bpfJeq, bpfJgt, bpfJge, bpfJset        = 0x00, 0x10, 0x20, 0x30, 0x40
	bpfX                                          = 0x08 // source of an operation: X instead of k
	bpfA                                          = 0x10 // ret: A instead of k
	bpfTxa                                        = 0x80 // misc: A = X instead of X = A
	bpfWords                                      = 16   // of scratch memory
)

func newProgram(code []pcap.BPFInstruction) program {
	p := make(program, len(code))
	for i, c := range code {
		p[i] = instruction{short: shortOf(c.Code), code: c.Code, jt: c.Jt, jf: c.Jf, k: c.K}
	}
	return p
}

// machine is what a program works on.
type machine struct {
	a, x   uint32
	mem    [bpfWords]uint32
	data   []byte
	length uint32 // on the wire
}

// match runs the program over a packet of which data was captured. A program
// that reads beyond data, divides by zero or does not end in a return does not
// match; it always ends, since jumps only go forward. What has a short number is
// done here, with A and X in registers; the rest is done by step, which is slower.
func (p program) match(data []byte, length uint32) bool {
	m := machine{data: data, length: length}
	var a, x uint32 // m's, kept in registers
	for pc := 0; uint(pc) < uint(len(p)); pc++ {
		in := &p[pc]
		ok := true
		switch in.short {
		case shortLoadW:
			a, ok = word(data, uint64(in.k))
		case shortLoadH:
			a, ok = half(data, uint64(in.k))
		case shortLoadB:
			a, ok = octet(data, uint64(in.k))
		case shortLoadIndH:
			a, ok = half(data, uint64(in.k)+uint64(x))
		case shortHeader:
			x, ok = octet(data, uint64(in.k))
			x = x & 0xf << 2
		case shortEqual:
			pc += in.skip(a == in.k)
		case shortSet:
			pc += in.skip(a&in.k != 0)
		case shortGreater:
			pc += in.skip(a > in.k)
		case shortAtLeast:
			pc += in.skip(a >= in.k)
		case shortAnd:
			a &= in.k
		case shortReturn:
			return in.k != 0
		case shortReturnA:
			return a != 0
		default:
			m.a, m.x = a, x
			pc, ok = m.step(in, pc)
			a, x = m.a, m.x
		}
		if !ok {
			return false
		}
	}
	return false
}

// skip is how many instructions a jump leaves out.
func (in *instruction) skip(hold bool) int {
	if hold {
		return int(in.jt)
	}
	return int(in.jf)
}

// step does one instruction, and returns where the program stands then.
func (m *machine) step(in *instruction, pc int) (int, bool) {
	ok := true
	switch in.code & 7 {
	case bpfLd:
		m.a, ok = m.load(in)
	case bpfLdx:
		m.x, ok = m.loadX(in)
	case bpfSt:
		m.mem[in.k%bpfWords] = m.a
	case bpfStx:
		m.mem[in.k%bpfWords] = m.x
	case bpfAlu:
		m.a, ok = m.compute(in)
	case bpfJmp:
		pc += m.jump(in)
	case bpfMisc:
		m.transfer(in)
	default:
		ok = false
	}
	return pc, ok
}

func (m *machine) load(in *instruction) (uint32, bool) {
	switch in.code & 0xe0 {
	case bpfAbs:
		return m.fetch(in.code, uint64(in.k))
	case bpfInd:
		return m.fetch(in.code, uint64(in.k)+uint64(m.x))
	case bpfImm:
		return in.k, true
	case bpfLen:
		return m.length, true
	case bpfMem:
		return m.mem[in.k%bpfWords], true
	}
	return 0, false
}

// fetch reads the packet at offset at.
func (m *machine) fetch(code uint16, at uint64) (uint32, bool) {
	switch code & 0x18 {
	case bpfB:
		return octet(m.data, at)
	case bpfH:
		return half(m.data, at)
	case bpfW:
		return word(m.data, at)
	}
	return 0, false
}

func (m *machine) loadX(in *instruction) (uint32, bool) {
	switch in.code & 0xe0 {
	case bpfMsh: // the length of the IPv4 header at k
		b, ok := m.fetch(bpfB, uint64(in.k))
		return b & 0xf << 2, ok
	case bpfImm:
		return in.k, true
	case bpfLen:
		return m.length, true
	case bpfMem:
		return m.mem[in.k%bpfWords], true
	}
	return 0, false
}

func (m *machine) operand(in *instruction) uint32 {
	if in.code&bpfX != 0 {
		return m.x
	}
	return in.k
}

func (m *machine) compute(in *instruction) (uint32, bool) {
	b := m.operand(in)
	switch in.code & 0xf0 {
	case bpfAdd:
		return m.a + b, true
	case bpfSub:
		return m.a - b, true
	case bpfMul:
		return m.a * b, true
	case bpfAnd:
		return m.a & b, true
	case bpfOr:
		return m.a | b, true
	case bpfXor:
		return m.a ^ b, true
	case bpfLsh:
		return m.a << b, true
	case bpfRsh:
		return m.a >> b, true
	case bpfNeg:
		return -m.a, true
	}
	return m.divide(in, b)
}

func (m *machine) divide(in *instruction, b uint32) (uint32, bool) {
	switch op := in.code & 0xf0; {
	case b == 0:
		return 0, false
	case op == bpfDiv:
		return m.a / b, true
	case op == bpfMod:
		return m.a % b, true
	}
	return 0, false
}

// jump returns how many instructions are left out.
func (m *machine) jump(in *instruction) int {
	b := m.operand(in)
	switch in.code & 0xf0 {
	case bpfJa:
		return int(in.k)
	case bpfJeq:
		return in.skip(m.a == b)
	case bpfJgt:
		return in.skip(m.a > b)
	case bpfJge:
		return in.skip(m.a >= b)
	}
	return in.skip(m.a&b != 0)
}

func (m *machine) transfer(in *instruction) {
	if in.code&0xf8 == bpfTxa {
		m.a = m.x
		return
	}
	m.x = m.a
}
