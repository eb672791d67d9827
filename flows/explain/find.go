package explain

import (
	"slices"
	"strings"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// Topic is something that has a page.
type Topic struct {
	Name  string // as it is printed
	Short string // one line, for lists
	Page  func(Values) *Page
}

// Topics lists everything that has a page: states, conditions, sysctls, notes.
func Topics() []Topic {
	return slices.Concat(States(), Conditions(), Sysctls(), Notes())
}

// States lists the states.
func States() []Topic {
	var list []Topic
	for _, t := range stateTexts() {
		list = append(list, Topic{t.state.String(), t.lead, func(v Values) *Page { return statePage(t, v) }})
	}
	return list
}

// Conditions lists the conditions, family by family.
func Conditions() []Topic {
	var list []Topic
	for _, f := range families() {
		for _, id := range f.ids {
			list = append(list, Topic{id.String(), id.Rule().Title, func(v Values) *Page { return conditionPage(id, v) }})
		}
	}
	return list
}

// Sysctls lists the sysctls.
func Sysctls() []Topic {
	var list []Topic
	for _, t := range sysctlTexts() {
		list = append(list, Topic{t.short(), t.brief, func(v Values) *Page { return sysctlPage(t, v) }})
	}
	return list
}

// Notes lists what is none of the others.
func Notes() []Topic {
	var list []Topic
	for _, t := range noteTexts() {
		list = append(list, Topic{t.name, t.lead, func(v Values) *Page { return notePage(t, v) }})
	}
	return list
}

// Find is the topic that a name means, in any spelling: a state as tcptrace, ss,
// netstat, the kernel and articles write it, a condition, a sysctl with its
// path or without, or one of the words that lead to them.
func Find(name string) (Topic, bool) {
	if state, ok := flows.ParseState(name); ok {
		return named(States(), state.String())
	}
	if topic, ok := named(Topics(), name); ok {
		return topic, true
	}
	return named(Topics(), aliases[key(name)])
}

func named(list []Topic, name string) (Topic, bool) {
	name = key(name)
	i := slices.IndexFunc(list, func(t Topic) bool { return key(t.Name) == name })
	if i < 0 {
		return Topic{}, false
	}
	return list[i], true
}

// key is a name without what people write differently: case, punctuation, the
// path of a sysctl, the value that an article assigns to it.
func key(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	name, _, _ = strings.Cut(name, "=")
	name = strings.NewReplacer("/", ".", "()", "").Replace(name)
	name = strings.TrimPrefix(strings.TrimPrefix(name, ".proc.sys."), "net.")
	for _, parent := range []string{"ipv4.", "core.", "netfilter.", "ipv6."} {
		name = strings.TrimPrefix(name, parent)
	}
	return strings.NewReplacer("-", "", "_", "", " ", "", ".", "").Replace(name)
}

// Like lists the names that hold a word of what was asked for, at most a few.
func Like(name string) []string {
	const most = 8
	name = key(name)
	var list []string
	for _, t := range Topics() {
		if len(name) >= 3 && len(list) < most && strings.Contains(key(t.Name), name) {
			list = append(list, t.Name)
		}
	}
	return list
}

// aliases are words that lead to a page, as key makes them: what people call
// things, the errors that programs print, and families of sysctls.
var aliases = map[string]string{
	"2msl": "TIME_WAIT", "msl": "TIME_WAIT", "timewaitlen": "TIME_WAIT", "tcptimewaitlen": "TIME_WAIT",
	"addressalreadyinuse": "TIME_WAIT", "eaddrinuse": "TIME_WAIT",
	"halfopen": "SYN_RECEIVED", "synreceive": "SYN_RECEIVED",
	"halfclosed": diagnose.HalfCloseInUse.String(), "halfclose": diagnose.HalfCloseInUse.String(),
	"open": "ESTABLISHED", "connected": "ESTABLISHED",

	"synflood": diagnose.SynFloodSuspected.String(), "synflooding": diagnose.SynFloodSuspected.String(),
	"syncookie": "tcp_syncookies", "syncookies": "tcp_syncookies",
	"econnrefused": diagnose.ConnectionRefused.String(), "refused": diagnose.ConnectionRefused.String(),
	"etimedout": "SYN_SENT", "connectiontimedout": "SYN_SENT", "connecttimeout": "SYN_SENT",
	"ehostunreach": diagnose.ICMPUnreachable.String(), "noroutetohost": diagnose.ICMPUnreachable.String(),
	"epipe": diagnose.LateDataAfterClose.String(), "brokenpipe": diagnose.LateDataAfterClose.String(),
	"eaddrnotavail": diagnose.TimeWaitMany.String(), "cannotassignrequestedaddress": diagnose.TimeWaitMany.String(),
	"zerowindow": diagnose.ZeroWindowStall.String(), "windowfull": diagnose.ZeroWindowStall.String(),
	"retransmission": diagnose.RetransmissionTimeout.String(), "retransmissions": diagnose.RetransmissionTimeout.String(),
	"mtu": diagnose.MSSBlackhole.String(), "pmtu": diagnose.MSSBlackhole.String(), "mss": diagnose.MSSBlackhole.String(),
	"nat": diagnose.NATIdleTimeout.String(), "nattimeout": diagnose.NATIdleTimeout.String(),
	"toomanyopenfiles": diagnose.CloseWaitPilingUp.String(), "emfile": diagnose.CloseWaitPilingUp.String(),

	"reset": "rst", "econnreset": "rst", "connectionreset": "rst", "connectionresetbypeer": "rst", "resetbypeer": "rst",
	"backlog": "queues", "acceptqueue": "queues", "synqueue": "queues", "listenqueue": "queues", "queue": "queues", "listenoverflows": "queues",
	"keepalive": "so_keepalive", "tcpkeepalive": "so_keepalive", "tcpkeepidle": "so_keepalive",
	"linger": "so_linger", "usertimeout": "tcp_user_timeout", "linger2": "tcp_linger2",
	"j": "letters", "k": "letters", "m": "letters", "n": "letters", "jkmn": "letters", "letter": "letters",

	"twrecycle": "tcp_tw_recycle", "twreuse": "tcp_tw_reuse", "fintimeout": "tcp_fin_timeout", "synretries": "tcp_syn_retries",
	"orphan": "tcp_max_orphans", "orphans": "tcp_max_orphans", "timestamps": "tcp_timestamps", "ephemeralports": "ip_local_port_range",
	"fastopen": "tcp_fastopen", "conntrack": "nf_conntrack_tcp_timeout_established", "nfconntrack": "nf_conntrack_tcp_timeout_established",
}
