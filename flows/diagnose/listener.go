package diagnose

import (
	"math/rand/v2"
	"net/netip"

	"tcptrace/flows"
)

// listener is what is kept of one server across its flows. There may be very
// many: it holds no pointers, and what every flow touches comes first.
type listener struct {
	addr    address
	port    uint16
	ttl     uint8           // of its newest SYN-ACK; 0: none, or unknown
	alike   uint8           // how many granted all that was asked for, as far as that counts
	granted flows.OptionSet // what any of its SYN-ACKs granted
	idle    bool            // it stands in listeners.idle
	reached bool            // a handshake was finished
	flows   uint32          // that hold it
	hash    uint32          // of its address, as in the index

	wave wave // attempts that wait

	// The newest of the handshakes that were finished: when, by which frame and
	// whose. No frame: none.
	passed      flows.Time
	passedFrame uint64
	passedFrom  address

	signs signs // of a full accept queue
}

// listeners holds them by address. A capture may hold any number: beyond
// maxListeners those give way that no flow holds, the longest idle first. Those
// that nobody got through to go with their last flow at once, so that a port
// scan drives no other out.
type listeners struct {
	index  index
	seed   uint64 // of the hashes in it
	newest uint32 // the one that a flow came to last: often the next comes there, too; 0: none
	list   []listener
	free   []uint32
	idle   []uint32 // that no flow held when they came to stand here
	hosts  hosts
	ports  ports // that came round
}

const maxListeners = 1 << 16

func newListeners() listeners {
	seed := rand.Uint64()
	return listeners{index: newIndex(), seed: seed, list: make([]listener, 1), hosts: newHosts(seed)}
}

// listener is that of the flow; nil if it is not kept.
func (m *moment) listener() *listener {
	if m.track.listener == 0 {
		return nil
	}
	return &m.e.listeners.list[m.track.listener]
}

// enter counts a flow that has just begun with a SYN among those of its
// listener.
func (l *listeners) enter(m *moment) {
	i := l.find(m.server())
	if i == 0 {
		return
	}
	m.track.listener = i
	m.track.flow |= waiting
	if m.track.lacks == 0 {
		m.track.flow |= plain
	}
	if m.st.Segment.Options.Present == 0 {
		m.track.flow |= bare
	}
	at := &l.list[i]
	at.flows++
	at.wave.enter(m)
}

// find is where the listener with an address is, or has just been put; 0: nowhere.
func (l *listeners) find(server netip.AddrPort) uint32 {
	a, port := addressOf(server.Addr()), server.Port()
	if i := l.newest; i != 0 && l.list[i].addr == a && l.list[i].port == port {
		return i
	}
	hash := a.hash(port, l.seed)
	i := l.lookUp(hash, a, port)
	if i == 0 {
		if i = l.place(); i == 0 {
			return 0
		}
		l.index.put(hash, i)
		l.list[i] = listener{addr: a, port: port, hash: hash}
	}
	l.newest = i
	return i
}

// lookUp is where the listener with an address is; 0: nowhere.
func (l *listeners) lookUp(hash uint32, a address, port uint16) uint32 {
	x := &l.index
	mask := uint32(len(x.entries) - 1)
	for at := hash & mask; x.entries[at] != 0; at = (at + 1) & mask {
		if e := x.entries[at]; e.hash() == hash {
			if to := &l.list[e.place()]; to.addr == a && to.port == port {
				return e.place()
			}
		}
	}
	return 0
}

// forget takes a listener out of the index.
func (l *listeners) forget(i uint32) {
	l.index.drop(l.list[i].hash, i)
	if l.newest == i {
		l.newest = 0
	}
}

// place is where a new listener goes; 0: nowhere.
func (l *listeners) place() uint32 {
	if n := len(l.free); n > 0 {
		i := l.free[n-1]
		l.free = l.free[:n-1]
		return i
	}
	if len(l.list) <= maxListeners {
		l.list = append(l.list, listener{})
		return uint32(len(l.list) - 1)
	}
	for len(l.idle) > 0 {
		i := l.idle[0]
		l.idle = l.idle[1:]
		l.list[i].idle = false
		if l.list[i].flows == 0 {
			l.forget(i)
			return i
		}
	}
	return 0
}

// settle takes a flow out of those that wait for the end of their handshake.
func (l *listeners) settle(m *moment) {
	if m.track.flow&waiting == 0 {
		return
	}
	m.track.flow &^= waiting
	l.list[m.track.listener].wave.leave(m)
}

// leave takes a flow that has ended out of the counts of its listener.
func (l *listeners) leave(m *moment) {
	i := m.track.listener
	if i == 0 {
		return
	}
	l.settle(m)
	at := &l.list[i]
	at.flows--
	switch {
	case at.flows > 0 || at.idle:
	case at.reached || at.wave.told != 0:
		at.idle = true
		l.idle = append(l.idle, i)
	default:
		l.forget(i)
		l.free = append(l.free, i)
	}
}

// learn takes note of what a SYN-ACK grants.
func (l *listeners) learn(m *moment, at *listener, asked, grants flows.OptionSet) {
	ttl := m.st.Segment.TTL
	if asked != 0 && asked&^grants == 0 && at.alike < alike {
		at.alike++
	}
	if at.granted|grants == at.granted && at.ttl == ttl {
		return // the usual case
	}
	at.granted |= grants
	at.ttl = ttl
	l.hosts.learn(at.addr, grants, ttl)
}
