package truth

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"tcptrace/flows"
)

// match finds for each connection the life that the tracer saw, nil where it
// saw none, and returns the lives that are left over.
func match(connections []Connection, lives []*Life) (found []*Life, extra []*Life) {
	found = make([]*Life, len(connections))
	seen := make(map[pair][]*Life)
	for _, l := range lives {
		p := pairOf(l.Ends[0], l.Ends[1])
		seen[p] = append(seen[p], l)
	}
	for p, same := range byPair(connections) {
		slices.SortStableFunc(same, func(a, b int) int { return connections[a].Start.Compare(connections[b].Start) })
		seen[p] = matchPair(connections, same, seen[p], found)
	}
	for _, l := range lives {
		if slices.Contains(seen[pairOf(l.Ends[0], l.Ends[1])], l) {
			extra = append(extra, l)
		}
	}
	return found, extra
}

// matchPair does it for the lives of one pair of addresses, which are told
// apart by their order if there are as many on both sides, else by time. same
// are the places of the connections, the oldest first.
func matchPair(connections []Connection, same []int, lives []*Life, found []*Life) (extra []*Life) {
	if len(lives) == len(same) {
		for i, at := range same {
			found[at] = lives[i]
		}
		return nil
	}
	for i, at := range same {
		from, to := time.Time{}, forever
		if i > 0 {
			from = connections[at].Start.Add(-early)
		}
		if i+1 < len(same) {
			to = connections[same[i+1]].Start.Add(-clearly)
		}
		fits := func(l *Life) bool { return !l.First.UTC().Before(from) && l.First.UTC().Before(to) }
		if k := slices.IndexFunc(lives, fits); k >= 0 {
			found[at] = lives[k]
			lives = slices.Delete(slices.Clone(lives), k, k+1)
		}
	}
	return lives
}

const (
	// early is how much before its connection a life may begin: clocks of
	// capture and kernel are the same, but packets out of order are not.
	early = 50 * time.Millisecond
	// clearly is how much before the next connection a life must have begun to
	// belong to this one.
	clearly = time.Millisecond
)

// forever is later than any capture.
var forever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// pair is the two addresses of a connection, the lesser one first.
type pair [2]netip.AddrPort

func pairOf(a, b netip.AddrPort) pair {
	if cmp.Compare(a.Compare(b), 0) > 0 {
		a, b = b, a
	}
	return pair{a, b}
}

func byPair(connections []Connection) map[pair][]int {
	by := make(map[pair][]int)
	for i := range connections {
		p := pairOf(connections[i].Client, connections[i].Server)
		by[p] = append(by[p], i)
	}
	return by
}

// side is where the life has the end that stands at an address. Roles may be
// exchanged: when both ends opened, or when the opening was not captured.
func (l *Life) side(c *Connection, end flows.Side) flows.Side {
	if c.Self() || l.Ends[flows.Client] == c.Client {
		return end
	}
	return end.Peer()
}
