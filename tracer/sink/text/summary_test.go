package text

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

// record is flow n from its own client port to one server.
func record(n int, outcome flows.Outcome) *flows.Record {
	r := stuckRecord()
	r.Flow, r.Outcome, r.Last.Time = flows.FlowID(n), outcome, at(0)
	r.Client = netip.AddrPortFrom(r.Client.Addr(), uint16(40000+n))
	return r
}

// stuckFor is a stuck flow that has waited for n seconds at the time at(0).
func stuckFor(n int, end flows.Side, state flows.State) *flows.Record {
	r := record(n, flows.Stuck)
	r.StuckEnd = end
	r.Ends[end] = flows.EndRecord{State: state, Since: at(0).Add(-time.Duration(n) * time.Second)}
	r.Last.Time = r.Ends[end].Since
	r.Ended = at(0)
	return r
}

func records(rs ...*flows.Record) []*flows.Record { return rs }

func TestSummary(t *testing.T) {
	live := flows.Summary{Packets: 41, DropsKnown: true}
	tests := []struct {
		name    string
		o       Options
		records []*flows.Record
		sum     flows.Summary
		want    string
	}{
		{"the design's", Options{}, records(record(1, flows.ClosedFlow), record(2, flows.ClosedFlow), record(3, flows.Stuck)),
			live, "3 flows: 2 closed, 1 stuck in CLOSE_WAIT (server 10.0.0.9:443) · 41 packets, 0 dropped by the kernel\n"},
		{"a client is named without its port", Options{}, records(stuckFor(1, flows.Client, flows.FinWait2)),
			live, "1 flow: 1 stuck in FIN_WAIT_2 (client 10.0.0.5) · 41 packets, 0 dropped by the kernel\n"},
		{"a file drops nothing", Options{}, records(record(1, flows.Open)),
			flows.Summary{Packets: 1}, "1 flow: 1 open · 1 packet\n"},
		{"nothing at all", Options{}, nil, flows.Summary{}, "0 flows · 0 packets\n"},
		{"drops", Options{}, nil, flows.Summary{Packets: 2, Dropped: 7, DropsKnown: true},
			"0 flows · 2 packets, 7 dropped by the kernel\n"},
		{"a selection", Options{Only: "with an end in CLOSE_WAIT"}, records(record(1, flows.Stuck)),
			flows.Summary{Packets: 9, Totals: flows.Totals{Flows: 14}},
			"1 of 14 flows with an end in CLOSE_WAIT: 1 stuck in CLOSE_WAIT (server 10.0.0.9:443) · 9 packets\n"},
		{"the rest", Options{MaxFlows: 10}, nil, flows.Summary{
			Packets: 9, Skipped: []flows.Count{{Name: "arp", N: 3}, {Name: "none", N: 0}, {Name: "udp", N: 2}},
			Totals: flows.Totals{Duplicates: 1, Orphans: 2, Evicted: 3},
		}, `0 flows · 9 packets
5 packets skipped: 3 arp, 2 udp
1 packet is in the capture twice
2 ICMP errors are about connections that the capture does not hold
3 flows were ended early to keep to --max-flows 10
`},
		{"several stuck", Options{}, records(
			stuckFor(61, flows.Server, flows.CloseWait), stuckFor(125, flows.Client, flows.FinWait2),
			stuckFor(90, flows.Server, flows.CloseWait), record(9, flows.ResetFlow)),
			flows.Summary{Packets: 9}, `4 flows: 1 reset, 3 stuck · 9 packets
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, closingOf(t, tt.o, tt.records, &tt.sum)); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
		})
	}
}

// closingOf is what a sink writes at the end.
func closingOf(t *testing.T, o Options, records []*flows.Record, sum *flows.Summary) string {
	t.Helper()
	var b bytes.Buffer
	s := New(&b, o)
	for _, r := range records {
		s.End(r)
	}
	if err := s.Close(sum); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSummaryWraps(t *testing.T) {
	rs := records(stuckFor(61, flows.Server, flows.CloseWait), stuckFor(125, flows.Client, flows.FinWait2))
	for _, width := range []int{40, 80} {
		got := closingOf(t, Options{Width: columnsOf(width)}, rs, &flows.Summary{Packets: 41, DropsKnown: true})
		for row := range strings.Lines(got) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(row, "\n")); n > width {
				t.Errorf("width %d: a row of %d columns: %q", width, n, row)
			}
		}
		want := strings.Fields(closingOf(t, Options{}, rs, &flows.Summary{Packets: 41, DropsKnown: true}))
		if diff := cmp.Diff(want, strings.Fields(got)); diff != "" {
			t.Errorf("width %d: words (-want +got):\n%s", width, diff)
		}
	}
}
