package census

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode"

	"tcptrace/flows"
	"tcptrace/flows/diagnose"
)

// printable is a name without what a terminal would obey: a process may call
// itself anything.
func printable(name string) string {
	quoted := strconv.QuoteToGraphic(name)
	return quoted[1 : len(quoted)-1]
}

// Process names an owner without its descriptor: "java[1234]".
func Process(o *diagnose.Owner) string {
	if o.PID == 0 {
		return ""
	}
	name := printable(o.Command) + "[" + strconv.Itoa(o.PID) + "]"
	if o.Others > 0 {
		name += " +" + strconv.Itoa(o.Others)
	}
	return name
}

// descriptor names who holds a socket: "java[1234] fd 57".
func descriptor(s *diagnose.Socket) string {
	switch {
	case s.Owner.PID != 0:
		return Process(&s.Owner) + " fd " + strconv.Itoa(s.Owner.FD)
	case s.Queued():
		return "waits for accept()"
	case s.Orphan || s.Inode == 0:
		return "orphan"
	}
	return hiddenOwner(s.UID)
}

func hiddenOwner(uid uint32) string { return "hidden, uid " + strconv.FormatUint(uint64(uid), 10) }

// unread says what an application has not read. Of 0 nothing is worth a word.
func unread(s *diagnose.Socket) string {
	switch n := s.Unread(); n {
	case 0:
		return "nothing unread"
	case 1:
		return "1 byte unread"
	default:
		return strconv.FormatUint(uint64(n), 10) + " bytes unread"
	}
}

// kill is the command that would end a socket: it takes root, and a kernel with
// CONFIG_INET_DIAG_DESTROY.
func (c *Census) kill(s *diagnose.Socket) string {
	return c.within() + "ss -K src " + address(s.Local) + " dst " + address(s.Remote)
}

// killAll would end all of a state at one address.
func (c *Census) killAll(s *diagnose.Socket) string {
	return c.within() + "ss -K state " + ssName(s.State) + " src " + address(s.Local)
}

// within is what a command in the namespace begins with. A name of ip-netns(8)
// is seldom a number, so one is taken for a process.
func (c *Census) within() string {
	name := printable(c.Namespace)
	if strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/._-:", r)
	}) {
		name = "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
	}
	switch _, err := strconv.ParseUint(name, 10, 31); {
	case name == "":
		return ""
	case err == nil:
		return "nsenter -t " + name + " -n "
	case strings.Contains(name, "/"):
		return "nsenter --net=" + name + " "
	}
	return "ip netns exec " + name + " "
}

// address is one that a shell leaves alone: brackets are its own.
func address(a netip.AddrPort) string {
	if a.Addr().Is4() {
		return a.String()
	}
	return "'" + a.String() + "'"
}

// ssName is a state as ss(8) has it.
func ssName(s flows.State) string {
	switch s {
	case flows.SynReceived:
		return "syn-recv"
	case flows.FinWait1:
		return "fin-wait-1"
	case flows.FinWait2:
		return "fin-wait-2"
	}
	return strings.ReplaceAll(strings.ToLower(s.String()), "_", "-")
}

// span writes a duration as people say it: "41 s", "2 min 11 s".
func span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < 10*time.Second:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Seconds()), ".0") + " s"
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	case d < 2*day:
		return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d d %d h", d/day, d%day/time.Hour)
}

func plural(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + more
}
