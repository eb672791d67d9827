package diagnose

import (
	"net/netip"

	"tcptrace/flows"
)

// listener is what is kept of one server across its flows.
type listener struct {
	addr        netip.AddrPort
	flows       int    // that hold it
	idle        bool   // it stands in listeners.idle
	established uint64 // handshakes that were finished

	// The newest of these handshakes: when, by which frame and whose. No frame: none.
	passed      flows.Time
	passedFrame uint64
	passedFrom  netip.Addr

	wave wave // attempts that wait

	granted flows.OptionSet // what any of its SYN-ACKs granted
	alike   uint8           // how many granted all that was asked for, as far as that counts
	ttl     uint8           // of its newest SYN-ACK; 0: none, or unknown
	signs   signs           // of a full accept queue
}

// host is what is kept of the listeners of one address together.
type host struct {
	granted flows.OptionSet
	ttl     uint8
}

// listeners holds them by address. A capture may hold any number: beyond
// maxListeners those give way that no flow holds, the longest idle first. Those
// that nobody got through to go with their last flow at once, so that a port
// scan drives no other out.
type listeners struct {
	index  map[netip.AddrPort]uint32
	newest uint32 // the one that a flow came to last: often the next comes there, too
	list   []listener
	free   []uint32
	idle   []uint32 // that no flow held when they came to stand here
	hosts  map[netip.Addr]host
	ports  ports // that came round
}

const maxListeners = 1 << 16

func newListeners() listeners {
	return listeners{index: make(map[netip.AddrPort]uint32), list: make([]listener, 1), hosts: make(map[netip.Addr]host)}
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
	i := l.newest
	if l.list[i].addr != m.server() {
		if i = l.find(m.server()); i == 0 {
			return
		}
	}
	l.newest = i
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
func (l *listeners) find(addr netip.AddrPort) uint32 {
	i, known := l.index[addr]
	if known {
		return i
	}
	if i = l.place(); i != 0 {
		l.index[addr] = i
		l.list[i] = listener{addr: addr}
	}
	return i
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
			delete(l.index, l.list[i].addr)
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
	case at.established > 0 || at.wave.told != 0:
		at.idle = true
		l.idle = append(l.idle, i)
	default:
		delete(l.index, at.addr)
		*at = listener{}
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
	h, known := l.hosts[at.addr.Addr()]
	if !known && len(l.hosts) >= maxListeners {
		l.hosts = make(map[netip.Addr]host)
	}
	l.hosts[at.addr.Addr()] = host{h.granted | grants, ttl}
}
