package capture

import (
	"fmt"

	"tcptrace/tracer/decode"
)

// The options of an interface description that say what time its packets have.
const (
	optionEnd        = 0
	optionResolution = 9
	optionOffset     = 14
)

// begin starts a section: what the last one described does not hold in it.
// The length that a section may give is not looked at: most writers leave it
// open, and blocks carry their own.
func (r *pcapngReader) begin(body []byte) error {
	if len(body) < 16 {
		return fmt.Errorf("section header of %d bytes", len(body)+blockFrame)
	}
	if major := r.order.u16(body[4:]); major != 1 {
		return fmt.Errorf("pcapng version %d", major)
	}
	r.interfaces = r.interfaces[:0]
	return nil
}

// describe adds an interface to the section.
func (r *pcapngReader) describe(body []byte) error {
	if len(body) < 8 {
		return fmt.Errorf("interface description of %d bytes", len(body)+blockFrame)
	}
	if len(r.interfaces) == maxInterfaces {
		return fmt.Errorf("more than %d interfaces", maxInterfaces)
	}
	i := ngInterface{
		id:         *r.ids,
		link:       int(r.order.u16(body)),
		snaplen:    r.order.u32(body[4:]),
		resolution: microseconds(),
	}
	about := decode.Interface{LinkType: i.link}
	r.readOptions(body[8:], &i, &about)
	r.interfaces = append(r.interfaces, i)
	r.known.add(i.id, about)
	*r.ids++
	return nil
}

// readOptions stops where the options stop making sense: the rest of the file
// does not depend on them.
func (r *pcapngReader) readOptions(b []byte, i *ngInterface, about *decode.Interface) {
	for {
		code, value, rest := r.option(b)
		switch {
		case code == optionEnd:
			return
		case code == optionResolution && len(value) >= 1:
			i.resolution.setUnit(value[0])
		case code == optionOffset && len(value) >= 8:
			i.resolution.offset = int64(r.order.u64(value))
		default:
			describeMore(about, code, value)
		}
		b = rest
	}
}

// option is the first option of a list; optionEnd where the list ends, or makes
// no sense any more.
func (r *pcapngReader) option(b []byte) (code uint16, value, rest []byte) {
	if len(b) < 4 {
		return optionEnd, nil, nil
	}
	code, size := r.order.u16(b), int(r.order.u16(b[2:]))
	b = b[4:]
	if size > len(b) {
		return optionEnd, nil, nil
	}
	return code, b[:size], b[min((size+3)&^3, len(b)):]
}

func (r *pcapngReader) enhanced(body []byte, f *decode.Frame) error {
	if len(body) < enhancedHead {
		return fmt.Errorf("packet block of %d bytes", len(body)+blockFrame)
	}
	return r.packet(r.order.u32(body), body, f)
}

// obsolete packets differ from enhanced ones in that a count of drops shares
// the first field with the interface.
func (r *pcapngReader) obsolete(body []byte, f *decode.Frame) error {
	if len(body) < enhancedHead {
		return fmt.Errorf("packet block of %d bytes", len(body)+blockFrame)
	}
	return r.packet(uint32(r.order.u16(body)), body, f)
}

func (r *pcapngReader) packet(id uint32, body []byte, f *decode.Frame) error {
	if int64(id) >= int64(len(r.interfaces)) {
		return fmt.Errorf("packet of interface %d, which is not described", id)
	}
	head, data, order := body[:enhancedHead:enhancedHead], body[enhancedHead:], r.order
	size := order.u32(head[12:])
	if size > maxRecord || int(size) > len(data) {
		return fmt.Errorf("packet of %d bytes in a block of %d", size, len(body)+blockFrame)
	}
	i := &r.interfaces[id]
	r.last = i.resolution.time(uint64(order.u32(head[4:]))<<32 | uint64(order.u32(head[8:])))
	f.Time = r.last
	f.Interface = i.id
	f.LinkType = i.link
	f.Length = int(max(order.u32(head[16:]), size))
	f.Data = data[:size:size]
	return nil
}

// simple packets are of the first interface and have no time; they get that of
// the packet before, which keeps them in their place.
func (r *pcapngReader) simple(body []byte, f *decode.Frame) error {
	if len(body) < 4 {
		return fmt.Errorf("packet block of %d bytes", len(body)+blockFrame)
	}
	if len(r.interfaces) == 0 {
		return fmt.Errorf("packet of interface 0, which is not described")
	}
	i := &r.interfaces[0]
	length := r.order.u32(body)
	size := length
	if i.snaplen != 0 {
		size = min(size, i.snaplen)
	}
	if size > maxRecord || int(size) > len(body)-4 {
		return fmt.Errorf("packet of %d bytes in a block of %d", size, len(body)+blockFrame)
	}
	f.Time = r.last
	f.Interface = i.id
	f.LinkType = i.link
	f.Length = int(length)
	f.Data = body[4 : 4+size : 4+size]
	return nil
}
