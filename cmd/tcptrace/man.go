package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newMan makes the command that prints the manual page: make install and
// packagers call it, so it is not in the help.
func newMan(p *program, groups []group) *cobra.Command {
	ladder := group{"LADDER", p.ladderFlags(&ladderOptions{options: defaults()})}
	report := group{"REPORT", p.reportFlags(defaults())}
	sockets := group{"SOCKETS", p.socketFlags(&socketOptions{proc: "/proc", stuck: seconds(time.Minute), oldest: 100})}
	return &cobra.Command{
		Use:    "man",
		Short:  "print the manual page",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprint(p.out, manual(groups, ladder, report, sockets))
			return writeError(err)
		},
	}
}

// manual is the manual page in the language of man(7). Its flags are those of
// the help.
func manual(groups []group, ladder, report, sockets group) string {
	var b strings.Builder
	b.WriteString(".TH TCPTRACE 1 \"\" tcptrace \"User Commands\"\n")
	b.WriteString(".SH NAME\ntcptrace \\- follow TCP connections and the TCP state of both ends\n")
	b.WriteString(".SH SYNOPSIS\n.B tcptrace\n[flags] [filter]\n.br\n.B tcptrace explain\n[TOPIC]\n.br\n.B tcptrace ladder\n\\-r FILE [\\-\\-flow N | filter]\n.br\n.B tcptrace report\n\\-r FILE \\-o OUT.html [filter]\n.br\n.B tcptrace sockets\n[flags]\n.br\n.B tcptrace completion\n.I SHELL\n")
	fmt.Fprintf(&b, ".SH DESCRIPTION\n%s\n", roff(about))
	b.WriteString("The filter is what stands after the flags, in the syntax of\n.BR pcap\\-filter (7).\n.PP\n")
	b.WriteString("J and K are the initial sequence numbers of client and server, M and N those of the first and\n" +
		"the second FIN.\n")
	b.WriteString(".PP\n.B tcptrace explain\nwithout TOPIC draws the TCP state diagram and lists the conditions; with one it says what that is,\n" +
		"what it means when it lasts, and what to do. TOPIC is a state, a condition or a sysctl, in any spelling.\n")
	for _, g := range groups {
		fmt.Fprintf(&b, ".SH %s\n", strings.ToUpper(roff(g.title)))
		g.flags.VisitAll(func(f *pflag.Flag) { manualFlag(&b, f) })
	}
	manualCommand(&b, ladder, ladderLong)
	manualCommand(&b, report, reportLong)
	manualCommand(&b, sockets, socketsLong)
	b.WriteString(privileges)
	b.WriteString(".SH SIGNALS\nSIGINT and SIGTERM end the trace with its summary; a second one ends it at once.\n" +
		"SIGUSR1 prints the counters to standard error.\n")
	b.WriteString(".SH EXIT STATUS\n0 done; 1 it could not be done; 2 wrong usage; 3 there is a finding that \\-\\-fail\\-on names; " +
		"130 a second signal.\n")
	b.WriteString(".SH EXAMPLES\n")
	for _, e := range examples() {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(e[0]), roff(e[1]))
	}
	b.WriteString(".SH SEE ALSO\n.BR tcpdump (8),\n.BR pcap\\-filter (7),\n.BR ss (8),\n.BR ip\\-netns (8),\n.BR capabilities (7)\n")
	return b.String()
}

// manualCommand writes the section of another command: what --help says of it,
// line by line.
func manualCommand(b *strings.Builder, g group, long string) {
	fmt.Fprintf(b, ".SH %s\n.nf\n", g.title)
	for line := range strings.Lines(long + "\n") {
		b.WriteString(roff(line))
	}
	b.WriteString(".fi\n")
	g.flags.VisitAll(func(f *pflag.Flag) { manualFlag(b, f) })
}

// privileges is the short form of docs/privileges.md.
const privileges = `.SH PRIVILEGES
Reading a file takes none. Capturing takes CAP_NET_RAW; to see which process of another user holds a socket
CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH; \-\-netns CAP_SYS_ADMIN; the marks of sockets CAP_NET_ADMIN.
.PP
Root has them all, and is given up once everything is open, for the user of \-\-user, else the caller of
.BR sudo (8),
else nobody. One thread keeps CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH, the others nothing. Instead of root,
.BR setcap (8)
gives the program the right to capture:
.PP
.RS
setcap cap_net_raw,cap_net_admin=eip /usr/local/bin/tcptrace
.RE
.PP
docs/privileges.md of the source says more.
`

// manualFlag writes one flag: how it is typed, and what it does.
func manualFlag(b *strings.Builder, f *pflag.Flag) {
	fmt.Fprintf(b, ".TP\n.B %s\n%s\n", roff(strings.TrimSpace(flagSyntax(f))), roff(flagHelp(f)))
}

// roff is text without what roff would obey.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}
