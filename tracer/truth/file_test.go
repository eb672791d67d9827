package truth

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample(t *testing.T) []Capture {
	seen := list(t, "SYN_SENT")
	c := connectionAt(1)
	c.Life, c.Packets, c.Simultaneous = 1, 12, true
	c.LostBefore, c.LostAfter = "S. S.", "."
	c.ClientEnd = &End{States: list(t, "SYN_SENT CLOSED"), At: []float64{0, 63.5}, Visible: &seen}
	c.ServerEnd = &End{States: States{}, Also: []States{list(t, "SYN_RECV"), list(t, "SYN_RECV ESTAB")}, Source: "no socket"}
	held := connectionAt(2)
	held.ServerEnd = &End{States: list(t, "FIN_WAIT2 TIME_WAIT"), At: []float64{0.25}, Held: true}
	return []Capture{
		{Name: "syn_lost/1.s1.client", Setup: "delay=0.004", From: after(0), To: after(3), Connections: []Connection{c, held}},
		{Name: "syn_lost/1.s1.client.late2", From: after(1), To: after(3), Late: true, Derived: "late", Changed: "only packets after noon"},
	}
}

func TestRoundTrip(t *testing.T) {
	want := sample(t)
	var b bytes.Buffer
	if err := Write(&b, want); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(b.String(), "\n"); lines != 4 {
		t.Errorf("%d lines, want one for each of two captures and two connections:\n%s", lines, &b)
	}
	got, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	byText := cmp.Comparer(func(a, b States) bool { return a.String() == b.String() })
	if diff := cmp.Diff(want, got, byText, cmp.Comparer(func(a, b netip.AddrPort) bool { return a == b })); diff != "" {
		t.Errorf("written and read again (-want +got):\n%s", diff)
	}
}

func TestReadRefuses(t *testing.T) {
	const capture = `{"capture":"a/b","from":"2026-01-01T12:00:00Z","to":"2026-01-01T12:00:01Z"}` + "\n"
	const conn = `{"client":"192.0.2.1:1","server":"192.0.2.2:2","life":0,"start":"2026-01-01T12:00:00Z","packets":1,`
	for _, test := range []struct{ name, text, want string }{
		{"a connection without its capture", conn + `"client_end":{"states":""}}`, "without its capture"},
		{"a field that is none", capture + conn + `"clientend":{"states":""}}`, "clientend"},
		{"a field of an end that is none", capture + conn + `"client_end":{"states":"","hold":true}}`, "hold"},
		{"a state that is none", capture + conn + `"client_end":{"states":"SYN_SEEN","at":[0]}}`, "SYN_SEEN"},
		{"a state without its moment", capture + conn + `"client_end":{"states":"SYN_SENT CLOSED","at":[0]}}`, "2 states, but 1 moments"},
		{"a moment of what was held", capture + conn + `"client_end":{"states":"SYN_SENT","at":[0],"held":true}}`, "1 states, but 1 moments"},
		{"nothing held", capture + conn + `"client_end":{"states":"","held":true}}`, "no state"},
		{"no server", capture + `{"client":"192.0.2.1:1","life":0,"start":"2026-01-01T12:00:00Z","packets":1}`, "needs a client and a server"},
		{"an empty object", "{}", "neither"},
		{"what is no JSON", "truth", "object 1"},
	} {
		_, err := Read(strings.NewReader(test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got error %v, want one with %q", test.name, err, test.want)
		}
	}
	if _, err := Read(strings.NewReader(capture + conn + `"client_end":{"states":"SYN_SENT","at":[0]}}`)); err != nil {
		t.Errorf("what is right is refused: %v", err)
	}
}

func TestWhole(t *testing.T) {
	for derived, want := range map[string]bool{"": true, "late": false, "stop": false, "drop": false, "oneway": false, "swap": true, "snap": true} {
		if c := (Capture{Derived: derived}); c.Whole() != want {
			t.Errorf("%q: whole %v, want %v", derived, c.Whole(), want)
		}
	}
	if c := (Capture{Late: true}); c.Whole() {
		t.Error("a capture that began late is taken for whole")
	}
}

func TestScenario(t *testing.T) {
	for name, want := range map[string]string{"fuzz/all.s1.client": "fuzz", "fuzz": "fuzz"} {
		if c := (Capture{Name: name}); c.Scenario() != want {
			t.Errorf("%s: got %q, want %q", name, c.Scenario(), want)
		}
	}
}
