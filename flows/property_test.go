package flows_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/flowtest"
)

// histories is a Handler that keeps the histories of the flows.
type histories struct{ ends [][2][]flows.State }

// Step does nothing.
func (*histories) Step(*flows.Step) {}

// End keeps the histories of a flow.
func (x *histories) End(r *flows.Record) {
	x.ends = append(x.ends, [2][]flows.State{slices.Clone(r.Ends[0].History), slices.Clone(r.Ends[1].History)})
}

// trace gives segments to a new table and ends it.
func trace(segments []flows.Segment, h flows.Handler) *flows.Table {
	table := flows.NewTable(flows.Limits{}, h)
	for i := range segments {
		table.Observe(&segments[i])
	}
	table.Finish()
	return table
}

// TestSimulatedTruth: of a connection without loss, seen from any place on its
// path, both histories come out exactly as they were.
func TestSimulatedTruth(t *testing.T) {
	for seed := range uint64(2000) {
		n := simulate(seed, 0, false)
		x := &histories{}
		trace(n.capture, x)
		want := [][2][]flows.State{{n.hosts[0].history, n.hosts[1].history}}
		if n.capture[0].Src != n.hosts[0].addr { // the server's SYN was the first to pass
			slices.Reverse(want[0][:])
		}
		if diff := cmp.Diff(want, x.ends); diff != "" {
			t.Fatalf("seed %d (-truth +told):\n%s\n%s", seed, diff, listing(n))
		}
	}
}

// listing shows a capture, for a person who looks for the reason.
func listing(n *network) string {
	text := ""
	base := map[netip.AddrPort]flows.Seq{n.hosts[0].addr: n.hosts[0].iss, n.hosts[1].addr: n.hosts[1].iss}
	for i := range n.capture {
		s := &n.capture[i]
		way := ">"
		if s.Src != n.hosts[0].addr {
			way = "<"
		}
		text += fmt.Sprintf("%6.3f %s %-3v %d ack %d len %d\n", time.Duration(s.Time).Seconds(), way, s.Flags,
			s.Seq.Sub(base[s.Src]), s.Ack.Sub(base[s.Dst]), s.Length)
	}
	return text
}

// mangle does to a capture what captures do: it loses, doubles, and exchanges
// segments, begins late or ends early.
func mangle(rng *rand.Rand, capture []flows.Segment) []flows.Segment {
	var list []flows.Segment
	for _, s := range capture {
		switch rng.IntN(20) {
		case 0: // lost
			continue
		case 1: // doubled, by another interface, or by the network
			again := s
			again.Interface = uint32(rng.IntN(2))
			again.Time = again.Time.Add(time.Duration(rng.IntN(10)) * time.Millisecond)
			list = append(list, s, again)
			continue
		}
		list = append(list, s)
	}
	for i := range max(len(list)-1, 0) {
		if rng.IntN(15) == 0 {
			list[i], list[i+1] = list[i+1], list[i]
		}
	}
	if rng.IntN(4) == 0 {
		list = list[rng.IntN(len(list)+1):]
	}
	if rng.IntN(4) == 0 {
		list = list[:rng.IntN(len(list)+1)]
	}
	return list
}

// mangled makes captures of connections that suffer from everything.
func mangled(seed uint64) []flows.Segment {
	rng := rand.New(rand.NewPCG(seed, 5961))
	n := simulate(seed, [...]float64{0, 0.02, 0.1}[rng.IntN(3)], true)
	return mangle(rng, n.capture)
}

// TestMangledCapturesHold: whatever a capture did to a connection, what must
// always hold holds.
func TestMangledCapturesHold(t *testing.T) {
	for seed := range uint64(3000) {
		capture := mangled(seed)
		a := newAudit(t, nil)
		table := trace(capture, a)
		a.totals(table, uint64(len(capture)))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// TestAddressesAndNumbersDoNotMatter: the same connection between other
// addresses, with other initial numbers, and at another time makes the same
// moves.
func TestAddressesAndNumbersDoNotMatter(t *testing.T) {
	for seed := range uint64(500) {
		capture := mangled(seed)
		want := &journal{}
		trace(capture, want)
		for who, cast := range flowtest.Casts() {
			got := &journal{start: cast.Start}
			trace(recast(capture, cast), got)
			if diff := cmp.Diff(want.moves, got.moves); diff != "" {
				t.Fatalf("seed %d, %s (-want +got):\n%s", seed, who, diff)
			}
		}
	}
}

// recast gives other roles to the segments of a simulated connection: J, K and
// the time are added to the numbers and the times that it has.
func recast(capture []flows.Segment, c flowtest.Cast) []flows.Segment {
	list := slices.Clone(capture)
	for i := range list {
		s := &list[i]
		seq, ack := c.J, c.K
		src, dst := c.Client, c.Server
		if s.Src.Port() == 443 {
			seq, ack, src, dst = ack, seq, dst, src
		}
		s.Seq, s.Src, s.Dst, s.Time = s.Seq+seq, src, dst, s.Time+c.Start
		if s.Flags.Has(flows.ACK) {
			s.Ack += ack
		}
	}
	return list
}

// TestPrefix: what is told of the beginning of a capture does not depend on
// what comes later.
func TestPrefix(t *testing.T) {
	for seed := range uint64(200) {
		capture := mangled(seed)
		whole := &journal{}
		trace(capture, whole)
		for cut := range capture {
			part := &journal{}
			trace(capture[:cut], part)
			if len(part.moves) > len(whole.moves) || !slices.Equal(part.moves, whole.moves[:len(part.moves)]) {
				t.Fatalf("seed %d, the first %d segments (-whole +part):\n%s", seed, cut, cmp.Diff(whole.moves, part.moves))
			}
		}
	}
}

// TestSameInputSameCalls: the same capture twice makes the same calls, in the
// same order, down to the last field.
func TestSameInputSameCalls(t *testing.T) {
	var all []flows.Segment
	for seed := range uint64(60) { // many connections at once, some of them on the same addresses
		for _, s := range mangled(seed) {
			if s.Src.Port() == 40000 {
				s.Src = netip.AddrPortFrom(s.Src.Addr(), 40000+uint16(seed%40))
			} else {
				s.Dst = netip.AddrPortFrom(s.Dst.Addr(), 40000+uint16(seed%40))
			}
			s.Time = s.Time.Add(time.Duration(seed%7) * 30 * time.Second)
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b flows.Segment) int { return int(a.Time - b.Time) })
	first, second := &journal{}, &journal{}
	trace(all, first)
	trace(all, second)
	if len(first.calls) < len(all) {
		t.Errorf("%d calls for %d segments", len(first.calls), len(all))
	}
	if diff := cmp.Diff(first.calls, second.calls); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
}

// TestChaosHolds: of segments that no stack would send, in a table that is too
// small for them, holds what must always hold.
func TestChaosHolds(t *testing.T) {
	for seed := range uint64(10000) {
		rng := rand.New(rand.NewPCG(seed, 1))
		a := newAudit(t, nil)
		z := &fuzzer{table: flows.NewTable(flows.Limits{MaxFlows: 3}, a), now: 1_000_000 * second}
		tuples, rarities := 1+rng.IntN(4), byte(rng.Uint32())
		for range 3 + rng.IntN(40) {
			kind := rng.IntN(32) / 30 * rng.IntN(32) // mostly segments
			b := [5]byte{byte(rng.IntN(tuples) | rng.IntN(2)<<2 | kind<<3)}
			for i := 1; i < len(b); i++ {
				b[i] = byte(rng.Uint32())
			}
			if rng.IntN(4) > 0 {
				b[1] &= 0x7f // short steps
			}
			if rng.IntN(3) > 0 {
				b[2] &= 0x33 // numbers close to each other
			}
			b[3] &= rarities
			b[4] &= rarities
			z.play(b[:])
		}
		z.table.Finish()
		a.totals(z.table, z.observed)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
