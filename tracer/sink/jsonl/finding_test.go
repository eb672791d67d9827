package jsonl

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

func leak() *diagnose.Finding {
	return &diagnose.Finding{
		ID: diagnose.StuckCloseWait, Confidence: diagnose.Likely, At: diagnose.Server,
		Time: flows.TimeOf(time.Date(2026, 3, 2, 8, 1, 3, 0, time.UTC)), Flow: 7,
		Client: netip.MustParseAddrPort("[2001:db8::5]:51324"), Server: netip.MustParseAddrPort("[2001:db8::9]:443"),
		Packets: []uint64{7, 18}, Summary: "server in CLOSE_WAIT for 60 s",
	}
}

func TestFinding(t *testing.T) {
	advice := diagnose.StuckCloseWait.Rule().Advice
	want := obj("v", num("1"), "event", "finding", "time", "2026-03-02T08:01:03.000000000Z",
		"id", "stuck-close-wait", "severity", "critical", "confidence", "likely",
		"flow", num("7"), "client", "[2001:db8::5]:51324", "server", "[2001:db8::9]:443", "end", "server",
		"packets", list(num("7"), num("18")), "summary", "server in CLOSE_WAIT for 60 s", "advice", advice)
	more := leak()
	more.Otherwise, more.Update = "a \"slow\" answer", true
	more.Owner = diagnose.Owner{PID: 1234, Command: "ja\x1bva", FD: 57}
	more.Replaces = []diagnose.ID{diagnose.SynNoAnswer}
	wantMore := obj()
	for k, v := range want {
		wantMore[k] = v
	}
	wantMore["otherwise"], wantMore["update"] = "a \"slow\" answer", true
	wantMore["owner"] = obj("pid", num("1234"), "command", "ja\x1bva", "fd", num("57"))
	wantMore["replaces"] = list("syn-no-answer")
	got := lines(t, Options{Detail: Closing}, func(s *Sink) {
		s.Finding(leak())
		s.Finding(more)
	})
	if diff := cmp.Diff([]map[string]any{want, wantMore}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestFindingOfTheCapture: no flow, no addresses, nobody at fault, no frame.
func TestFindingOfTheCapture(t *testing.T) {
	got := lines(t, Options{}, func(s *Sink) {
		s.Finding(&diagnose.Finding{ID: diagnose.MidstreamPickup, Confidence: diagnose.Certain, Summary: "no SYN"})
	})[0]
	want := obj("v", num("1"), "event", "finding", "time", "1970-01-01T00:00:00.000000000Z",
		"id", "midstream-pickup", "severity", "info", "confidence", "certain", "packets", list(),
		"summary", "no SYN", "advice", diagnose.MidstreamPickup.Rule().Advice)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSummaryCountsFindings: the flows of every condition, without what was
// replaced and without what grew worse.
func TestSummaryCountsFindings(t *testing.T) {
	got := lines(t, Options{Detail: Closing}, func(s *Sink) {
		for flow := range flows.FlowID(3) {
			f := leak()
			f.Flow = flow + 1
			s.Finding(f)
			f.Update = true
			s.Finding(f)
		}
		early := leak()
		early.ID = diagnose.SynNoAnswer
		s.Finding(early)
		late := leak()
		late.ID, late.Replaces = diagnose.ICMPUnreachable, []diagnose.ID{diagnose.SynNoAnswer}
		s.Finding(late)
		s.Finding(&diagnose.Finding{ID: diagnose.CaptureLoss})
		if err := s.Close(&flows.Summary{}); err != nil {
			t.Fatal(err)
		}
	})
	want := obj("stuck-close-wait", num("3"), "icmp-unreachable", num("1"), "capture-loss", num("1"))
	if diff := cmp.Diff(any(want), got[len(got)-1]["findings"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
