package census_test

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
	"tcptrace/tracer/sink/census"
	"tcptrace/tracer/sink/palette"
)

const hostile = "ja\x1b[31mva\n\u0085\x7f"

// sample is a host with a listener that leaks.
func sample() *census.Census {
	at := netip.MustParseAddrPort
	java := diagnose.Owner{PID: 1234, Command: "java", FD: 57, Unit: "shop.service"}
	return &census.Census{
		Host: "web1", Time: flows.TimeOf(time.Date(2026, 3, 2, 8, 0, 1, 0, time.UTC)),
		Sockets: []diagnose.Socket{
			{Local: at("[::]:443"), State: flows.Listen, RecvQ: 3, SendQ: 2, Inode: 1, Owner: java},
			{Local: at("10.0.0.9:443"), Remote: at("10.0.0.5:51324"), State: flows.CloseWait, Age: 131 * time.Second, RecvQ: 2, Inode: 2, Owner: java},
			{Local: at("10.0.0.9:443"), Remote: at("10.0.0.5:51325"), State: flows.CloseWait, Age: 90 * time.Second, RecvQ: 1, Inode: 3, Owner: java},
			{Local: at("10.0.0.9:443"), Remote: at("10.0.0.5:51326"), State: flows.CloseWait, Age: 3 * time.Second, Inode: 4, Owner: java},
			{Local: at("10.0.0.9:443"), Remote: at("10.0.0.5:51327"), State: flows.Established, Inode: 0},
			{Local: at("10.0.0.9:5000"), Remote: at("10.0.0.7:5432"), State: flows.Established, Inode: 5, UID: 33},
			{Local: at("10.0.0.9:5001"), Remote: at("10.0.0.7:5432"), State: flows.FinWait2, Age: 80 * time.Second, Orphan: true},
			{Local: at("[2001:db8::9]:5002"), Remote: at("[2001:db8::7]:25"), State: flows.LastAck, Age: 102 * time.Second, Orphan: true},
			{Local: at("10.0.0.9:5003"), Remote: at("10.0.0.7:5432"), State: flows.TimeWait, Age: 40 * time.Second},
		},
		Findings: []diagnose.Finding{
			{ID: diagnose.AcceptQueueFull, Confidence: diagnose.Certain, Owner: java, Summary: "3 connections wait at [::]:443"},
			{ID: diagnose.CloseWaitPilingUp, Grade: diagnose.Warning, Confidence: diagnose.Certain, Owner: java, Summary: "2 sockets in CLOSE_WAIT"},
		},
	}
}

func text(t *testing.T, c *census.Census, o census.Options) string {
	t.Helper()
	o.Stuck = time.Minute
	var b bytes.Buffer
	if err := census.Text(&b, c, &o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestText(t *testing.T) {
	want := `web1 · 2026-03-02 08:00:01 UTC · 9 sockets
⚠ the owners of 1 socket are hidden: run as root to see them

STATE        SOCKETS  OLDEST ≥    ORPHANS
LISTEN             1
ESTABLISHED        2
FIN_WAIT_2         1  80 s              1
CLOSE_WAIT         3  2 min 11 s
LAST_ACK           1  102 s             1
TIME_WAIT          1  40 s

LISTENER  OWNER       ACCEPT QUEUE  CONNECTIONS
[::]:443  java[1234]  3 of 2 full   1 ESTABLISHED, 3 CLOSE_WAIT

OWNER           UNIT          SOCKETS  BY STATE
java[1234]      shop.service        4  1 LISTEN, 3 CLOSE_WAIT
hidden, uid 33                      1  1 ESTABLISHED

STUCK FOR 60 s                         STATE       AT LEAST    OWNER
10.0.0.9:443 → 10.0.0.5:51324          CLOSE_WAIT  2 min 11 s  java[1234] fd 57, 1 byte unread
[2001:db8::9]:5002 → [2001:db8::7]:25  LAST_ACK    102 s       orphan
10.0.0.9:443 → 10.0.0.5:51325          CLOSE_WAIT  90 s        java[1234] fd 57, nothing unread
To end them without their owners, as root:
    ss -K src 10.0.0.9:443 dst 10.0.0.5:51324
    ss -K src '[2001:db8::9]:5002' dst '[2001:db8::7]:25'
    ss -K src 10.0.0.9:443 dst 10.0.0.5:51325

⚠ critical accept-queue-full: 3 connections wait at [::]:443
    owner java[1234] of shop.service
    Find out why its owner does not accept(); raise backlog and somaxconn only against bursts · tcptrace explain accept-queue-full
⚠ warning close-wait-piling-up: 2 sockets in CLOSE_WAIT
    owner java[1234] of shop.service
    Fix the path that does not close(); restart the process before it runs out of descriptors · tcptrace explain close-wait-piling-up
`
	if diff := cmp.Diff(want, text(t, sample(), census.Options{})); diff != "" {
		t.Errorf("census (-want +got):\n%s", diff)
	}
}

// TestWidths: no line is wider than the terminal, but for commands, which are
// there to be copied.
func TestWidths(t *testing.T) {
	for _, width := range []int{40, 60, 80, 100, 200} {
		got := text(t, sample(), census.Options{Width: width})
		for line := range strings.Lines(got) {
			line = strings.TrimRight(line, "\n")
			if utf8.RuneCountInString(line) > width && !strings.Contains(line, "ss -K") {
				t.Errorf("at %d columns: %q", width, line)
			}
		}
		for _, part := range []string{"2 min 11 s", "java[1234] fd 57,", "3 of 2 full", "shop.service", "hidden, uid 33"} {
			if !strings.Contains(got, part) {
				t.Errorf("at %d columns %q is not there:\n%s", width, part, got)
			}
		}
	}
}

// TestHostile: what a process calls itself reaches no terminal.
func TestHostile(t *testing.T) {
	c := sample()
	c.Host, c.Namespace = hostile, hostile
	for i := range c.Sockets {
		if c.Sockets[i].Owner.PID != 0 {
			c.Sockets[i].Owner.Command, c.Sockets[i].Owner.Unit = hostile, hostile
		}
	}
	c.Findings[0].Owner.Command, c.Findings[0].Owner.Unit = hostile, hostile
	var line, growth bytes.Buffer
	if err := census.JSON(&line, c, &census.Options{Stuck: time.Minute}); err != nil {
		t.Fatal(err)
	}
	before := sample()
	before.Sockets, before.Findings = nil, nil
	if err := census.Growth(&growth, before, c, &census.Options{}); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{
		"text": text(t, c, census.Options{}), "narrow text": text(t, c, census.Options{Width: 40}),
		"json": line.String(), "growth": growth.String(),
	} {
		for _, r := range got {
			if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0) {
				t.Errorf("%s has %q in it:\n%q", name, r, got)
				break
			}
		}
	}
	if strings.Count(line.String(), "\n") != 1 || !json.Valid(line.Bytes()) {
		t.Errorf("no JSON line: %q", &line)
	}
}

func TestColours(t *testing.T) {
	if got := text(t, sample(), census.Options{Depth: palette.Plain}); strings.Contains(got, "\x1b") {
		t.Error("plain text has colours")
	}
	coloured := text(t, sample(), census.Options{Depth: palette.Colour256, Width: 100})
	for _, want := range []string{"\x1b[38;5;164mCLOSE_WAIT\x1b[0m", "\x1b[38;5;196m3 of 2 full\x1b[0m", "\x1b[38;5;164m3 CLOSE_WAIT\x1b[0m"} {
		if !strings.Contains(coloured, want) {
			t.Errorf("%q is not in\n%q", want, coloured)
		}
	}
	var bare strings.Builder
	for i, part := range strings.Split(coloured, "\x1b[") {
		if i > 0 {
			_, part, _ = strings.Cut(part, "m")
		}
		bare.WriteString(part)
	}
	if diff := cmp.Diff(text(t, sample(), census.Options{Width: 100}), bare.String()); diff != "" {
		t.Errorf("colours change more than colours (-plain +coloured):\n%s", diff)
	}
}

func TestOnlySomeStates(t *testing.T) {
	got := text(t, sample(), census.Options{Only: flows.StateSet(0).With(flows.LastAck), Most: 1})
	for _, want := range []string{"1 socket in LAST_ACK", "STUCK FOR"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if strings.Contains(got, ":51324") {
		t.Errorf("a socket in CLOSE_WAIT is told:\n%s", got)
	}
	if got := text(t, sample(), census.Options{Most: 1}); !strings.Contains(got, "… 2 younger ones: --oldest 0 lists all\n") {
		t.Errorf("nothing says that two are left out:\n%s", got)
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := census.JSON(&b, sample(), &census.Options{Stuck: time.Minute, Most: 1}); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	owner := map[string]any{"pid": 1234., "command": "java", "fd": 57., "unit": "shop.service"}
	want := map[string]any{
		"v": 1., "event": "sockets", "time": "2026-03-02T08:00:01.000000000Z", "host": "web1", "sockets": 9., "hidden_owners": 1., "partial": false,
		"by_state":  map[string]any{"LISTEN": 1., "ESTABLISHED": 2., "FIN_WAIT_2": 1., "CLOSE_WAIT": 3., "LAST_ACK": 1., "TIME_WAIT": 1.},
		"orphans":   map[string]any{"FIN_WAIT_2": 1., "LAST_ACK": 1.},
		"listeners": []any{map[string]any{"local": "[::]:443", "owner": owner, "sockets": 1., "queue": 3., "backlog": 2., "full": true, "by_state": map[string]any{"CLOSE_WAIT": 3., "ESTABLISHED": 1.}}},
		"owners": []any{
			map[string]any{"pid": 1234., "command": "java", "unit": "shop.service", "uid": 0., "sockets": 4., "by_state": map[string]any{"LISTEN": 1., "CLOSE_WAIT": 3.}},
			map[string]any{"uid": 33., "sockets": 1., "by_state": map[string]any{"ESTABLISHED": 1.}},
		},
	}
	stuck, _ := got["stuck"].([]any)
	delete(got, "stuck")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
	if len(stuck) != 3 {
		t.Fatalf("%d stuck sockets, want all 3", len(stuck))
	}
	oldest := map[string]any{"local": "10.0.0.9:443", "remote": "10.0.0.5:51324", "state": "CLOSE_WAIT", "age_at_least": 131., "recv_queue": 2.,
		"send_queue": 0., "unread": 1., "orphan": false, "uid": 0., "owner": owner, "kill": "ss -K src 10.0.0.9:443 dst 10.0.0.5:51324"}
	if diff := cmp.Diff(oldest, stuck[0]); diff != "" {
		t.Errorf("oldest (-want +got):\n%s", diff)
	}
}

func TestGrowth(t *testing.T) {
	before, now := sample(), sample()
	now.Time = now.Time.Add(5 * time.Second)
	more := now.Sockets[1]
	more.Remote, more.Inode = netip.MustParseAddrPort("10.0.0.5:51399"), 77
	now.Sockets = append(now.Sockets[:len(now.Sockets)-1], more, more)
	now.Findings[1].Grade = diagnose.Critical
	var b bytes.Buffer
	if err := census.Growth(&b, before, now, &census.Options{}); err != nil {
		t.Fatal(err)
	}
	want := `08:00:06 10 sockets (+1)  LISTEN 1  ESTABLISHED 2  FIN_WAIT_2 1  CLOSE_WAIT 5 (+2)  LAST_ACK 1  TIME_WAIT 0 (-1)
    grows: java[1234] CLOSE_WAIT 5 (+2)
⚠ critical close-wait-piling-up: 2 sockets in CLOSE_WAIT
    owner java[1234] of shop.service
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("growth (-want +got):\n%s", diff)
	}
}

// TestKillElsewhere: the command is for the namespace that was looked at.
func TestKillElsewhere(t *testing.T) {
	for namespace, want := range map[string]string{
		"": "    ss -K src 10.0.0.9:443", "web": "    ip netns exec web ss -K src", "4711": "    nsenter -t 4711 -n ss -K src",
		"/run/docker/netns/x": "    nsenter --net=/run/docker/netns/x ss -K", "a b": "    ip netns exec 'a b' ss -K", "a'b": `    ip netns exec 'a'\''b' ss`,
	} {
		c := sample()
		c.Namespace = namespace
		if got := text(t, c, census.Options{}); !strings.Contains(got, want) {
			t.Errorf("%q: no %q in\n%s", namespace, want, got)
		}
	}
}
