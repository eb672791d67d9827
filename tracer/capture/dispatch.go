package capture

/*
#cgo LDFLAGS: -lpcap
#include "dispatch.h"
*/
import "C"

import (
	"errors"
	"reflect"

	"github.com/google/gopacket/pcap"
)

// batchPacket is a packet in a batch: time is flows.Time, length that on the
// wire, end where its bytes end; they begin where those of the packet before end.
type batchPacket = C.struct_packet

// errNoDispatch is for a gopacket that is not the one that this was written for.
var errNoDispatch = errors.New("gopacket keeps its pcap_t elsewhere")

// dispatcher reads a handle with pcap_dispatch: one call of C for as many
// packets as are there, where gopacket has only one for each. That was 100 ns a
// packet.
type dispatcher struct {
	handle  *pcap.Handle // kept, so that it is not closed under p
	p       *C.pcap_t
	snaplen int
}

// newDispatcher takes the pcap_t out of h. gopacket does not export it, so
// reflection has to read the field.
func newDispatcher(h *pcap.Handle) (*dispatcher, error) {
	field := reflect.ValueOf(h).Elem().FieldByName("cptr")
	if !field.IsValid() || field.Kind() != reflect.Pointer || field.IsNil() {
		return nil, errNoDispatch
	}
	return &dispatcher{handle: h, p: (*C.pcap_t)(field.UnsafePointer()), snaplen: max(1, h.SnapLen())}, nil
}

// read waits for packets and fills b with those that are there. Without an error
// there may be none. What is not fetched stays in the kernel's buffer.
func (d *dispatcher) read(b *batch) error {
	room := min(batchPackets, max(1, batchBytes/d.snaplen))
	if need := max(batchBytes, d.snaplen); cap(b.data) < need {
		b.data = make([]byte, 0, need)
	}
	data, packets := b.data[:cap(b.data)], b.packets[:batchPackets]
	n := C.copy_packets(d.p, &packets[0], C.int(room), (*C.uint8_t)(&data[0]), C.uint32_t(len(data)))
	if n < 0 {
		b.clear()
		return d.handle.Error()
	}
	b.packets = packets[:n]
	if n > 0 {
		b.data = data[:packets[n-1].end]
	}
	return nil
}
