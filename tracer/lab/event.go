package lab

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"

	"tcptrace/flows"
)

// event is one line of the kernel's log.
type event struct {
	at            flows.Time
	socket        uint64 // address of the socket in the kernel: who it is while it lives
	local, remote netip.AddrPort
	// from and to are its states before and after; valid if not reset.
	from, to flows.State
	reset    bool // it accepted a RST
}

// kernelStates are the states by the kernel's numbers (include/net/tcp_states.h).
// A request has one of its own, which is SYN_RECEIVED to everybody else.
var kernelStates = [...]flows.State{
	1: flows.Established, 2: flows.SynSent, 3: flows.SynReceived, 4: flows.FinWait1, 5: flows.FinWait2,
	6: flows.TimeWait, 7: flows.Closed, 8: flows.CloseWait, 9: flows.LastAck, 10: flows.Listen,
	11: flows.Closing, 12: flows.SynReceived,
}

func kernelState(n uint32) flows.State {
	if n < uint32(len(kernelStates)) {
		return kernelStates[n]
	}
	return flows.Unknown
}

// layout says where the fields of a tracepoint are, by name, and its number.
type layout struct {
	id     uint16
	fields map[string]span
}

type span struct{ offset, size int }

var (
	layoutID    = regexp.MustCompile(`(?m)^ID: (\d+)$`)
	layoutField = regexp.MustCompile(`(?m)^\tfield:.*?(\w+)(?:\[\d+\])?;\toffset:(\d+);\tsize:(\d+);`)
)

// parseLayout reads the file format of a tracepoint.
func parseLayout(text string) (layout, error) {
	l := layout{fields: make(map[string]span)}
	id := layoutID.FindStringSubmatch(text)
	if id == nil {
		return l, fmt.Errorf("the format of a tracepoint has no ID: %.60q", text)
	}
	n, err := strconv.ParseUint(id[1], 10, 16)
	if err != nil {
		return l, fmt.Errorf("ID of a tracepoint: %w", err)
	}
	l.id = uint16(n)
	for _, m := range layoutField.FindAllStringSubmatch(text, -1) {
		offset, _ := strconv.Atoi(m[2]) // digits, by the expression
		size, _ := strconv.Atoi(m[3])
		l.fields[m[1]] = span{offset, size}
	}
	return l, nil
}

// number reads a field of up to eight bytes; a field that is not there is 0.
func (l *layout) number(data []byte, name string) uint64 {
	at, ok := l.fields[name]
	if !ok || at.offset+at.size > len(data) {
		return 0
	}
	b := data[at.offset : at.offset+at.size]
	switch at.size {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.NativeEndian.Uint16(b))
	case 4:
		return uint64(binary.NativeEndian.Uint32(b))
	case 8:
		return binary.NativeEndian.Uint64(b)
	}
	return 0
}

// address reads the IPv6 address of a field, IPv4 in its mapped form.
func (l *layout) address(data []byte, name string) netip.Addr {
	at, ok := l.fields[name]
	if !ok || at.size != 16 || at.offset+16 > len(data) {
		return netip.Addr{}
	}
	return netip.AddrFrom16([16]byte(data[at.offset:])).Unmap()
}

// Protocol and number of the tracepoints' own fields.
const (
	protocolTCP  = 6
	commonIDSize = 2
)

// decoder turns records of the trace buffer into events.
type decoder struct {
	states, resets layout
	// ahead is how far the clock of the trace is ahead of the time of day.
	ahead int64
}

// event reads a record; false if it is none that matters.
func (d *decoder) event(at uint64, data []byte) (event, bool) {
	if len(data) < commonIDSize {
		return event{}, false
	}
	e := event{at: flows.Time(int64(at) - d.ahead)}
	l := &d.states
	switch binary.NativeEndian.Uint16(data) {
	case d.states.id:
		if l.number(data, "protocol") != protocolTCP {
			return event{}, false
		}
		e.from = kernelState(uint32(l.number(data, "oldstate")))
		e.to = kernelState(uint32(l.number(data, "newstate")))
	case d.resets.id:
		l = &d.resets
		e.reset = true
	default:
		return event{}, false
	}
	e.socket = l.number(data, "skaddr")
	e.local = netip.AddrPortFrom(l.address(data, "saddr_v6"), uint16(l.number(data, "sport")))
	e.remote = netip.AddrPortFrom(l.address(data, "daddr_v6"), uint16(l.number(data, "dport")))
	return e, true
}
