package diagnose_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

func at(port int) netip.AddrPort {
	return netip.AddrPortFrom(netip.MustParseAddr("198.51.100.2"), uint16(port))
}

// brief is a group in a few words.
func brief(list []diagnose.Group) (lines []string) {
	for _, g := range list {
		lines = append(lines, fmt.Sprintf("%v %v: %d, #%d to #%d, %v", g.ID, g.Server, g.Flows, g.First, g.Last, g.Confidence))
	}
	return lines
}

// TestGroups: by condition and server, the worst first, then the most flows.
func TestGroups(t *testing.T) {
	var g diagnose.Groups
	add := func(id diagnose.ID, flow flows.FlowID, port int, c diagnose.Confidence) uint64 {
		return g.Add(&diagnose.Finding{ID: id, Flow: flow, Server: at(port), Confidence: c})
	}
	add(diagnose.HalfCloseInUse, 1, 443, diagnose.Certain)
	add(diagnose.StuckLastAck, 2, 443, diagnose.Likely)
	add(diagnose.StuckCloseWait, 3, 443, diagnose.Possible)
	add(diagnose.StuckCloseWait, 4, 80, diagnose.Certain)
	if n := add(diagnose.StuckCloseWait, 5, 80, diagnose.Possible); n != 2 {
		t.Errorf("the second flow of a group counts %d, want 2", n)
	}
	if n := g.Add(&diagnose.Finding{ID: diagnose.StuckCloseWait, Flow: 5, Server: at(80), Update: true}); n != 2 {
		t.Errorf("with an update the group counts %d, want 2 still", n)
	}
	g.Add(&diagnose.Finding{ID: diagnose.CaptureLoss, Summary: "3 missing"})
	g.Add(&diagnose.Finding{ID: diagnose.CaptureLoss, Summary: "9 missing", Update: true})
	want := []string{
		"stuck-close-wait 198.51.100.2:80: 2, #4 to #5, certain",
		"stuck-close-wait 198.51.100.2:443: 1, #3 to #3, possible",
		"stuck-last-ack 198.51.100.2:443: 1, #2 to #2, likely",
		"capture-loss invalid AddrPort: 0, #0 to #0, possible",
		"half-close-in-use 198.51.100.2:443: 1, #1 to #1, certain",
	}
	if diff := cmp.Diff(want, brief(g.List())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := g.List()[3].Example.Summary; got != "9 missing" {
		t.Errorf("the example is %q, want the newest of the first flow", got)
	}
}

// TestReplacedFindingLeavesItsGroup, and an empty group the list.
func TestReplacedFindingLeavesItsGroup(t *testing.T) {
	var g diagnose.Groups
	for flow := flows.FlowID(1); flow <= 2; flow++ {
		g.Add(&diagnose.Finding{ID: diagnose.SynNoAnswer, Flow: flow, Server: at(80)})
	}
	replace := func(flow flows.FlowID) {
		g.Add(&diagnose.Finding{ID: diagnose.ICMPUnreachable, Flow: flow, Server: at(80), Replaces: []diagnose.ID{diagnose.SynNoAnswer}})
	}
	replace(1)
	want := []string{
		"syn-no-answer 198.51.100.2:80: 1, #1 to #2, possible", "icmp-unreachable 198.51.100.2:80: 1, #1 to #1, possible",
	}
	if diff := cmp.Diff(want, brief(g.List())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	replace(2)
	if got := brief(g.List()); len(got) != 1 {
		t.Errorf("got %q, want icmp-unreachable alone", got)
	}
	if n := g.Add(&diagnose.Finding{ID: diagnose.SynNoAnswer, Flow: 3, Server: at(80)}); n != 1 || len(g.List()) != 2 {
		t.Errorf("the first flow of a group that had gone counts %d, and there are %q; want 1, in a group of its own", n, brief(g.List()))
	}
}

// TestExampleIsKept: what a finding points to is somebody else's after the call.
func TestExampleIsKept(t *testing.T) {
	var g diagnose.Groups
	frames, replaces := []uint64{7, 9}, []diagnose.ID{diagnose.SynNoAnswer}
	g.Add(&diagnose.Finding{ID: diagnose.ICMPUnreachable, Flow: 1, Server: at(80), Packets: frames, Replaces: replaces})
	frames[0], replaces[0] = 1, diagnose.SynAckLost
	want := diagnose.Finding{ID: diagnose.ICMPUnreachable, Flow: 1, Packets: []uint64{7, 9}, Replaces: []diagnose.ID{diagnose.SynNoAnswer}}
	got := g.List()[0].Example
	got.Server = want.Server
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(diagnose.Finding{}), cmpopts.EquateComparable(netip.AddrPort{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCounts: the flows of all servers together; the capture as a whole counts
// once.
func TestCounts(t *testing.T) {
	var g diagnose.Groups
	for flow := flows.FlowID(1); flow <= 5; flow++ {
		g.Add(&diagnose.Finding{ID: diagnose.StuckCloseWait, Flow: flow, Server: at(int(80 + flow%2))})
	}
	g.Add(&diagnose.Finding{ID: diagnose.CaptureLoss})
	g.Add(&diagnose.Finding{ID: diagnose.CaptureLoss, Update: true})
	want := make([]uint64, len(diagnose.All())+1)
	want[diagnose.StuckCloseWait], want[diagnose.CaptureLoss] = 5, 1
	if diff := cmp.Diff(want, g.Counts()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestGroupsAreBounded: the findings of any number of servers take little
// memory, and none is lost.
func TestGroupsAreBounded(t *testing.T) {
	var g diagnose.Groups
	const servers = 10_000
	for n := range servers {
		g.Add(&diagnose.Finding{ID: diagnose.SynNoAnswer, Flow: flows.FlowID(n + 1), Server: at(n + 1)})
	}
	list := g.List()
	if len(list) > 5000 {
		t.Errorf("%d groups", len(list))
	}
	var total uint64
	for _, group := range list {
		total += group.Flows
	}
	if total != servers || list[0].Server.IsValid() {
		t.Errorf("%d flows in all, want %d; the greatest group is %v, want that of many servers", total, servers, list[0].Server)
	}
}

// BenchmarkGroups counts the findings of many flows: to one server, to some, and
// to more than are kept apart.
func BenchmarkGroups(b *testing.B) {
	for _, servers := range []int{1, 16, 10_000} {
		b.Run(fmt.Sprintf("%d-servers", servers), func(b *testing.B) {
			var g diagnose.Groups
			f, addr := diagnose.Finding{ID: diagnose.SynNoAnswer}, at(0).Addr()
			b.ReportAllocs()
			for b.Loop() {
				f.Flow++
				f.Server = netip.AddrPortFrom(addr, uint16(int(f.Flow)%servers))
				g.Add(&f)
			}
		})
	}
}
