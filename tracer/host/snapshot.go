package host

import (
	"net/netip"
	"time"

	"tcptrace/flows"
)

// Snapshot is the TCP sockets of one network namespace.
type Snapshot struct {
	Sockets []Socket
	// Partial says that the kernel's tables changed each time while it told them:
	// some sockets may be missing, some may be there twice.
	Partial bool
	// Taken is how long the kernel took to tell. It holds no lock meanwhile: a
	// socket is as it was at some time in between.
	Taken time.Duration
}

// Listeners are the sockets that take connections.
type Listeners []Socket

// Listeners picks out the listeners. Who asks for several addresses asks once
// for the listeners.
func (s Snapshot) Listeners() Listeners {
	var l Listeners
	for i := range s.Sockets {
		if s.Sockets[i].State == flows.Listen {
			l = append(l, s.Sockets[i])
		}
	}
	return l
}

// Listener is the one that takes connections to an address.
func (s Snapshot) Listener(local netip.AddrPort) (Socket, bool) { return s.Listeners().At(local) }

// At is the listener that takes connections to an address: the kernel prefers
// one that is bound to the address itself, then one of its family
// (net/ipv4/inet_hashtables.c, compute_score). Of several that share the port
// by SO_REUSEPORT it is the first.
func (l Listeners) At(local netip.AddrPort) (Socket, bool) {
	address := local.Addr().Unmap()
	best, found := 0, -1
	for i := range l {
		if l[i].Local.Port() != local.Port() {
			continue
		}
		if score := l[i].score(address); score > best {
			best, found = score, i
		}
	}
	if found < 0 {
		return Socket{}, false
	}
	return l[found], true
}

// score says how well a listener's address fits; 0: not at all.
func (s *Socket) score(address netip.Addr) int {
	bound := s.Local.Addr()
	switch {
	case bound == address.WithZone(""):
		return 3
	case !bound.IsUnspecified():
		return 0
	case bound.Is4() == address.Is4():
		return 2
	case address.Is4() && !s.V6Only:
		return 1 // a socket of IPv6 takes IPv4 too, unless IPV6_V6ONLY forbids it
	}
	return 0
}
