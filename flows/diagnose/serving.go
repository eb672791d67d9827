package diagnose

import (
	"net/netip"

	"tcptrace/flows"
)

// Serving tells which listener a connection came in by. Its values say whether
// a listener takes IPv4.
type Serving map[netip.AddrPort]bool

// NewServing looks for the listeners among sockets.
func NewServing(sockets []Socket) Serving {
	s := make(Serving)
	for i := range sockets {
		if l := &sockets[i]; l.State == flows.Listen {
			s[l.Local] = s[l.Local] || l.Local.Addr().Is4() || !l.V6Only
		}
	}
	return s
}

// By is the address of the listener that takes connections to local; false if
// there is none, so that the connection went out. The kernel prefers the most
// specific one, and [::] takes IPv4 too unless IPV6_V6ONLY forbids it
// (net/ipv4/inet_hashtables.c, compute_score).
func (s Serving) By(local netip.AddrPort) (netip.AddrPort, bool) {
	any4 := netip.AddrPortFrom(netip.IPv4Unspecified(), local.Port())
	any6 := netip.AddrPortFrom(netip.IPv6Unspecified(), local.Port())
	if _, ok := s[local]; ok {
		return local, true
	}
	if !local.Addr().Is4() {
		_, ok := s[any6]
		return any6, ok
	}
	if s[any4] {
		return any4, true
	}
	return any6, s[any6]
}
