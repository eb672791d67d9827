package jsonl

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
)

// closedRecord is a flow that its server closed first.
func closedRecord() *flows.Record {
	return &flows.Record{
		Flow:   3,
		Client: netip.MustParseAddrPort("10.0.0.5:51324"), Server: netip.MustParseAddrPort("10.0.0.9:443"),
		First:   flows.Mark{Time: start, Packet: 1},
		Last:    flows.Mark{Time: start.Add(time.Second), Packet: 9},
		Outcome: flows.ClosedFlow, HandshakeRTT: 230 * time.Microsecond, Gaps: true,
		Ends: [2]flows.EndRecord{
			{
				State: flows.Closed, Since: start, History: []flows.State{flows.SynSent, flows.Closed},
				ISN: flows.Number{Seq: 100, Known: true}, FIN: flows.Number{Seq: 200, Known: true},
				Packets: 5, Bytes: 99, Retransmissions: 1, Duplicates: 2, SYNs: 2, FINs: 1,
			},
			{
				State: flows.Unknown, History: []flows.State{flows.TimeWait}, Cut: true,
				FIN: flows.Number{Seq: 4294967295, Known: true}, FirstFIN: true,
				Packets: 4, Bytes: 4096, Duplicates: 1, RSTs: 1,
			},
		},
	}
}

func TestFlow(t *testing.T) {
	got := lines(t, Options{}, func(s *Sink) { s.End(closedRecord()) })
	want := []map[string]any{obj(
		"v", num("1"), "event", "flow", "flow", num("3"),
		"client", "10.0.0.5:51324", "server", "10.0.0.9:443",
		"first", obj("time", "2026-03-02T08:00:01.204113007Z", "packet", num("1")),
		"last", obj("time", "2026-03-02T08:00:02.204113007Z", "packet", num("9")),
		"outcome", "closed",
		"client_state", "CLOSED", "client_since", "2026-03-02T08:00:01.204113007Z",
		"client_history", list("SYN_SENT", "CLOSED"),
		"server_state", "UNKNOWN", "server_history", list("TIME_WAIT"), "server_history_cut", true,
		"j", num("100"), "m", num("4294967295"), "n", num("200"),
		"handshake_rtt", num("0.00023"),
		"client_packets", num("5"), "client_bytes", num("99"), "client_retransmissions", num("1"),
		"client_syns", num("2"), "client_fins", num("1"), "client_rsts", num("0"),
		"server_packets", num("4"), "server_bytes", num("4096"), "server_retransmissions", num("0"),
		"server_syns", num("0"), "server_fins", num("0"), "server_rsts", num("1"),
		"duplicates", num("3"), "guessed_client", false, "gaps", true, "evicted", false,
	)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flow (-want +got):\n%s", diff)
	}
}

func TestFlowStuck(t *testing.T) {
	r := closedRecord()
	r.Outcome, r.StuckEnd, r.Ends[0].FIN, r.Ends[1].FIN = flows.Stuck, flows.Server, flows.Number{}, flows.Number{}
	got := lines(t, Options{}, func(s *Sink) { s.End(r) })[0]
	if got["outcome"] != "stuck" || got["stuck_end"] != "server" {
		t.Errorf("outcome %v, stuck_end %v, want stuck, server", got["outcome"], got["stuck_end"])
	}
	for _, key := range []string{"k", "m", "n"} {
		if n, ok := got[key]; ok {
			t.Errorf("%s = %v, want it left out: it is not known", key, n)
		}
	}
}

func TestSummary(t *testing.T) {
	sum := &flows.Summary{
		Packets: 41, TCP: 38, Dropped: 0, DropsKnown: true,
		Skipped: []flows.Count{{Name: "arp", N: 2}, {Name: "none", N: 0}, {Name: "u\"d\\p\x1b[31m\xff", N: 1}},
		Totals:  flows.Totals{Flows: 14, Duplicates: 3, Orphans: 2, Evicted: 1},
	}
	outcomes := func(n map[string]string) map[string]any {
		m := make(map[string]any)
		for o := range flows.NumOutcomes {
			m[o.String()] = num("0")
		}
		for name, count := range n {
			m[name] = num(count)
		}
		return m
	}
	tests := []struct {
		name string
		o    Options
		sum  *flows.Summary
		want map[string]any
	}{
		{"live", Options{Detail: Closing}, sum, obj(
			"v", num("1"), "event", "summary", "packets", num("41"), "tcp", num("38"),
			"skipped", obj("arp", num("2"), "u\"d\\p\x1b[31m\ufffd", num("1")), "dropped", num("0"),
			"flows", num("1"), "by_outcome", outcomes(map[string]string{"closed": "1"}),
			"duplicates", num("3"), "orphans", num("2"), "evicted", num("1"), "findings", obj(),
		)},
		{"of a selection from a file", Options{
			Detail: Closing,
			Only:   flows.StateSet(0).With(flows.CloseWait).With(flows.LastAck),
		}, &flows.Summary{Totals: flows.Totals{Flows: 14}}, obj(
			"v", num("1"), "event", "summary", "packets", num("0"), "tcp", num("0"), "skipped", obj(),
			"flows", num("1"), "by_outcome", outcomes(map[string]string{"closed": "1"}),
			"flows_seen", num("14"), "states", list("CLOSE_WAIT", "LAST_ACK"),
			"duplicates", num("0"), "orphans", num("0"), "evicted", num("0"), "findings", obj(),
		)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := lines(t, tt.o, func(s *Sink) {
				s.End(closedRecord())
				if err := s.Close(tt.sum); err != nil {
					t.Fatal(err)
				}
			})
			if diff := cmp.Diff([]map[string]any{tt.want}, got); diff != "" {
				t.Errorf("summary (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNothingRawReachesALine(t *testing.T) {
	b := appendString(nil, "\x1b]0;x\a\u009b\x7f\n")
	if got, want := string(b), `"\u001b]0;x\u0007\u009b\u007f\u000a"`; got != want {
		t.Errorf("appendString = %s, want %s", got, want)
	}
}

func TestSeconds(t *testing.T) {
	tests := []struct {
		d    time.Duration
		want string
	}{
		{0, "0"}, {1, "0.000000001"}, {time.Minute, "60"}, {1500 * time.Millisecond, "1.5"},
		{-1500 * time.Millisecond, "-1.5"}, {1<<63 - 1, "9223372036.854775807"}, {-1 << 63, "-9223372036.854775808"},
	}
	for _, tt := range tests {
		if got := string(appendSeconds(nil, tt.d)); got != tt.want {
			t.Errorf("%d ns = %s s, want %s", tt.d, got, tt.want)
		}
	}
}

func TestTime(t *testing.T) {
	s := New(nil, Options{})
	for _, want := range []string{
		"2026-03-02T08:00:01.204113007Z", "2026-03-02T08:00:01.000000000Z", "1969-12-31T23:59:59.999999999Z",
		"2262-04-11T23:47:16.854775807Z", "1677-09-21T00:12:43.145224192Z",
	} {
		at, err := time.Parse(time.RFC3339Nano, want)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(s.appendTime(nil, flows.TimeOf(at))); got != `"`+want+`"` {
			t.Errorf("time = %s, want %s", got, want)
		}
	}
}
