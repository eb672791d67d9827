package ladder_test

import (
	"net/netip"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/flows/flowtest"
	"tcptrace/flows/ladder"
	draw "tcptrace/tracer/sink/ladder"
	"tcptrace/tracer/sink/palette"
)

// builders make the ladders of all flows.
type builders map[flows.FlowID]*ladder.Builder

func (b builders) of(id flows.FlowID) *ladder.Builder {
	if b[id] == nil {
		b[id] = ladder.New(ladder.Options{})
	}
	return b[id]
}

func (b builders) Step(st *flows.Step) { b.of(st.Flow).Step(st) }

func (b builders) End(r *flows.Record) { b.of(r.Flow).End(r) }

func (b builders) Finding(f *diagnose.Finding) {
	if f.Flow != 0 {
		b.of(f.Flow).Finding(f)
	}
}

// everything is the ladders of all scenarios, with long and with short addresses.
func everything(t *testing.T) (all []*ladder.Ladder) {
	t.Helper()
	for _, folder := range []string{"scenario", "finding"} {
		scenarios, err := flowtest.ReadFolder("../../../testdata/" + folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range scenarios {
			for _, who := range []string{"as written", "wrapping in the data"} {
				b := make(builders)
				table := flows.NewTable(flows.Limits{}, diagnose.New(diagnose.Options{}, b))
				s.Feed(flowtest.Casts()[who], table)
				table.Finish()
				for _, built := range b {
					all = append(all, built.Ladder())
				}
			}
		}
	}
	return all
}

// TestWidth: no row is longer than the terminal, and none holds what a terminal
// would obey.
func TestWidth(t *testing.T) {
	for _, l := range everything(t) {
		for _, width := range []int{40, 60, 63, 64, 80, 81, 120} {
			for _, o := range []draw.Options{{Width: width}, {Width: width, ASCII: true, Raw: true}} {
				text := string(draw.Append(nil, l, o))
				for row := range strings.Lines(text) {
					row = strings.TrimSuffix(row, "\n")
					if n := utf8.RuneCountInString(row); n > width {
						t.Fatalf("%d columns of %d: %q in\n%s", n, width, row, text)
					}
					for _, r := range row {
						if !unicode.IsPrint(r) || o.ASCII && r >= utf8.RuneSelf {
							t.Fatalf("%q in %q", r, row)
						}
					}
				}
			}
		}
	}
}

// TestColour: colours change nothing but the colours.
func TestColour(t *testing.T) {
	for _, l := range everything(t) {
		plain := string(draw.Append(nil, l, draw.Options{}))
		painted := string(draw.Append(nil, l, draw.Options{Depth: palette.Colour256}))
		if got := unpainted(painted); got != plain {
			t.Fatalf("(-plain +painted):\n%s", cmp.Diff(plain, got))
		}
	}
}

// unpainted is text without escape sequences.
func unpainted(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "\x1b[") {
		if i > 0 {
			_, part, _ = strings.Cut(part, "m")
		}
		b.WriteString(part)
	}
	return b.String()
}

func aLadder() *ladder.Ladder {
	client, server := netip.MustParseAddrPort("10.0.0.1:40000"), netip.MustParseAddrPort("10.0.0.2:80")
	ack := flows.Label{Flags: flows.ACK, Ack: flows.Name{Letter: 'K', Offset: 1}}
	return &ladder.Ladder{
		Flow: 7, Client: client, Server: server, Begun: [2]flows.State{flows.Closed, flows.Listen},
		Rows: []ladder.Row{
			{Label: flows.Label{Flags: flows.SYN, Seq: flows.Name{Letter: 'J'}}, Fate: ladder.Unheard,
				Moves: []ladder.Move{{End: flows.Client, From: flows.Closed, To: flows.SynSent}}},
			{Label: flows.Label{Flags: flows.SYN, Seq: flows.Name{Letter: 'J'}}, Notes: flows.Retransmission, Time: 1e9},
			{Label: ack, From: flows.Server, Fate: ladder.Refused, Notes: flows.OutOfWindow, Time: 2e9},
			{Label: ack, Fate: ladder.Refuted, Time: 3e9,
				Moves: []ladder.Move{{End: flows.Server, From: flows.SynReceived, To: flows.Established, Withdrawn: true}}},
			{Kind: ladder.Silence, Time: 3e9, Until: 63e9},
			{Kind: ladder.Fold, Time: 63e9, Until: 64e9, Run: &ladder.Run{Segments: [2]uint64{200, 212}, Bytes: [2]uint64{1_200_000, 0}, Again: 3}},
		},
	}
}

// TestLook: what was lost, sent again, refused and refuted, folded and silent,
// each looks as the help says.
func TestLook(t *testing.T) {
	want := strings.TrimPrefix(`
#7 10.0.0.1:40000 → 10.0.0.2:80
0 segments
1970-01-01 00:00:00.000000 (UTC)

client 10.0.0.1:40000                                         server 10.0.0.2:80
      CLOSED │                                                    │ LISTEN
    SYN_SENT ├─ SYN(J) ──────────── 0.000000 ──────────✗          │
             │  no sign that it arrived                           │
             ├═ SYN(J) ════════════ 1.000000 ═ sent again ═══════▶│
             │✗╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 2.000000 ╌╌╌╌╌╌╌╌╌╌ ACK(K+1) ╌┤
             │                                outside the window  │
             ├─ ACK(K+1) ────────── 3.000000 ────────────────────✗│(ESTABLISHED)
             │  the server did not take it                        │
             ┊                  60 s of silence                   ┊
             │       … 412 segments, 1.2 MB →, 3 sent again       │
`, "\n")
	if diff := cmp.Diff(want, string(draw.Append(nil, aLadder(), draw.Options{}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMermaid: the same as a sequence diagram.
func TestMermaid(t *testing.T) {
	want := strings.TrimPrefix(`
sequenceDiagram
    accTitle: flow 7
    participant client as client 10.0.0.1:40000
    participant server as server 10.0.0.2:80
    Note over client,server: 0 segments · 1970-01-01 00:00:00.000000 (UTC)
    Note left of client: CLOSED
    Note right of server: LISTEN
    client-xserver: SYN(J) · 0.000000 · no sign that it arrived
    Note left of client: SYN_SENT
    client-->>server: SYN(J) · 1.000000 · sent again
    server-xclient: ACK(K+1) · 2.000000 · outside the window
    client-xserver: ACK(K+1) · 3.000000 · the server did not take it
    Note right of server: (ESTABLISHED)
    Note over client,server: 60 s of silence
    Note over client,server: 63.00000 · … 412 segments, 1.2 MB →, 3 sent<br/>again
`, "\n")
	if diff := cmp.Diff(want, string(draw.AppendMermaid(nil, aLadder(), draw.Options{}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestHostile: text from elsewhere cannot act on a terminal, nor end a line of a
// diagram or say something in its language.
func TestHostile(t *testing.T) {
	l := aLadder()
	l.Rows = append(l.Rows, ladder.Row{Kind: ladder.Finding, Said: &ladder.Said{
		ID: diagnose.StuckCloseWait, Severity: diagnose.Critical, Summary: "a\x1b[31m\x07b\u202ec\r\n; end\n#9829;<script>\u009b1m",
	}})
	for name, text := range map[string]string{
		"terminal": string(draw.Append(nil, l, draw.Options{})),
		"mermaid":  string(draw.AppendMermaid(nil, l, draw.Options{})),
	} {
		for _, bad := range []string{"\x1b", "\x07", "\r", "\u009b", "\u202e", "\n; end", "\nend"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s: %q in\n%s", name, bad, text)
			}
		}
		if name == "terminal" {
			continue
		}
		for _, bad := range []string{"<script", "#9829;"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s: %q in\n%s", name, bad, text)
			}
		}
	}
}
