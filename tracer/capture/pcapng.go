package capture

import (
	"fmt"

	"tcptrace/flows"
	"tcptrace/tracer/decode"
)

// The types of block that are read; all others are skipped.
const (
	sectionHeader   = 0x0a0d0d0a // the same in both byte orders
	interfaceBlock  = 1
	obsoletePacket  = 2
	simplePacket    = 3
	statisticsBlock = 5
	enhancedPacket  = 6
)

const (
	byteOrderMagic = 0x1a2b3c4d
	blockFrame     = 12 // bytes of type and length before a block's body and of length after it
	enhancedHead   = 20 // bytes of an enhanced or obsolete packet's body before its data
	// maxBlock is the longest block that is read in one piece: a packet, and
	// as much again for its options.
	maxBlock = 2 * maxRecord
	// maxInterfaces bounds the memory that a section full of interface
	// descriptions takes; an obsolete packet cannot name more of them.
	maxInterfaces = 1 << 16
)

// pcapngReader reads a pcapng file: sections of blocks, each section with its
// own byte order and its own interfaces.
type pcapngReader struct {
	w          *window
	ids        *uint32
	order      order
	size       int64         // bytes of the block that is looked at
	interfaces []ngInterface // of this section
	last       flows.Time    // of the last packet
	known      interfaces    // of all sections
}

// ngInterface is what packets need of their interface.
type ngInterface struct {
	id         uint32
	link       int
	snaplen    uint32 // bytes; 0: no limit
	resolution resolution
}

// newPcapng reads up to the first interface, so that a filter can be checked
// for its link type before a packet is there. What is wrong from the second
// block on is left for next to find again.
func newPcapng(w *window, ids *uint32) (*pcapngReader, error) {
	r := &pcapngReader{w: w, ids: ids}
	if _, _, err := r.block(); err != nil {
		return nil, fmt.Errorf("section header: %w", err)
	}
	for len(r.interfaces) == 0 {
		kind, body, err := r.block()
		if err != nil || isPacket(kind) {
			break
		}
		if _, err := r.take(kind, body, nil); err != nil {
			break
		}
		w.skip(r.size)
	}
	return r, nil
}

func (r *pcapngReader) linkType() (int, bool) {
	if len(r.interfaces) == 0 {
		return 0, false
	}
	return r.interfaces[0].link, true
}

func (r *pcapngReader) next(frames []decode.Frame) (int, error) {
	if n := r.cut(frames); n > 0 {
		return n, nil
	}
	for {
		kind, body, err := r.block()
		if err != nil {
			return 0, err
		}
		packet, err := r.take(kind, body, &frames[0])
		if err != nil {
			return 0, err
		}
		r.w.skip(r.size)
		if packet {
			return 1, nil
		}
	}
}

// cut makes frames of the enhanced packets in memory, the only ones that are
// written today. It stops at any other block, and at what is odd.
func (r *pcapngReader) cut(frames []decode.Frame) (n int) {
	const least = blockFrame + enhancedHead
	b, order := r.w.rest, r.order
	for n < len(frames) && len(b) >= least {
		head := b[:least:least]
		kind, size := order.u32(head), order.u32(head[4:])
		if kind != enhancedPacket || size < least || size%4 != 0 || size > maxBlock || int(size) > len(b) {
			break
		}
		if order.u32(b[size-4:]) != size || r.packet(order.u32(head[8:]), b[8:size-4], &frames[n]) != nil {
			break
		}
		b = b[size:]
		n++
	}
	r.w.rest = b
	return n
}

// take does what a block says, and tells whether it was a packet.
func (r *pcapngReader) take(kind uint32, body []byte, f *decode.Frame) (bool, error) {
	switch kind {
	case enhancedPacket:
		return true, r.enhanced(body, f)
	case obsoletePacket:
		return true, r.obsolete(body, f)
	case simplePacket:
		return true, r.simple(body, f)
	case interfaceBlock:
		return false, r.describe(body)
	case sectionHeader:
		return false, r.begin(body)
	case statisticsBlock:
		r.count(body)
	}
	return false, nil
}

func isPacket(kind uint32) bool {
	return kind == enhancedPacket || kind == obsoletePacket || kind == simplePacket
}

// block looks at the next block without consuming it, and sets r.size. body is
// nil when the block is too long to be held and of no interest.
func (r *pcapngReader) block() (kind uint32, body []byte, err error) {
	if err := r.w.need(8); err != nil {
		return 0, nil, err
	}
	kind = r.order.u32(r.w.rest)
	if kind == sectionHeader {
		if err := r.turn(); err != nil {
			return 0, nil, err
		}
	}
	size := r.order.u32(r.w.rest[4:])
	r.size = int64(size)
	if size < blockFrame || size%4 != 0 || size > maxBlock {
		return kind, nil, checkSize(kind, size)
	}
	if err := r.w.need(int(size)); err != nil {
		return 0, nil, err
	}
	whole := r.w.rest[:size]
	if again := r.order.u32(whole[size-4:]); again != size {
		return 0, nil, fmt.Errorf("block of %d bytes that ends as one of %d", size, again)
	}
	return kind, whole[8 : size-4], nil
}

// checkSize lets long blocks pass that nobody reads: a file may carry whole
// name tables or keys.
func checkSize(kind, size uint32) error {
	if size < blockFrame || size%4 != 0 || isPacket(kind) || kind == interfaceBlock || kind == sectionHeader {
		return fmt.Errorf("block of %d bytes", size)
	}
	return nil
}

// turn takes the byte order of the section that begins here.
func (r *pcapngReader) turn() error {
	if err := r.w.need(12); err != nil {
		return err
	}
	switch magic := r.w.rest[8:]; uint32(byteOrderMagic) {
	case littleEndian.u32(magic):
		r.order = littleEndian
	case bigEndian.u32(magic):
		r.order = bigEndian
	default:
		return fmt.Errorf("section with byte-order magic %#08x", bigEndian.u32(magic))
	}
	return nil
}
