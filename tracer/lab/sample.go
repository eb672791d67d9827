package lab

import (
	"net/netip"

	"tcptrace/flows"
)

// sample is a change seen between two dumps: an end that is new, or is in
// another state, or is gone.
type sample struct {
	at    flows.Time
	space int // which namespace
	entry entry
	standing
	gone bool
}

// kind is what sort of thing the kernel keeps for an end. The tracepoint shows
// full sockets only.
type kind uint8

const (
	fullSocket kind = iota
	request         // SYN_RECEIVED of a server: a request until the last ACK of the handshake
	minisock        // TIME_WAIT, and FIN_WAIT_2 of a socket that nobody holds any more
)

// entry is one end in a dump of the kernel's tables.
type entry struct {
	local, remote netip.AddrPort
	cookie        uint64 // who it is while it lives
}

// standing is how it is with an end in a dump.
type standing struct {
	state flows.State
	kind  kind
}
