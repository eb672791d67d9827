package capture

import (
	"errors"
	"fmt"
	"io"

	"tcptrace/tracer/decode"
)

// maxRecord is the longest packet that is believed, in bytes. libpcap and
// Wireshark write and read at most 256 KiB; Linux hands segments of up to
// 512 KiB to a capture when BIG TCP is on. Twice that leaves room, and a false
// length costs no more memory than this.
const maxRecord = 1 << 20

// errEmpty is what a file without a byte in it is refused with.
var errEmpty = errors.New("the file is empty")

// linkTypeMask keeps the link type of the field of that name. The bits above
// say whether frames end with a frame check sequence and how long that is;
// whoever reads the packet goes by the packet's own length.
const linkTypeMask = 0x03ff_ffff

// reader cuts one capture file into packets.
type reader interface {
	// next fills frames, but for their numbers, and returns how many it filled:
	// one if it must wait for it, and no more than are in memory. It returns
	// io.EOF at a clean end, and no frame with an error. After errWait it can be
	// called again, as if it had not been.
	next(frames []decode.Frame) (int, error)
	// linkType is that of the first interface, or false when the file ended
	// or broke before it described one.
	linkType() (int, bool)
	// told are the interfaces that the file has told of so far.
	told() *interfaces
}

// newReader recognises the format of the capture in w. ids is the
// number of the next interface, counted over all files.
func newReader(w *window, ids *uint32) (reader, error) {
	if err := w.need(4); err == io.EOF {
		return nil, errEmpty
	} else if err != nil {
		return nil, err
	}
	if littleEndian.u32(w.rest) == sectionHeader {
		return newPcapng(w, ids)
	}
	for _, o := range []order{littleEndian, bigEndian} {
		if form, ok := pcapFormOf(o.u32(w.rest)); ok {
			return newPcap(w, o, form, ids)
		}
	}
	return nil, fmt.Errorf("not a capture file (magic %#08x)", bigEndian.u32(w.rest))
}
