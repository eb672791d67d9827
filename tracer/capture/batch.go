package capture

// The bounds of a batch: some 1 ms of packets at the rates that one core keeps
// up with, and what fits into its cache. What comes on top of a full batch stays
// in the kernel's buffer, which is there for that, and where a loss is counted.
const (
	batchBytes   = 512 << 10
	batchPackets = 2048
)

// batch is packets copied out of libpcap's buffer.
type batch struct {
	data    []byte
	packets []batchPacket
	gone    error // why nothing comes behind it
}

func newBatch() *batch {
	return &batch{data: make([]byte, 0, batchBytes), packets: make([]batchPacket, 0, batchPackets)}
}

func (b *batch) clear() { b.data, b.packets = b.data[:0], b.packets[:0] }
