package lab

import (
	"cmp"
	"hash/maphash"
	"net/netip"
	"slices"

	"tcptrace/flows"
	"tcptrace/tracer/decode"
)

// Link types of captures, as in capture files.
const (
	linkEthernet = 1
	linkRaw      = 101
)

// pair is the two addresses of a connection, whichever way round, the lesser
// one first.
type pair struct{ lo, hi netip.AddrPort }

func pairOf(a, b netip.AddrPort) pair {
	if b.Compare(a) < 0 {
		return pair{b, a}
	}
	return pair{a, b}
}

// sighting is a segment where it was captured.
type sighting struct {
	flows.Segment
	print uint64 // of its bytes from the IP header on: the same wherever it passes
}

// wire is what passed one place, by connection, in the order of time.
type wire struct {
	by     map[pair][]sighting
	prints map[uint64]bool
}

var printSeed = maphash.MakeSeed()

// newWire reads a capture.
func newWire(frames []decode.Frame) *wire {
	w := &wire{by: make(map[pair][]sighting), prints: make(map[uint64]bool)}
	d := decode.New()
	for i := range frames {
		f := &frames[i]
		if d.Decode(f) != decode.TCP {
			continue
		}
		s := sighting{Segment: d.Segment, print: maphash.Bytes(printSeed, datagram(f))}
		w.by[pairOf(s.Src, s.Dst)] = append(w.by[pairOf(s.Src, s.Dst)], s)
		w.prints[s.print] = true
	}
	return w
}

const ethernetHeader = 14

// datagram is the frame from its IP header on.
func datagram(f *decode.Frame) []byte {
	if f.LinkType == linkEthernet && len(f.Data) > ethernetHeader {
		return f.Data[ethernetHeader:]
	}
	return f.Data
}

// between are the segments of a connection.
func (w *wire) between(a, b netip.AddrPort) []sighting { return w.by[pairOf(a, b)] }

// during are the segments from a moment to another, both included.
func during(list []sighting, from, to flows.Time) []sighting {
	at := func(s sighting, t flows.Time) int { return cmp.Compare(s.Time, t) }
	i, _ := slices.BinarySearchFunc(list, from, at)
	j, _ := slices.BinarySearchFunc(list, to+1, at)
	return list[i:max(i, j)]
}

// isSYNACK reports whether the segment is a SYN-ACK of an end.
func (s *sighting) isSYNACK(from netip.AddrPort) bool {
	return s.Src == from && s.Flags.Has(flows.SYN|flows.ACK) && !s.Flags.Has(flows.RST)
}
