package diagnose

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// permanent lists what others rely on: the names, which are never changed, and
// the severities, in the order of the IDs.
var permanent = []struct {
	id       ID
	name     string
	severity Severity
}{
	{SynNoAnswer, "syn-no-answer", Critical},
	{ConnectAbandoned, "connect-abandoned", Warning},
	{ConnectionRefused, "connection-refused", Warning},
	{RefusedByFirewall, "refused-by-firewall", Warning},
	{ICMPUnreachable, "icmp-unreachable", Critical},
	{SynAckLost, "synack-lost", Critical},
	{ISNChangedMidway, "isn-changed-midway", Warning},
	{AcceptQueueOverflow, "accept-queue-overflow", Critical},
	{AcceptQueueSynDrop, "accept-queue-syn-drop", Critical},
	{AcceptOverflowAbort, "accept-overflow-abort", Critical},
	{PhantomEstablished, "phantom-established", Critical},
	{DeferAccept, "defer-accept", Info},
	{SynCookiesInUse, "syn-cookies-in-use", Warning},
	{SynFloodSuspected, "syn-flood-suspected", Critical},
	{SynAckBadAck, "synack-bad-ack", Warning},
	{GhostSynAck, "ghost-synack", Info},
	{RstBackscatter, "rst-backscatter", Info},
	{OptionStripped, "option-stripped", Warning},
	{SimultaneousOpen, "simultaneous-open", Info},
	{SelfConnect, "self-connect", Warning},
	{TFODataInSyn, "tfo-data-in-syn", Info},
	{PortReuseFast, "port-reuse-fast", Warning},
	{TimeWaitReuseAccepted, "timewait-reuse-accepted", Info},
	{TimeWaitChallengeAck, "timewait-challenge-ack", Warning},
	{TimeWaitAssassinated, "timewait-assassinated", Info},
	{HalfOpenAfterReboot, "half-open-after-reboot", Warning},
	{StuckCloseWait, "stuck-close-wait", Critical},
	{StuckFinWait2, "stuck-fin-wait-2", Warning},
	{FinWait2Expired, "fin-wait-2-expired", Warning},
	{LateDataAfterClose, "late-data-after-close", Warning},
	{FinRetransmitted, "fin-retransmitted", Warning},
	{StuckFinWait1, "stuck-fin-wait-1", Critical},
	{StuckLastAck, "stuck-last-ack", Warning},
	{StuckClosing, "stuck-closing", Critical},
	{StuckSynReceived, "stuck-syn-received", Warning},
	{SimultaneousClose, "simultaneous-close", Info},
	{HalfCloseInUse, "half-close-in-use", Info},
	{RstUnreadData, "rst-unread-data", Warning},
	{RstAbortiveClose, "rst-abortive-close", Warning},
	{RstInjectedSuspect, "rst-injected-suspect", Critical},
	{ConntrackInvalidRst, "conntrack-invalid-rst", Critical},
	{NATIdleTimeout, "nat-idle-timeout", Critical},
	{KeepaliveFailing, "keepalive-failing", Warning},
	{ZeroWindowStall, "zero-window-stall", Critical},
	{RetransmissionTimeout, "retransmission-timeout", Critical},
	{MSSBlackhole, "mss-blackhole", Critical},
	{AsymmetricCapture, "asymmetric-capture", Info},
	{MidstreamPickup, "midstream-pickup", Info},
	{CaptureLoss, "capture-loss", Warning},
	{DuplicateCapture, "duplicate-capture", Info},
	{BadFlagCombo, "bad-flag-combo", Warning},
	{CloseWaitWithUnread, "close-wait-with-unread", Critical},
	{CloseWaitPilingUp, "close-wait-piling-up", Critical},
	{EstablishedMany, "established-many", Warning},
	{SynReceivedMany, "syn-received-many", Warning},
	{AcceptQueueFull, "accept-queue-full", Critical},
	{TimeWaitMany, "time-wait-many", Warning},
	{FinWait2Orphans, "fin-wait-2-orphans", Warning},
	{WireAndKernelDisagree, "wire-and-kernel-disagree", Warning},
}

func TestNamesAndSeveritiesArePermanent(t *testing.T) {
	all := All()
	if len(all) != len(permanent) {
		t.Fatalf("%d conditions, the list has %d", len(all), len(permanent))
	}
	for i, want := range permanent {
		if got := all[i]; got != want.id {
			t.Errorf("condition %d is %v, want %v", i, got, want.id)
		}
		if got := want.id.String(); got != want.name {
			t.Errorf("name of condition %d: got %q, want %q", i, got, want.name)
		}
		if got := want.id.Severity(); got != want.severity {
			t.Errorf("%s is %v, want %v", want.name, got, want.severity)
		}
	}
}

func TestEveryConditionHasOneEntry(t *testing.T) {
	entries := map[ID]int{}
	names := map[string]ID{}
	for _, family := range [][]entry{
		openingRules, listenerRules, reuseRules, closingRules,
		resetRules, transferRules, captureRules, hostRules,
	} {
		for _, e := range family {
			entries[e.id]++
			if other, taken := names[e.rule.Name]; taken {
				t.Errorf("%q names the conditions %d and %d", e.rule.Name, other, e.id)
			}
			names[e.rule.Name] = e.id
		}
	}
	for _, id := range All() {
		if got := entries[id]; got != 1 {
			t.Errorf("condition %d (%v) has %d entries", id, id, got)
		}
	}
	if len(entries) != len(All()) {
		t.Errorf("%d entries, want %d", len(entries), len(All()))
	}
	if catalogue[0].Name != "" {
		t.Errorf("no condition is called %q", catalogue[0].Name)
	}
}

func TestLookup(t *testing.T) {
	for _, want := range permanent {
		if got, ok := Lookup(want.name); !ok || got != want.id {
			t.Errorf("Lookup(%q) = %v, %v", want.name, got, ok)
		}
	}
	for _, name := range []string{"", "close-wait", "Stuck-Close-Wait"} {
		if got, ok := Lookup(name); ok {
			t.Errorf("Lookup(%q) = %v, want none", name, got)
		}
	}
}

// TestTextsFit checks what the places that print the texts rely on.
func TestTextsFit(t *testing.T) {
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
	for _, id := range All() {
		r := id.Rule()
		t.Run(r.Name, func(t *testing.T) {
			if !kebab.MatchString(r.Name) {
				t.Errorf("the name %q is not kebab-case", r.Name)
			}
			fits(t, "Title", r.Title, 60)
			fits(t, "Advice", r.Advice, 100)
			for field, text := range map[string]string{
				"Title": r.Title, "Shows": r.Shows, "Fault": r.Fault, "Advice": r.Advice,
			} {
				clean(t, field, text)
				if strings.HasSuffix(text, ".") {
					t.Errorf("%s ends in a full stop: %q", field, text)
				}
			}
			clean(t, "Why", r.Why)
			if n := len(sentences(r.Why)); n < 2 || n > 5 || !strings.HasSuffix(r.Why, ".") {
				t.Errorf("Why has %d sentences, want 2 to 5, with a full stop: %q", n, r.Why)
			}
			checksFit(t, r)
			sysctlsFit(t, r)
		})
	}
}

func checksFit(t *testing.T, r *Rule) {
	if r.Severity > Info && len(r.Check) == 0 {
		t.Error("there is nothing to check")
	}
	if len(r.Check) > 5 {
		t.Errorf("%d checks are too many", len(r.Check))
	}
	for _, check := range r.Check {
		clean(t, "Check", check)
		// What to look at, and what its answer means.
		if !strings.Contains(check, ": ") || strings.HasSuffix(check, ".") {
			t.Errorf("not a check with its meaning: %q", check)
		}
	}
}

func sysctlsFit(t *testing.T, r *Rule) {
	name := regexp.MustCompile(`^(tcp_[a-z0-9_]+|ip_[a-z0-9_]+|net\.(core|netfilter)\.[a-z0-9_]+)$`)
	for _, sysctl := range r.Sysctls {
		if !name.MatchString(sysctl) {
			t.Errorf("sysctl %q: want the name without net.ipv4., or in full if it is elsewhere", sysctl)
		}
		if sysctl == "tcp_tw_recycle" {
			t.Error("tcp_tw_recycle was removed in Linux 4.12")
		}
	}
}

func TestNoSysctlHelpsCloseWait(t *testing.T) {
	for _, id := range []ID{StuckCloseWait, CloseWaitWithUnread, CloseWaitPilingUp} {
		r := id.Rule()
		if len(r.Sysctls) != 0 {
			t.Errorf("%v names the sysctls %v", id, r.Sysctls)
		}
		if !strings.Contains(r.Why, "no sysctl") {
			t.Errorf("%v does not say that no sysctl helps: %q", id, r.Why)
		}
	}
}

func fits(t *testing.T, field, text string, columns int) {
	t.Helper()
	if n := utf8.RuneCountInString(text); n > columns {
		t.Errorf("%s has %d columns, more than %d: %q", field, n, columns, text)
	}
}

// clean refuses what wrapping the strings in the source can leave behind.
func clean(t *testing.T, field, text string) {
	t.Helper()
	if text == "" {
		t.Errorf("%s is empty", field)
	}
	if text != strings.Join(strings.Fields(text), " ") {
		t.Errorf("%s has spaces too many: %q", field, text)
	}
}

// sentences splits at full stops that a capital letter or a figure follows.
func sentences(text string) []string {
	return regexp.MustCompile(`\. [A-Z0-9]`).Split(text, -1)
}
