package capture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"github.com/google/gopacket/pcap"

	"tcptrace/tracer/decode"
)

// FilterError says that libpcap does not accept a filter: wrong usage, not a
// fault of a file or a device.
type FilterError struct {
	Filter string
	Err    error // in libpcap's words
}

func (e *FilterError) Error() string { return fmt.Sprintf("filter %q: %v", e.Filter, e.Err) }

func (e *FilterError) Unwrap() error { return e.Err }

// filter is a filter expression as a program for each link type.
type filter struct {
	expr     string
	programs map[int]program // nil: the expression means nothing there
	link     int             // of the last packet
	program  program         // for it
}

// newFilter compiles expr for the link types that files begin with, or for
// Ethernet when none is known yet, to see whether it means anything. It must be
// good for one of them. Packets of a link type that it is not good for do not
// match, as with `ether host` and a raw IP interface beside an Ethernet.
func newFilter(expr string, links []int) (*filter, error) {
	if len(links) == 0 {
		links = []int{1}
	}
	f := &filter{expr: expr, programs: map[int]program{}}
	for _, link := range links {
		if err := f.turn(link); err != nil {
			return nil, err
		}
		if f.program != nil {
			return f, nil
		}
	}
	_, err := compile(links[0], expr)
	return nil, err
}

// match tells whether the packet passes.
func (f *filter) match(frame *decode.Frame) (bool, error) {
	if frame.LinkType != f.link {
		if err := f.turn(frame.LinkType); err != nil {
			return false, err
		}
	}
	return f.program.match(frame.Data, uint32(frame.Length)), nil
}

// turn takes the program for another link type. That the expression means
// nothing there is no error, but that nobody could tell is one.
func (f *filter) turn(link int) error {
	p, known := f.programs[link]
	if !known {
		var err error
		p, err = compile(link, f.expr)
		var wrong *FilterError
		if err != nil && !errors.As(err, &wrong) {
			return fmt.Errorf("compile filter: %w", err)
		}
		f.programs[link] = p
	}
	f.link, f.program = link, p
	return nil
}

// compile has libpcap compile expr for a link type as files number it; a
// *FilterError says that it cannot be.
//
// pcap.CompileBPFFilter cannot do it: it takes libpcap's own numbers, and only
// up to 255, which leaves out LINUX_SLL2 (276). So libpcap is given an empty
// capture of that link type to read, through a pipe.
func compile(link int, expr string) (program, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	_, err = w.Write(emptyCapture(link))
	w.Close() // the bytes are in the pipe, or err says that they are not
	if err != nil {
		return nil, err
	}
	h, err := pcap.OpenOffline(fmt.Sprintf("/dev/fd/%d", r.Fd()))
	if err != nil {
		return nil, err
	}
	defer h.Close()
	code, err := h.CompileBPFFilter(expr)
	if err != nil {
		return nil, &FilterError{Filter: expr, Err: err}
	}
	return newProgram(code), nil
}

// emptyCapture is a pcap file without packets. Its snaplen is what a program
// returns for a packet that matches, so it must not be 0.
func emptyCapture(link int) []byte {
	b := binary.LittleEndian.AppendUint32(nil, pcapMicro)
	b = binary.LittleEndian.AppendUint16(b, 2)
	b = binary.LittleEndian.AppendUint16(b, 4)
	b = append(b, make([]byte, 8)...)
	b = binary.LittleEndian.AppendUint32(b, maxRecord)
	return binary.LittleEndian.AppendUint32(b, uint32(link))
}
