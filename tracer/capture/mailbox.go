package capture

import (
	"sync"

	"tcptrace/flows"
)

// mailbox is between the goroutine that reads an interface and the one that
// calls Next: two batches, of which one is filled while the other is used.
//
// It is not a channel of batches because the reader cannot know when to send
// one: it blocks in libpcap without a warning, and the packets that it has by
// then must not wait.
type mailbox struct {
	ready chan<- struct{} // told when there is something to take

	mu      sync.Mutex
	space   sync.Cond // the filling batch was taken, or the box closed
	filling batch
	closed  bool  // nobody takes any more
	end     error // why the reader stopped
}

func newMailbox(ready chan<- struct{}) *mailbox {
	m := &mailbox{ready: ready, filling: newBatch()}
	m.space.L = &m.mu
	return m
}

// put copies a packet in, and waits for space if need be. It returns false
// when nobody will take it.
func (m *mailbox) put(t flows.Time, length int, data []byte) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for !m.filling.fits(len(data)) && !m.closed {
		m.space.Wait()
	}
	if m.closed {
		return false
	}
	b := &m.filling
	b.data = append(b.data, data...)
	b.packets = append(b.packets, batchPacket{time: t, length: length, end: len(b.data)})
	if len(b.packets) == 1 {
		m.tell()
	}
	return true
}

// finish says that no packet will follow, and why.
func (m *mailbox) finish(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.end = err
	m.tell()
}

func (m *mailbox) tell() {
	select {
	case m.ready <- struct{}{}:
	default: // it is told already
	}
}

// take exchanges what was put in for *used, whose packets are done with. When
// there is nothing, it returns the error of finish.
func (m *mailbox) take(used *batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	used.data, used.packets = used.data[:0], used.packets[:0]
	if len(m.filling.packets) == 0 {
		return m.end
	}
	m.filling, *used = *used, m.filling
	m.space.Signal()
	return nil
}

// close makes put return false from now on.
func (m *mailbox) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.space.Signal()
}
