package capture

import "sync"

// batches is how many of an interface are under way: one filled, one used, one
// between, so that neither side waits for the other where both are busy.
const batches = 3

// mailbox is between the goroutine that reads an interface and the one that
// calls Next.
type mailbox struct {
	ready chan<- struct{} // told when there is something to take
	full  chan *batch     // filled, not yet taken
	free  chan *batch     // used up

	closing sync.Once
	closed  chan struct{} // nobody takes any more
}

func newMailbox(ready chan<- struct{}) *mailbox {
	m := &mailbox{
		ready: ready, full: make(chan *batch, batches), free: make(chan *batch, batches), closed: make(chan struct{}),
	}
	for range batches {
		m.free <- newBatch()
	}
	return m
}

// empty waits for a batch to fill; it is nil when nobody will take it.
func (m *mailbox) empty() *batch {
	select {
	case <-m.closed:
		return nil
	case b := <-m.free:
		if m.isClosed() { // select takes either
			return nil
		}
		b.clear()
		return b
	}
}

func (m *mailbox) isClosed() bool {
	select {
	case <-m.closed:
		return true
	default:
		return false
	}
}

// put hands over a batch of empty.
func (m *mailbox) put(b *batch) {
	m.full <- b // never blocks: there are no more batches than places
	select {
	case m.ready <- struct{}{}:
	default: // it is told already
	}
}

// take exchanges a batch that is used up, or nil, for the next one; it is nil
// while there is none.
func (m *mailbox) take(used *batch) *batch {
	if used != nil {
		m.free <- used // never blocks, as in put
	}
	select {
	case b := <-m.full:
		return b
	default:
		return nil
	}
}

// close makes empty return nil from now on.
func (m *mailbox) close() { m.closing.Do(func() { close(m.closed) }) }
