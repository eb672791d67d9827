package explain

import (
	"strings"

	"tcptrace/flows/diagnose"
)

// family is conditions that belong together.
type family struct {
	title string
	ids   []diagnose.ID
}

// families are all conditions, in the order in which a connection meets them.
func families() []family {
	return []family{
		{"It does not open", []diagnose.ID{
			diagnose.SynNoAnswer, diagnose.ConnectAbandoned, diagnose.ConnectionRefused, diagnose.RefusedByFirewall,
			diagnose.ICMPUnreachable, diagnose.SynAckLost, diagnose.ISNChangedMidway, diagnose.SynAckBadAck,
			diagnose.StuckSynReceived, diagnose.GhostSynAck, diagnose.OptionStripped, diagnose.SimultaneousOpen,
			diagnose.SelfConnect, diagnose.TFODataInSyn,
		}},
		{"The server's queues", []diagnose.ID{
			diagnose.AcceptQueueOverflow, diagnose.AcceptQueueSynDrop, diagnose.AcceptOverflowAbort,
			diagnose.PhantomEstablished, diagnose.DeferAccept, diagnose.SynCookiesInUse, diagnose.SynFloodSuspected,
		}},
		{"The same ports again", []diagnose.ID{
			diagnose.PortReuseFast, diagnose.TimeWaitReuseAccepted, diagnose.TimeWaitChallengeAck,
			diagnose.TimeWaitAssassinated, diagnose.HalfOpenAfterReboot,
		}},
		{"It hangs or loses data", []diagnose.ID{
			diagnose.RetransmissionTimeout, diagnose.ZeroWindowStall, diagnose.MSSBlackhole,
			diagnose.NATIdleTimeout, diagnose.KeepaliveFailing,
		}},
		{"It does not close", []diagnose.ID{
			diagnose.StuckCloseWait, diagnose.StuckFinWait2, diagnose.StuckFinWait1, diagnose.StuckLastAck,
			diagnose.StuckClosing, diagnose.FinWait2Expired, diagnose.LateDataAfterClose, diagnose.FinRetransmitted,
			diagnose.SimultaneousClose, diagnose.HalfCloseInUse,
		}},
		{"It is reset", []diagnose.ID{
			diagnose.RstUnreadData, diagnose.RstAbortiveClose, diagnose.RstInjectedSuspect,
			diagnose.ConntrackInvalidRst, diagnose.RstBackscatter, diagnose.BadFlagCombo,
		}},
		{"The capture", []diagnose.ID{
			diagnose.AsymmetricCapture, diagnose.MidstreamPickup, diagnose.CaptureLoss, diagnose.DuplicateCapture,
		}},
		{"This host's sockets", []diagnose.ID{
			diagnose.CloseWaitWithUnread, diagnose.CloseWaitPilingUp, diagnose.EstablishedMany,
			diagnose.SynReceivedMany, diagnose.AcceptQueueFull, diagnose.TimeWaitMany, diagnose.FinWait2Orphans,
			diagnose.WireAndKernelDisagree,
		}},
	}
}

// conditionPage is the page of a condition, made of its rule.
func conditionPage(id diagnose.ID, values Values) *Page {
	r := id.Rule()
	p := &Page{
		Name: r.Name, Kind: "condition, " + r.Severity.String(), Tone: toneOfSeverity(r.Severity),
		Lead: sentence(r.Title),
	}
	p.add(
		prose("What to do", sentence(r.Advice)),
		checks(r.Check),
		prose("What shows it", sentence(r.Shows)),
		prose("Whom to look at first", sentence(r.Fault)),
		prose("What happens", r.Why),
		sysctlTerms(fullNames(r.Sysctls), values),
		statesWith(id),
	)
	return p
}

// checks are what decides where packets alone cannot. A check is what to do, a
// colon, and what its answer means.
func checks(list []string) Section {
	s := Section{Title: "How to make sure", Form: Steps}
	for _, check := range list {
		do, means, _ := strings.Cut(check, ": ")
		s.Items = append(s.Items, Item{Head: do, Text: means})
	}
	return s
}

// statesWith lists the states whose pages name a condition.
func statesWith(id diagnose.ID) Section {
	s := Section{Title: "States in which it shows", Form: Terms}
	for _, t := range stateTexts() {
		for _, c := range t.conditions {
			if c == id {
				s.Items = append(s.Items, stateItem(t))
			}
		}
	}
	return s
}

// fullNames puts net.ipv4 in front of names that have no other place.
func fullNames(names []string) []string {
	var full []string
	for _, name := range names {
		if !strings.Contains(name, ".") {
			name = "net.ipv4." + name
		}
		full = append(full, name)
	}
	return full
}

func toneOfSeverity(s diagnose.Severity) Tone {
	return [...]Tone{Info, Warning, Critical}[min(s, diagnose.Critical)]
}

// sentence is a clause with a capital letter and a full stop, unless it begins
// with a name or ends with a stop.
func sentence(text string) string {
	if text == "" || strings.HasSuffix(text, ".") {
		return text
	}
	first, _, _ := strings.Cut(text, " ")
	if !strings.ContainsAny(first, "_()-") {
		text = upperFirst(text)
	}
	return text + "."
}
