package jsonl

import (
	"bytes"
	"encoding/json"
	"io"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/flows/flowtest"
)

var start = flows.TimeOf(time.Date(2026, 3, 2, 8, 0, 1, 204113007, time.UTC))

// synAckStep is a SYN-ACK that moves the server, over IPv6.
func synAckStep() *flows.Step {
	return &flows.Step{
		Flow:    7,
		Client:  netip.MustParseAddrPort("[2001:db8::5]:51324"),
		Server:  netip.MustParseAddrPort("[2001:db8::9]:443"),
		Time:    start,
		Segment: &flows.Segment{Packet: 12, Seq: 1193046, Ack: 2891337122, Flags: flows.SYN | flows.ACK, Window: 64800},
		From:    flows.Server,
		Label: flows.Label{
			Flags: flows.SYN | flows.ACK, Seq: flows.Name{Letter: 'K'},
			Ack: flows.Name{Letter: 'J', Offset: 1}, Check: flows.CheckRight,
		},
		Notes: flows.Retransmission | flows.Gap,
		Transitions: []flows.Transition{{
			End: flows.Server, From: flows.Listen, To: flows.SynReceived, After: 1500 * time.Millisecond,
		}},
	}
}

// timerStep is the end of TIME_WAIT.
func timerStep() *flows.Step {
	st := synAckStep()
	st.Segment, st.Notes = nil, 0
	st.Label = flows.Label{Timer: true}
	st.Transitions = []flows.Transition{{
		End: flows.Client, From: flows.TimeWait, To: flows.Closed, Basis: flows.Timer, After: time.Minute,
	}}
	return st
}

// asideStep is the end of TIME_WAIT by the SYN of the next flow.
func asideStep() *flows.Step {
	st := timerStep()
	st.Aside = &flows.Segment{Packet: 14, Seq: 5, Flags: flows.SYN}
	st.Label = flows.Label{Flags: flows.SYN, Seq: flows.Name{Offset: 5}}
	st.Transitions[0].Basis = flows.Delivered
	return st
}

// icmpStep is an ICMP error that answers a SYN.
func icmpStep() *flows.Step {
	st := synAckStep()
	st.Segment, st.Notes, st.Transitions = nil, 0, nil
	st.Label = flows.Label{ICMP: &flows.ICMPError{
		Packet: 13, From: netip.MustParseAddr("2001:db8::1"), V6: true, Type: 1, Code: 4, Seq: 2891337121,
	}}
	return st
}

// lines is what a sink writes, each line read back with encoding/json.
func lines(t *testing.T, o Options, feed func(*Sink)) []map[string]any {
	t.Helper()
	var b bytes.Buffer
	feed(New(&b, o))
	var all []map[string]any
	for line := range strings.Lines(b.String()) {
		d := json.NewDecoder(strings.NewReader(line))
		d.UseNumber()
		var m map[string]any
		if err := d.Decode(&m); err != nil {
			t.Fatalf("not JSON: %v: %s", err, line)
		}
		all = append(all, m)
	}
	return all
}

// obj is a JSON object as encoding/json reads it, written with less noise:
// numbers as they stand in the text.
func obj(pairs ...any) map[string]any {
	m := make(map[string]any)
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}

func num(n string) json.Number { return json.Number(n) }

func list(words ...any) []any { return append([]any{}, words...) }

func TestStep(t *testing.T) {
	head := func(event, packet string, more ...any) map[string]any {
		return obj(append([]any{
			"v", num("1"), "event", event, "time", "2026-03-02T08:00:01.204113007Z", "packet", num(packet),
			"flow", num("7"), "client", "[2001:db8::5]:51324", "server", "[2001:db8::9]:443",
		}, more...)...)
	}
	synAck := head("transition", "12", "end", "server", "from", "LISTEN", "to", "SYN_RECEIVED", "basis", "sent",
		"cause", "SYN(K)+ACK(J+1)", "seq", num("1193046"), "ack", num("2891337122"), "after", num("1.5"))
	segment := head("segment", "12", "from_end", "server", "flags", "SA", "seq", num("1193046"),
		"ack", num("2891337122"), "len", num("0"), "window", num("64800"), "label", "SYN(K)+ACK(J+1)",
		"notes", list("retransmission", "gap"))
	timer := head("transition", "0", "end", "client", "from", "TIME_WAIT", "to", "CLOSED", "basis", "timer",
		"cause", "timer", "after", num("60"))
	aside := head("transition", "14", "end", "client", "from", "TIME_WAIT", "to", "CLOSED", "basis", "delivered",
		"cause", "SYN(5)", "seq", num("5"), "after", num("60"))
	icmp := head("icmp", "13", "from", "2001:db8::1", "v6", true, "type", num("1"), "code", num("4"),
		"seq", num("2891337121"), "label", "ICMPv6(1/4)")

	correction := synAckStep()
	correction.Transitions[0] = flows.Transition{
		End: flows.Server, From: flows.Established, To: flows.SynReceived, Correction: true,
	}
	corrected := head("transition", "12", "end", "server", "from", "ESTABLISHED", "to", "SYN_RECEIVED",
		"basis", "sent", "cause", "SYN(K)+ACK(J+1)", "seq", num("1193046"), "ack", num("2891337122"),
		"correction", true)
	syn := synAckStep()
	syn.Segment.Flags, syn.Label.Flags = flows.SYN, flows.SYN
	syn.Notes, syn.Transitions = 0, nil
	noAck := head("segment", "12", "from_end", "server", "flags", "S", "seq", num("1193046"), "len", num("0"),
		"window", num("64800"), "label", "SYN(K)", "notes", list())

	tests := []struct {
		name   string
		detail Detail
		step   *flows.Step
		want   []map[string]any
	}{
		{"a transition", Moves, synAckStep(), []map[string]any{synAck}},
		{"a segment comes before what it caused", All, synAckStep(), []map[string]any{segment, synAck}},
		{"a timer has no numbers", Moves, timerStep(), []map[string]any{timer}},
		{"a segment of the next flow did it, and is not of this one", All, asideStep(), []map[string]any{aside}},
		{"a correction says so, an unknown time is left out", Moves, correction, []map[string]any{corrected}},
		{"no ack without the flag", All, syn, []map[string]any{noAck}},
		{"a segment that moves nothing", Moves, syn, nil},
		{"an ICMP error", All, icmpStep(), []map[string]any{icmp}},
		{"an ICMP error that moves nothing", Moves, icmpStep(), nil},
		{"only the summary is wanted", Closing, synAckStep(), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := lines(t, Options{Detail: tt.detail}, func(s *Sink) { s.Step(tt.step) })
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
		})
	}
}

// broken is a writer that takes nothing.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestCloseTellsWhatTheWriterSays(t *testing.T) {
	if err := New(broken{}, Options{}).Close(&flows.Summary{}); err != io.ErrClosedPipe {
		t.Errorf("Close = %v, want %v", err, io.ErrClosedPipe)
	}
}

func TestStepAllocatesNothing(t *testing.T) {
	s := New(io.Discard, Options{Detail: All})
	st, tick := synAckStep(), timerStep()
	if n := testing.AllocsPerRun(100, func() { s.Step(st); s.Step(tick) }); n != 0 {
		t.Errorf("%v allocations for two steps, want 0", n)
	}
}

func TestEndAllocatesNothing(t *testing.T) {
	s, rec := New(io.Discard, Options{}), flowtest.NewReplay(start, false).Records[0]
	if n := testing.AllocsPerRun(100, func() { s.End(rec) }); n != 0 {
		t.Errorf("%v allocations for a flow, want 0", n)
	}
}

// TestMovesOfOneStep: what they share is written of the step that they belong
// to, not of the one before.
func TestMovesOfOneStep(t *testing.T) {
	first, second := synAckStep(), synAckStep()
	second.Flow, second.Segment.Packet, second.Segment.Seq, second.Label.Seq.Offset = 8, 15, 77, 9
	second.Client = netip.MustParseAddrPort("10.0.0.5:51324")
	second.Transitions = []flows.Transition{
		{End: flows.Client, From: flows.SynSent, To: flows.Established, Basis: flows.Implied},
		{End: flows.Server, From: flows.SynReceived, To: flows.CloseWait, Basis: flows.Delivered, After: time.Second},
		{End: flows.Client, From: flows.FinWait1, To: flows.TimeWait},
	}
	got := lines(t, Options{Detail: All}, func(s *Sink) { s.Step(first); s.Step(second) })
	if len(got) != 6 {
		t.Fatalf("%d lines, want 2 segments and 4 transitions", len(got))
	}
	move := func(end, from, to, basis string, more ...any) map[string]any {
		return obj(append([]any{
			"v", num("1"), "event", "transition", "time", "2026-03-02T08:00:01.204113007Z", "packet", num("15"),
			"flow", num("8"), "client", "10.0.0.5:51324", "server", "[2001:db8::9]:443", "end", end, "from", from, "to", to,
			"basis", basis, "cause", "SYN(K+9)+ACK(J+1)", "seq", num("77"), "ack", num("2891337122"),
		}, more...)...)
	}
	want := []map[string]any{
		move("client", "SYN_SENT", "ESTABLISHED", "implied"),
		move("server", "SYN_RECEIVED", "CLOSE_WAIT", "delivered", "after", num("1")),
		move("client", "FIN_WAIT_1", "TIME_WAIT", "sent"),
	}
	if diff := cmp.Diff(want, got[3:]); diff != "" {
		t.Errorf("transitions (-want +got):\n%s", diff)
	}
}

// TestTimeBackAndForth compares with package time: over seconds, days and the
// year 1970, in either direction.
func TestTimeBackAndForth(t *testing.T) {
	s := New(io.Discard, Options{})
	const second, day = flows.Time(time.Second), 24 * flows.Time(time.Hour)
	for _, at := range []flows.Time{
		0, 1, second - 1, second, -1, -second, -second - 1, start, start + 1, start + second, start, start + day, start - day,
		day - 1, day, -day, -day - 1, -day + 1, start + 3650*day, 1<<63 - 1, -1 << 63,
	} {
		want := `"time":"` + at.UTC().Format("2006-01-02T15:04:05.000000000Z") + `"`
		if got := string(s.appendTime([]byte(`"time":`), at)); got != want {
			t.Errorf("%d ns is written as %s, want %s", at, got, want)
		}
	}
}

// TestPiecesHold: no fixed text of a line is longer than a piece.
func TestPiecesHold(t *testing.T) {
	w := newWords()
	longest := flows.SynReceived.String()
	for name, got := range map[string]string{
		`,"end":"server","from":"` + longest + `","to":"`:                  string(w.left[flows.Server][flows.SynReceived].Append(nil)),
		longest + `","basis":"` + flows.Delivered.String() + `","cause":"`: string(w.right[flows.SynReceived][flows.Delivered].Append(nil)),
		`,"guessed_client":false,"gaps":false,"evicted":false}` + "\n":     string(w.plain.Append(nil)),
		`,"server_state":"` + longest + `"`:                                string(w.ends[flows.Server].state[flows.SynReceived].Append(nil)),
		`,"outcome":"unanswered"`:                                          string(w.outcome[flows.Unanswered].Append(nil)),
		`,"severity":"critical","confidence":"possible"`:                   string(w.grades[diagnose.Critical][diagnose.Possible].Append(nil)),
		`,"end":"network"`: string(w.fault[diagnose.Network].Append(nil)),
	} {
		if got != name {
			t.Errorf("a piece holds %q, want %q", got, name)
		}
	}
}
