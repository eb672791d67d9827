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
	backs    []string         // filters of what is held back besides; the first that means something counts
	programs map[int]programs // of each link type
	link     int              // of the last packet
	program  programs         // for it
}

// programs are those for one link type.
type programs struct {
	user program // nil: the expression means nothing there
	back program // nil: nothing is held back
}

// newFilter compiles expr for the link types that files begin with, or for
// Ethernet when none is known yet, to see whether it means anything. It must be
// good for one of them. Packets of a link type that it is not good for do not
// match, as with `ether host` and a raw IP interface beside an Ethernet.
func newFilter(expr string, links []int) (*filter, error) {
	if len(links) == 0 {
		links = []int{1}
	}
	f := &filter{expr: expr, programs: map[int]programs{}}
	for _, link := range links {
		if err := f.turn(link); err != nil {
			return nil, err
		}
		if f.program.user != nil {
			return f, nil
		}
	}
	_, err := compile(links[0], expr)
	return nil, err
}

// holdBack makes the filter hold back what the first of exprs does that means
// something for a link type.
func (f *filter) holdBack(exprs ...string) {
	f.backs = exprs
	f.programs, f.link = map[int]programs{}, noLink
}

// noLink is no link type.
const noLink = -1

// match tells whether the packet passes.
func (f *filter) match(frame *decode.Frame) (bool, error) {
	if frame.LinkType != f.link {
		if err := f.turn(frame.LinkType); err != nil {
			return false, err
		}
	}
	p, length := &f.program, uint32(frame.Length)
	return p.user.match(frame.Data, length) && (p.back == nil || p.back.match(frame.Data, length)), nil
}

// turn takes the programs for another link type.
func (f *filter) turn(link int) error {
	p, known := f.programs[link]
	if !known {
		var err error
		if p.user, err = compileFirst(link, f.expr); err != nil {
			return err
		}
		if p.back, err = compileFirst(link, f.backs...); err != nil {
			return err
		}
		f.programs[link] = p
	}
	f.link, f.program = link, p
	return nil
}

// compileFirst compiles the first of exprs that means something for a link type;
// the program is nil where none does. That nobody could tell is an error.
func compileFirst(link int, exprs ...string) (program, error) {
	for _, expr := range exprs {
		p, err := compile(link, expr)
		if err == nil {
			return p, nil
		}
		var wrong *FilterError
		if !errors.As(err, &wrong) {
			return nil, fmt.Errorf("compile filter: %w", err)
		}
	}
	return nil, nil
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
