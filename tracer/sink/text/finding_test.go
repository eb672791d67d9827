package text

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// leaking is a finding about a flow whose server does not close.
func leaking(flow int) *diagnose.Finding {
	return &diagnose.Finding{
		ID: diagnose.StuckCloseWait, Confidence: diagnose.Likely, At: diagnose.Server,
		Time: flows.Time(61_500_000_000), Flow: flows.FlowID(flow),
		Client:  netip.AddrPortFrom(netip.MustParseAddr("10.0.0.5"), uint16(40000+flow)),
		Server:  netip.MustParseAddrPort("10.0.0.9:443"),
		Packets: []uint64{7, 8}, Summary: "server in CLOSE_WAIT for 60 s",
		Otherwise: "it still works on its answer",
	}
}

func findingsOf(t *testing.T, o Options, found ...*diagnose.Finding) (said, closing string) {
	t.Helper()
	var b bytes.Buffer
	s := New(&b, o)
	for _, f := range found {
		s.Finding(f)
	}
	said = b.String()
	if err := s.Close(&flows.Summary{Packets: 9}); err != nil {
		t.Fatal(err)
	}
	return said, strings.TrimPrefix(b.String(), said)
}

func TestFinding(t *testing.T) {
	got, _ := findingsOf(t, Options{Width: columnsOf(100)}, leaking(1))
	want := `00:01:01.500000 #1 ⚠ stuck-close-wait: server in CLOSE_WAIT for 60 s
                    critical, likely · look at the server · 10.0.0.5:40001 → 10.0.0.9:443 · packets
                    7, 8
                    or: it still works on its answer
                    Make the application close() when it reads end of file; a restart frees the
                    sockets meanwhile · tcptrace explain stuck-close-wait
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestFindingOfTheCapture: it has no flow, no number and no addresses.
func TestFindingOfTheCapture(t *testing.T) {
	got, closing := findingsOf(t, Options{}, &diagnose.Finding{
		ID: diagnose.CaptureLoss, Confidence: diagnose.Certain, At: diagnose.Capture, Summary: "12 packets are missing",
	})
	head := "00:00:00.000000 ⚠ capture-loss: 12 packets are missing\n     warning, certain · look at the capture\n"
	if !strings.HasPrefix(got, head) || strings.Contains(got, "invalid") {
		t.Errorf("got %q, want it to begin with %q", got, head)
	}
	if want := "⚠ warning capture-loss: 12 packets are missing\n"; !strings.HasSuffix(closing, want) {
		t.Errorf("the closing list is %q, want %q at its end", closing, want)
	}
}

// TestFindingsAreFolded: of what many flows share the first are told, and the
// others counted.
func TestFindingsAreFolded(t *testing.T) {
	var found []*diagnose.Finding
	for n := range 37 {
		found = append(found, leaking(n+4))
	}
	info := *leaking(99)
	info.ID = diagnose.HalfCloseInUse
	found = append(found, &info)
	said, closing := findingsOf(t, Options{}, found...)
	if got := strings.Count(said, "stuck-close-wait: server in CLOSE_WAIT"); got != toldProblems {
		t.Errorf("%d findings are told, want %d", got, toldProblems)
	}
	if got := strings.Count(said, diagnose.StuckCloseWait.Rule().Advice); got != 1 {
		t.Errorf("what to do is told %d times, want once", got)
	}
	more := " #7 ⚠ stuck-close-wait: here too; more flows to 10.0.0.9:443 are only counted from here on\n"
	if got := strings.Count(said, more); got != 1 {
		t.Errorf("%d times it says that more is counted, want once, of the fourth:\n%s", got, said)
	}
	want := `0 flows · 9 packets
⚠ critical 37 flows to 10.0.0.9:443: stuck-close-wait, first #4, last #40 · the application has not closed its socket
ℹ half-close-in-use 1
`
	if diff := cmp.Diff(want, closing); diff != "" {
		t.Errorf("the closing list (-want +got):\n%s", diff)
	}
}

// TestUpdates: what a told finding grows into is told, of the others not.
func TestUpdates(t *testing.T) {
	var found []*diagnose.Finding
	for n := range 5 {
		found = append(found, leaking(n))
	}
	for _, flow := range []int{1, 4} {
		f := leaking(flow)
		f.Update, f.Summary = true, fmt.Sprintf("flow %d is worse", flow)
		found = append(found, f)
	}
	said, _ := findingsOf(t, Options{}, found...)
	if !strings.Contains(said, "flow 1 is worse") || strings.Contains(said, "flow 4 is worse") {
		t.Errorf("want the update of flow 1, which was told, and not of flow 4:\n%s", said)
	}
}

// TestReplacedFindingIsNotListed: a better explanation takes the place of the
// first one.
func TestReplacedFindingIsNotListed(t *testing.T) {
	first := leaking(1)
	first.ID = diagnose.SynNoAnswer
	second := leaking(1)
	second.ID, second.Replaces = diagnose.ICMPUnreachable, []diagnose.ID{diagnose.SynNoAnswer}
	_, closing := findingsOf(t, Options{}, first, second)
	if strings.Contains(closing, "syn-no-answer") || !strings.Contains(closing, "icmp-unreachable") {
		t.Errorf("the closing list is %q", closing)
	}
}

// TestOwnerIsQuoted: a process may call itself anything.
func TestOwnerIsQuoted(t *testing.T) {
	f := leaking(1)
	f.Owner = diagnose.Owner{PID: 1234, Command: "ja\x1b[31mva", FD: 57}
	said, _ := findingsOf(t, Options{}, f)
	if strings.Contains(said, "\x1b") || !strings.Contains(said, `owner ja\x1b[31mva[1234] fd 57`) {
		t.Errorf("got %q", said)
	}
}

func TestFindingsWrap(t *testing.T) {
	for _, width := range []int{40, 60, 80} {
		said, closing := findingsOf(t, Options{Width: columnsOf(width)}, leaking(1), leaking(2))
		for row := range strings.Lines(said + closing) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(row, "\n")); n > width {
				t.Errorf("width %d: a row of %d columns: %q", width, n, row)
			}
		}
	}
}

// TestClosingListIsBounded: the worst rows, and how many more there are.
func TestClosingListIsBounded(t *testing.T) {
	var found []*diagnose.Finding
	for n := range 100 {
		f := leaking(n + 1)
		f.Server = netip.AddrPortFrom(f.Server.Addr(), uint16(n+1))
		found = append(found, f)
	}
	_, closing := findingsOf(t, Options{}, found...)
	if got := strings.Count(closing, "stuck-close-wait"); got != foldedRows {
		t.Errorf("%d rows, want %d", got, foldedRows)
	}
	if want := "80 more rows of findings are left out: --json has all\n"; !strings.HasSuffix(closing, want) {
		t.Errorf("the closing list ends with %q, want %q", closing[max(0, len(closing)-80):], want)
	}
}
