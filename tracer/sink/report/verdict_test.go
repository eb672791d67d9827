package report

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// groupsOf folds findings: one flow each, to the servers named.
func groupsOf(id diagnose.ID, at diagnose.Party, servers ...string) []diagnose.Group {
	var g diagnose.Groups
	for i, server := range servers {
		g.Add(&diagnose.Finding{
			ID: id, At: at, Flow: flows.FlowID(i + 1), Client: netip.MustParseAddrPort("10.0.0.5:40000"),
			Server: netip.MustParseAddrPort(server), Summary: "it is so",
		})
	}
	return g.List()
}

func TestVerdict(t *testing.T) {
	const one, two, port, other = "10.0.0.9:443", "10.0.0.8:443", "10.0.0.9:80", "10.0.0.7:443"
	tests := []struct {
		name     string
		groups   []diagnose.Group
		total    uint64
		headline string
	}{
		{"well", nil, 140, "Nothing is wrong that the packets show."},
		{"empty", nil, 0, "There is no TCP connection in it."},
		{"an info is no fault", groupsOf(diagnose.DeferAccept, diagnose.Nobody, one), 2, "Nothing is wrong that the packets show."},
		{
			"one server", groupsOf(diagnose.StuckCloseWait, diagnose.Server, one, one), 140,
			"2 of 140 connections are stuck: the server 10.0.0.9:443 does not close.",
		},
		{
			"one flow", groupsOf(diagnose.StuckCloseWait, diagnose.Server, one), 1400,
			"1 of 1,400 connections is stuck: the server 10.0.0.9:443 does not close.",
		},
		{
			"all there is", groupsOf(diagnose.ConnectionRefused, diagnose.Server, one), 1,
			"The one connection is refused: nothing listens at the server 10.0.0.9:443.",
		},
		{
			"a client", groupsOf(diagnose.StuckCloseWait, diagnose.Client, one), 3,
			"1 of 3 connections is stuck: the client 10.0.0.5 does not close.",
		},
		{
			"many clients", groupsOf(diagnose.StuckCloseWait, diagnose.Client, one, one), 3,
			"2 of 3 connections are stuck: the clients of the server 10.0.0.9:443 do not close.",
		},
		{
			"two servers", groupsOf(diagnose.StuckCloseWait, diagnose.Server, one, two), 3,
			"2 of 3 connections are stuck: the servers 10.0.0.9:443 and 10.0.0.8:443 do not close.",
		},
		{
			"ports of one host", groupsOf(diagnose.StuckCloseWait, diagnose.Server, one, port), 3,
			"2 of 3 connections are stuck: the server 10.0.0.9 (2 ports) does not close.",
		},
		{
			"many servers", groupsOf(diagnose.StuckCloseWait, diagnose.Server, one, two, other), 3,
			"3 of 3 connections are stuck: 3 servers do not close.",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.headline, judge(tt.groups, tt.total).Headline); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestVerdictOrder: the worst is the headline, and what else there is follows.
func TestVerdictOrder(t *testing.T) {
	groups := append(groupsOf(diagnose.ConnectionRefused, diagnose.Server, "10.0.0.9:1", "10.0.0.9:1", "10.0.0.9:1"),
		groupsOf(diagnose.StuckCloseWait, diagnose.Server, "10.0.0.9:2")...)
	v := judge(groups, 9)
	if v.Severity != "critical" || !strings.Contains(v.Headline, "stuck") || !strings.HasPrefix(v.Advice, "Make the application close()") {
		t.Errorf("the headline is %+v, want the stuck one", v)
	}
	if diff := cmp.Diff([]string{"3 of 9 connections are refused: nothing listens at the server 10.0.0.9:1."}, v.Also); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPhrases: every condition that packets show and that is a fault has one, and
// none is left half filled.
func TestPhrases(t *testing.T) {
	for _, id := range diagnose.All() {
		if id.Severity() == diagnose.Info || id.Host() {
			continue
		}
		if phrase(id) == "" && id != diagnose.CaptureLoss && id != diagnose.SynFloodSuspected { // which are of no one connection
			t.Errorf("%v has no phrase", id)
		}
		for _, servers := range [][]string{{"10.0.0.9:443"}, {"10.0.0.9:443", "10.0.0.8:443", "10.0.0.7:443"}} {
			text := judge(groupsOf(id, diagnose.Server, servers...), 5).Headline
			for _, bad := range []string{"{", "}", "[", "|", "WHO", "TO", "  ", "server 10.0.0.9:443 do "} {
				if strings.Contains(text, bad) {
					t.Errorf("%v: %q has %q", id, text, bad)
				}
			}
		}
	}
}

// TestVerdictOfHalf: what a trace has not seen cannot be well.
func TestVerdictOfHalf(t *testing.T) {
	v := judge(nil, 1)
	v.reserve(errors.New("a.pcap: damaged \x1b[2J"))
	if diff := cmp.Diff([]string{"The trace ended before its capture did: a.pcap: damaged �[2J."}, v.Also); v.Severity != "info" || diff != "" {
		t.Errorf("severity %s (-want +got):\n%s", v.Severity, diff)
	}
	v = judge(groupsOf(diagnose.AsymmetricCapture, diagnose.Capture, "10.0.0.9:1"), 2)
	if want := "All 2 connections did what TCP expects of them, as far as the capture shows"; !strings.HasPrefix(v.Advice, want) {
		t.Errorf("%q, want %q", v.Advice, want)
	}
}
