package bench

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Kind is a kind of traffic.
type Kind string

// The kinds.
const (
	// Handshake is many short connections, ten thousand of them open at once: about
	// ten packets each, 3 % of them ended by a RST.
	Handshake Kind = "handshake"
	// Bulk is a hundred long transfers in one direction; of a hundred packets, one
	// is sent again or comes late.
	Bulk Kind = "bulk"
	// Synflood is SYNs that nobody answers, each from another address.
	Synflood Kind = "synflood"
	// Established is connections that open, exchange a request and its response, and
	// stay open: six packets each.
	Established Kind = "established"
	// Mixed is whole frames of IPv4 and IPv6: transfers with losses, requests on
	// connections that are kept, people who type, and short connections.
	Mixed Kind = "mixed"
)

// Kinds are all kinds.
var Kinds = [...]Kind{Handshake, Bulk, Synflood, Established, Mixed}

// snapLen is how much of a frame is captured: headers, as whoever captures a busy
// link does; of mixed traffic all.
func (k Kind) snapLen() int {
	if k == Mixed {
		return maxFrame
	}
	return 96
}

// Spec says what is made.
type Spec struct {
	Kind    Kind
	Packets int // about; exactly with Synflood
	Seed    uint64
}

// generators write one kind each.
var generators = map[Kind]func(*recorder, int){
	Handshake: handshakes, Bulk: bulk, Synflood: synflood, Established: established, Mixed: mixed,
}

// Generate writes a pcap file, and says what is in it.
func Generate(w io.Writer, s Spec) (Counts, error) {
	generate, ok := generators[s.Kind]
	if !ok {
		return Counts{}, fmt.Errorf("no kind of traffic is called %q: %s", s.Kind, names())
	}
	if s.Packets < 1 {
		return Counts{}, fmt.Errorf("%d packets are no capture", s.Packets)
	}
	r := newRecorder(w, s)
	generate(r, s.Packets)
	return r.counts, r.close()
}

func names() string {
	kinds := make([]string, 0, len(Kinds))
	for _, k := range slices.Sorted(slices.Values(Kinds[:])) {
		kinds = append(kinds, string(k))
	}
	return strings.Join(kinds, ", ")
}
