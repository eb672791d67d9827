package report

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// second is a moment so many seconds after the start of time.
func second(s float64) flows.Time { return flows.Time(s * 1e9) }

// TestCrowd: one client end is in SYN_SENT for a second and ESTABLISHED for
// three more; a second one is ESTABLISHED for the last of them.
func TestCrowd(t *testing.T) {
	var c crowd
	none := [2]flows.State{}
	opening := [2]flows.State{flows.SynSent, flows.Listen}
	open := [2]flows.State{flows.Established, flows.Established}
	c.move(second(10), none, opening)
	c.move(second(11), opening, open)
	c.move(second(13), none, open)
	c.move(second(14), open, none)
	total := func(side flows.Side, s flows.State) float64 {
		sum := 0.0
		for i := range c.bins {
			lasted := min(c.width, c.now.Sub(c.start)-time.Duration(i)*c.width)
			sum += c.mean(i, side, s) * lasted.Seconds()
		}
		return sum
	}
	for _, tt := range []struct {
		side  flows.Side
		state flows.State
		want  float64
	}{
		{flows.Client, flows.SynSent, 1}, {flows.Client, flows.Established, 4},
		{flows.Server, flows.Established, 4}, {flows.Server, flows.Listen, 0},
	} {
		if got := total(tt.side, tt.state); got < tt.want-1e-6 || got > tt.want+1e-6 {
			t.Errorf("%v in %v for %v connection seconds, want %v", tt.side, tt.state, got, tt.want)
		}
	}
	if len(c.bins) > maxBins || c.width != 32*time.Millisecond {
		t.Errorf("4 s are %d intervals of %v, want 125 of 32ms", len(c.bins), c.width)
	}
	if got := c.mean(len(c.bins)-1, flows.Client, flows.Established); got != 2 {
		t.Errorf("at the end %v clients are ESTABLISHED, want 2", got)
	}
}

// TestCrowdGoesBack: a capture's clock may.
func TestCrowdGoesBack(t *testing.T) {
	var c crowd
	open := [2]flows.State{flows.Established, flows.Established}
	c.move(second(10), [2]flows.State{}, open)
	c.move(second(5), open, [2]flows.State{})
	if c.now != second(10) || c.level[flows.Client][flows.Established] != 0 {
		t.Errorf("it is %v with %v open, want 10 s with none", c.now, c.level[flows.Client][flows.Established])
	}
}

func TestShakes(t *testing.T) {
	var s shakes
	for i := 1; i <= 100; i++ {
		s.add(time.Duration(i) * time.Millisecond)
	}
	s.add(3 * time.Second)
	for _, tt := range []struct {
		percent float64
		want    time.Duration
	}{{50, 51 * time.Millisecond}, {95, 96 * time.Millisecond}, {100, 3 * time.Second}} {
		got := s.percentile(tt.percent)
		if ratio := float64(got) / float64(tt.want); ratio < 1 || ratio > 1.13 {
			t.Errorf("%v %% within %v, want %v to a bucket", tt.percent, got, tt.want)
		}
	}
	var n uint64
	bars := s.bars()
	for i, b := range bars {
		n += b.N
		if i > 0 && b.From != bars[i-1].To {
			t.Errorf("bar %d begins at %v, the one before ends at %v", i, b.From, bars[i-1].To)
		}
	}
	if n != 101 || bars[0].From > time.Millisecond || bars[len(bars)-1].To < 3*time.Second {
		t.Errorf("%d handshakes from %v to %v, want 101 from 1 ms to 3 s", n, bars[0].From, bars[len(bars)-1].To)
	}
}

// TestShakesAtTheEdges: nothing lies outside.
func TestShakesAtTheEdges(t *testing.T) {
	var s shakes
	for _, d := range []time.Duration{1, time.Microsecond, 999 * time.Second, 24 * time.Hour} {
		s.add(d)
	}
	if s.buckets[0] != 2 || s.buckets[len(s.buckets)-1] != 2 {
		t.Errorf("the first bucket has %d, the last %d, want 2 and 2", s.buckets[0], s.buckets[len(s.buckets)-1])
	}
}

// ended is a flow that is over, with findings.
func ended(flow int, ids ...diagnose.ID) *kept {
	k := &kept{row: row{flow: flows.FlowID(flow)}}
	for _, id := range ids {
		k.found = append(k.found, found{Finding: diagnose.Finding{ID: id, Confidence: diagnose.Certain}, nth: uint64(flow)})
	}
	return k
}

// TestChoice: critical before warning, and the first flows of a condition before
// later ones; then what is slow, and in a small trace the rest.
func TestChoice(t *testing.T) {
	c := newChoice(6)
	slow := ended(8)
	slow.row.rtt = time.Second
	for _, k := range []*kept{
		ended(1), ended(2, diagnose.ConnectionRefused), ended(3, diagnose.StuckCloseWait), ended(4, diagnose.DeferAccept),
		ended(5, diagnose.StuckCloseWait), ended(6, diagnose.ConnectionRefused), ended(7), slow, ended(9),
	} {
		c.consider(k)
	}
	var got []int
	for _, k := range c.list() {
		got = append(got, int(k.row.flow))
	}
	if diff := cmp.Diff([]int{3, 5, 2, 6, 4, 8}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestChoiceOfEach: the first flow of another condition comes before the second
// of the same.
func TestChoiceOfEach(t *testing.T) {
	c := newChoice(2)
	for i, id := range []diagnose.ID{diagnose.StuckCloseWait, diagnose.StuckCloseWait, diagnose.SynNoAnswer} {
		k := ended(i+1, id)
		k.found[0].nth = []uint64{1, 2, 1}[i]
		c.consider(k)
	}
	if list := c.list(); len(list) != 2 || list[0].row.flow != 1 || list[1].row.flow != 3 {
		t.Errorf("chose %d and %d of %d, want 1 and 3", list[0].row.flow, list[1].row.flow, len(list))
	}
}

// step is one segment of a flow.
func step(flow int, at flows.Time, seg *flows.Segment) *flows.Step {
	return &flows.Step{
		Flow: flows.FlowID(flow), Time: at, Segment: seg, States: [2]flows.State{flows.SynSent, flows.Listen},
		Client: netip.MustParseAddrPort("10.0.0.5:4000"), Server: netip.MustParseAddrPort("10.0.0.9:443"),
	}
}

// TestMemory: whatever comes, the tapes keep to their bound, and flows with a
// finding keep theirs before the others.
func TestMemory(t *testing.T) {
	const most = 200_000
	s := New(nil, Options{Memory: most})
	const n = 5000
	for i := 1; i <= n; i++ {
		s.Step(step(i, second(float64(i)), &flows.Segment{Flags: flows.SYN}))
		if i == 7 {
			s.Finding(&diagnose.Finding{ID: diagnose.SynNoAnswer, Flow: 7})
		}
		if s.stock.size > most {
			t.Fatalf("%d bytes after %d flows, bound is %d", s.stock.size, i, most)
		}
	}
	if s.stock.lives[7].tape == nil || s.stock.lives[n].tape == nil {
		t.Error("the flow with a finding, or the newest, lost its tape")
	}
	if s.stock.lives[8].tape != nil {
		t.Error("the oldest flow without a finding kept its tape")
	}
	for i := 1; i <= n; i++ {
		s.End(&flows.Record{Flow: flows.FlowID(i)})
	}
	if s.stock.size != 0 || len(s.stock.lives) != 0 || len(s.stock.waiting)+len(s.stock.spared) > 2048 {
		t.Errorf("%d bytes, %d flows and %d waiting are left over", s.stock.size, len(s.stock.lives), len(s.stock.waiting))
	}
}

// TestReplaced: what a finding explains goes, and what grows worse stands once.
func TestReplaced(t *testing.T) {
	s := New(nil, Options{})
	s.Step(step(1, second(1), &flows.Segment{Flags: flows.SYN}))
	packets := []uint64{4}
	s.Finding(&diagnose.Finding{ID: diagnose.SynNoAnswer, Flow: 1, Packets: packets})
	s.Finding(&diagnose.Finding{ID: diagnose.AcceptQueueSynDrop, Flow: 1, Replaces: []diagnose.ID{diagnose.SynNoAnswer}, Packets: packets})
	s.Finding(&diagnose.Finding{ID: diagnose.AcceptQueueSynDrop, Flow: 1, Update: true, Summary: "worse", Packets: packets})
	packets[0] = 99 // it was valid during the call only
	got := s.stock.lives[1].found
	if len(got) != 1 || got[0].ID != diagnose.AcceptQueueSynDrop || got[0].Summary != "worse" || got[0].Packets[0] != 4 {
		t.Errorf("found %+v, want the second one as it grew, of packet 4", got)
	}
}

// TestCount: numbers go on where 32 bits end.
func TestCount(t *testing.T) {
	tp := &tape{base: [2]flows.Number{{Seq: 4_000_000_000, Known: true}, {}}}
	tp.points = []point{{from: flows.Client, seq: 1<<32 - 100}}
	if got, want := tp.count(flows.Client, 4_000_000_050), int64(1<<32+50); got != want {
		t.Errorf("the number after %d is %d, want %d", tp.points[0].seq, got, want)
	}
	tp.points[0].seq = 0
	if got := tp.count(flows.Client, 3_999_999_999); got != -1 {
		t.Errorf("the number before the base is %d, want -1", got)
	}
}

// TestThin: of many segments, the peculiar ones and a fair part of the others
// stay.
func TestThin(t *testing.T) {
	s := New(nil, Options{})
	for i := range 100_000 {
		st := step(1, second(float64(i)), &flows.Segment{Flags: flows.ACK, Seq: flows.Seq(i * 100), Length: 100})
		if i%1000 == 999 {
			st.Notes = flows.Retransmission
		}
		s.Step(st)
	}
	again, last := 0, time.Duration(0)
	points := s.stock.lives[1].tape.points
	for _, p := range points {
		if p.kind == sentAgain {
			again++
		}
		if p.at < last {
			t.Fatal("the points are out of order")
		}
		last = p.at
	}
	if len(points) > maxPoints || len(points) < maxPoints/4 || again != 100 {
		t.Errorf("%d points with %d retransmissions, want at most %d with 100", len(points), again, maxPoints)
	}
}

const sentAgain = again

// TestRows: when there is no room, those with a finding take it from those
// without.
func TestRows(t *testing.T) {
	g := newLedger()
	for i := range maxRows + 10 {
		var all []found
		if i >= maxRows+5 {
			all = []found{{Finding: diagnose.Finding{ID: diagnose.StuckCloseWait}}}
		}
		g.add(&flows.Record{Flow: flows.FlowID(i + 1)}, all)
	}
	g.sort()
	last := fmt.Sprint(g.rows[len(g.rows)-1].flow, g.rows[0].flow, len(g.rows), g.left)
	if want := fmt.Sprint(maxRows+10, 6, maxRows, 10); last != want {
		t.Errorf("last, first, rows and flows without a row are %s, want %s", last, want)
	}
}

// addrOf is the client of one of many flows.
func addrOf(i int) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), uint16(1024+i%60000))
}
