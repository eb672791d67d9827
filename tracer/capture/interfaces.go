package capture

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"tcptrace/tracer/decode"
)

// Options that tell of an interface, and of what was counted there; see
// draft-ietf-opsawg-pcapng §4.2 and §4.6.
const (
	optionName        = 2
	optionDescription = 3
	optionFilter      = 11

	optionReceived  = 4
	optionIfDropped = 5
	optionDropped   = 7
)

// maxTold bounds how many interfaces are remembered of one file: a new section
// may describe them all again.
const maxTold = maxInterfaces

// interfaces are those that a file tells of. They may be asked for while the
// file is read.
type interfaces struct {
	mu  sync.Mutex
	all []toldInterface // in the order of their numbers
}

type toldInterface struct {
	id    uint32
	about decode.Interface
}

func (i *interfaces) add(id uint32, about decode.Interface) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.all) < maxTold {
		i.all = append(i.all, toldInterface{id, about})
	}
}

// get is what is known of an interface.
func (i *interfaces) get(id uint32) (decode.Interface, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if n, ok := i.find(id); ok {
		return i.all[n].about, true
	}
	return decode.Interface{}, false
}

// count sets what was counted at an interface.
func (i *interfaces) count(id uint32, s decode.Stats) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if n, ok := i.find(id); ok {
		i.all[n].about.Stats = s
	}
}

func (i *interfaces) find(id uint32) (int, bool) {
	return slices.BinarySearchFunc(i.all, id, func(t toldInterface, id uint32) int { return cmp.Compare(t.id, id) })
}

func (r *pcapReader) told() *interfaces { return &r.known }

func (r *pcapngReader) told() *interfaces { return &r.known }

// describeMore takes what an option of an interface description tells besides
// the time.
func describeMore(about *decode.Interface, code uint16, value []byte) {
	text := strings.ToValidUTF8(string(value), "\ufffd")
	switch code {
	case optionName:
		about.Name = text
	case optionDescription:
		about.Description = text
	case optionFilter:
		if text, ok := strings.CutPrefix(text, "\x00"); ok { // else it is no text
			about.Filter = text
		}
	}
}

// count reads the statistics of an interface. What is wrong with them is
// nobody's trouble: the packets do not depend on it.
func (r *pcapngReader) count(body []byte) {
	if len(body) < 12 {
		return
	}
	id := r.order.u32(body)
	if int64(id) >= int64(len(r.interfaces)) {
		return
	}
	var s decode.Stats
	for b := body[12:]; ; {
		code, value, rest := r.option(b)
		if code == optionEnd {
			break
		}
		if len(value) >= 8 {
			s.Known = countMore(&s, code, r.order.u64(value)) || s.Known
		}
		b = rest
	}
	r.known.count(r.interfaces[id].id, s)
}

// countMore takes what an option counts, and reports whether it is one of those.
func countMore(s *decode.Stats, code uint16, n uint64) bool {
	switch code {
	case optionReceived:
		s.Received = n
	case optionIfDropped:
		s.IfDropped = n
	case optionDropped:
		s.Dropped = n
	default:
		return false
	}
	return true
}

// Describe is what the files have told so far of an interface, by its number in
// Frame.Interface. Their snaplen is left out: it is often less than what the
// packets hold, and libpcap refuses a pcapng file in which it is.
func (f *Files) Describe(id uint32) decode.Interface {
	for _, told := range f.told {
		if about, ok := told.get(id); ok {
			return about
		}
	}
	return decode.Interface{}
}

// Inputs is how many interfaces the files have told of so far.
func (f *Files) Inputs() (n uint32) {
	for _, told := range f.told {
		told.mu.Lock()
		n += uint32(len(told.all))
		told.mu.Unlock()
	}
	return n
}

// Describe is what is known of an interface, by its number in Frame.Interface,
// with the counters of the kernel.
func (l *Live) Describe(id uint32) decode.Interface {
	if int64(id) >= int64(len(l.taps)) {
		return decode.Interface{}
	}
	t := l.taps[id]
	return decode.Interface{Name: t.Name, LinkType: t.LinkType, Stats: t.sample()}
}
