package capture

import "tcptrace/flows"

// The bounds of a batch: some 1 ms of packets at the rates that one core keeps
// up with. What comes on top of a full batch stays in the kernel's buffer,
// which is there for that, and where a loss is counted.
const (
	batchBytes   = 1 << 20
	batchPackets = 4096
)

// batch is packets copied out of libpcap's buffer.
type batch struct {
	data    []byte
	packets []batchPacket
}

type batchPacket struct {
	time   flows.Time
	length int // on the wire
	end    int // of its bytes in data; they begin where those of the packet before end
}

func newBatch() batch {
	return batch{data: make([]byte, 0, batchBytes), packets: make([]batchPacket, 0, batchPackets)}
}

func (b *batch) fits(size int) bool {
	return len(b.packets) == 0 || len(b.packets) < batchPackets && len(b.data)+size <= batchBytes
}
