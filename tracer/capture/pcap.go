package capture

import (
	"fmt"

	"tcptrace/flows"
	"tcptrace/tracer/decode"
)

// pcapForm is what the magic number of a classic pcap file decides.
type pcapForm struct {
	unit flows.Time // nanoseconds in one unit of a time stamp's fraction
	head int        // bytes of a record's header
}

// The magic numbers, as the machine that wrote the file reads them.
const (
	pcapMicro    = 0xa1b2c3d4
	pcapNano     = 0xa1b23c4d
	pcapModified = 0xa1b2cd34 // Kuznetzov's patch: interface, protocol and direction after the lengths
)

const (
	pcapFileHeader = 24 // bytes
	recordHead     = 16 // bytes of the shortest header of a record
)

// oldMinor is the last version 2.x in which the two lengths of a record stand
// in the other order, in 2.3 only for some writers.
const oldMinor = 3

func pcapFormOf(magic uint32) (pcapForm, bool) {
	switch magic {
	case pcapMicro:
		return pcapForm{unit: 1000, head: 16}, true
	case pcapNano:
		return pcapForm{unit: 1, head: 16}, true
	case pcapModified:
		return pcapForm{unit: 1000, head: 24}, true
	}
	return pcapForm{}, false
}

// pcapReader reads a classic pcap file: one header, then packets.
type pcapReader struct {
	w     *window
	order order
	form  pcapForm
	old   bool // of oldMinor or before
	link  int
	id    uint32
	known interfaces
}

// newPcap reads the file header. The file's snaplen is not looked at: it is
// often zero or less than what the packets hold.
func newPcap(w *window, o order, form pcapForm, ids *uint32) (*pcapReader, error) {
	if err := w.need(pcapFileHeader); err != nil {
		return nil, fmt.Errorf("file header: %w", err)
	}
	b := w.rest
	r := &pcapReader{w: w, order: o, form: form, id: *ids}
	r.old = o.u16(b[4:]) == 2 && o.u16(b[6:]) <= oldMinor
	r.link = int(o.u32(b[20:]) & linkTypeMask)
	r.known.add(r.id, decode.Interface{LinkType: r.link})
	*ids++
	w.skip(pcapFileHeader)
	return r, nil
}

func (r *pcapReader) linkType() (int, bool) { return r.link, true }

func (r *pcapReader) next(frames []decode.Frame) (int, error) {
	if err := r.need(); err != nil {
		return 0, err
	}
	return r.cut(frames), nil
}

// need waits for a whole record.
func (r *pcapReader) need() error {
	if err := r.w.need(r.form.head); err != nil {
		return err
	}
	size, _ := r.sizes(r.w.rest)
	if size > maxRecord {
		return fmt.Errorf("record of %d bytes", size)
	}
	return r.w.need(r.form.head + int(size))
}

// cut makes frames of the whole records in memory. What is odd is left for need.
func (r *pcapReader) cut(frames []decode.Frame) (n int) {
	b, head := r.w.rest, r.form.head
	for n < len(frames) && len(b) >= head {
		record := b[:recordHead:recordHead]
		size, length := r.sizes(record)
		end := head + int(size)
		if size > maxRecord || end > len(b) {
			break
		}
		f := &frames[n]
		f.Time = flows.Time(r.order.u32(record))*1e9 + flows.Time(r.order.u32(record[4:]))*r.form.unit
		f.Interface = r.id
		f.LinkType = r.link
		f.Length = int(max(length, size))
		f.Data = b[head:end:end]
		b = b[end:]
		n++
	}
	r.w.rest = b
	return n
}

// sizes are how many bytes of a packet were captured and how many were on the
// wire, by the header of its record.
func (r *pcapReader) sizes(header []byte) (size, length uint32) {
	size, length = r.order.u32(header[8:]), r.order.u32(header[12:])
	if r.old && size > length {
		return length, size
	}
	return size, length
}
