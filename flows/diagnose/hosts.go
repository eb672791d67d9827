package diagnose

import "tcptrace/flows"

// host is what is kept of the listeners of one address together.
type host struct {
	addr    address
	granted flows.OptionSet
	ttl     uint8
	known   bool
}

// hosts holds them by address: a table of open addressing. None is ever taken
// out, but beyond maxListeners all are forgotten.
type hosts struct {
	table []host // a power of two of them
	n     int
	seed  uint64
}

const smallestHosts = 1 << 5

func newHosts(seed uint64) hosts { return hosts{table: make([]host, smallestHosts), seed: seed} }

// at is where the host with an address is, or would go.
func (h *hosts) at(a address) *host {
	mask := uint32(len(h.table) - 1)
	i := a.hash(0, h.seed) & mask
	for h.table[i].known && h.table[i].addr != a {
		i = (i + 1) & mask
	}
	return &h.table[i]
}

// learn takes note of what a SYN-ACK of a host grants, and of its TTL.
func (h *hosts) learn(a address, grants flows.OptionSet, ttl uint8) {
	to := h.at(a)
	if !to.known {
		h.makeRoom()
		h.n++
		to = h.at(a)
		to.addr, to.known = a, true
	}
	to.granted |= grants
	to.ttl = ttl
}

// makeRoom lets one more host in.
func (h *hosts) makeRoom() {
	switch {
	case h.n >= maxListeners:
		clear(h.table)
		h.n = 0
	case h.n >= len(h.table)/2:
		old := h.table
		h.table = make([]host, 2*len(old))
		for i := range old {
			if old[i].known {
				*h.at(old[i].addr) = old[i]
			}
		}
	}
}
