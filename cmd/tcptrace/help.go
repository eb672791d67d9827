package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const about = `tcptrace captures packets, follows every TCP connection in them and prints how
the TCP state of both ends moves. Then it says what is wrong, who is at fault,
and what to do.`

// examples are shown in the help and in the manual.
func examples() [][2]string {
	return [][2]string{
		{"tcptrace -i eth0 port 443", "what happens to the connections of port 443"},
		{"tcptrace -r capture.pcap", "the same from a file, for which nobody needs to be root"},
		{"tcptrace -r capture.pcap 'tcp and host 10.0.0.1'", "of one host"},
		{"tcptrace -r capture.pcap -q --state close-wait", "who was left in CLOSE_WAIT"},
		{"tcptrace -r capture.pcap --problems --fail-on warning", "what is wrong, and exit status 3 if anything is"},
		{"tcptrace ladder -r capture.pcap --flow 3", "one connection as a diagram of its segments and states"},
		{"tcptrace -r capture.pcap -w states.pcapng", "the packets with what they did as comments, for Wireshark"},
		{"tcptrace report -r capture.pcap -o report.html", "a page for a browser, or for a mail, about all of it"},
		{"tcptrace -i any --json | jq .", "for programs"},
		{"tcpdump -w - | tcptrace -r -", "from another program"},
		{"sudo tcptrace sockets", "this host's sockets, whose they are, and which are stuck"},
		{"tcptrace explain close-wait", "what that state is, and what to do about it"},
	}
}

// showHelp gives a command a help of our own; those below it keep cobra's.
func showHelp(root *cobra.Command, text func() string) {
	other := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if cmd == root {
			fmt.Fprint(cmd.OutOrStdout(), text())
			return
		}
		other(cmd, args)
	})
}

// help is what --help prints.
func (p *program) help(groups []group) string {
	var b strings.Builder
	columns := p.helpColumns()
	fmt.Fprintf(&b, "%s\n\nUsage:\n", about)
	writeRow(&b, "tcptrace [flags] [filter]", "trace live, or from a file with -r", columns)
	writeRow(&b, "tcptrace explain [TOPIC]", "say what a state, a condition or a sysctl is, and what to do; without TOPIC draw all states", columns)
	writeRow(&b, "tcptrace ladder -r FILE", "draw one connection as a ladder diagram, on the terminal or as SVG", columns)
	writeRow(&b, "tcptrace report -r FILE -o OUT.html", "write one self-contained page for a browser: the verdict, all connections, the worst in full", columns)
	writeRow(&b, "tcptrace sockets [flags]", "show this host's TCP sockets by state, listener and owner, and what is wrong with them", columns)
	writeRow(&b, "tcptrace completion SHELL", "make bash, zsh, fish or powershell complete the flags", columns)
	b.WriteString("\nWhat stands after the flags is the filter, in the syntax of man 7 pcap-filter.\n")
	for _, g := range groups {
		fmt.Fprintf(&b, "\n%s:\n", g.title)
		g.flags.VisitAll(func(f *pflag.Flag) { writeRow(&b, flagSyntax(f), flagHelp(f), columns) })
	}
	b.WriteString("\nAbout tcptrace:\n")
	writeRow(&b, "-h, --help", "show this help", columns)
	writeRow(&b, "    --version", "show the version", columns)
	b.WriteString("\nExamples:\n")
	for _, e := range examples() {
		fmt.Fprintf(&b, "  %s\n      %s\n", e[0], e[1])
	}
	b.WriteString("\nJ and K are the initial sequence numbers of client and server, M and N those of\n" +
		"the first and the second FIN. SIGUSR1 prints the counters.\n" +
		"Exit status: 0 done, 1 it could not be done, 2 wrong usage, 3 --fail-on was met.\n")
	return b.String()
}

// helpColumns is how wide the help is: as the terminal, but not too wide to
// read.
func (p *program) helpColumns() int {
	const least, most = 60, 100
	if width := widthOf(p.out); width != nil {
		return min(max(width(), least), most)
	}
	return 80
}

// flagSyntax is a flag as it is typed: "-i, --interface NAME".
func flagSyntax(f *pflag.Flag) string {
	text := "    --" + f.Name
	if f.Shorthand != "" {
		text = "-" + f.Shorthand + ", --" + f.Name
	}
	if name, _ := pflag.UnquoteUsage(f); name != "" && f.Value.Type() != "count" {
		text += " " + name
	}
	return text
}

// flagHelp is what a flag does, and what it is without being given.
func flagHelp(f *pflag.Flag) string {
	_, usage := pflag.UnquoteUsage(f)
	switch f.DefValue {
	case "", "0", "[]", "false":
		return usage
	}
	return usage + " (default " + f.DefValue + ")"
}

// writeRow writes two columns of which the second is as wide as there is room.
func writeRow(b *strings.Builder, left, right string, columns int) {
	const indent = 32
	fmt.Fprintf(b, "  %-*s", indent-2, left)
	col := max(indent, len(left)+2)
	if len(left) > indent-4 {
		fmt.Fprintf(b, "\n%*s", indent, "")
		col = indent
	}
	gap := ""
	for _, word := range strings.Fields(right) {
		if gap != "" && col+len(gap)+len(word) > columns {
			fmt.Fprintf(b, "\n%*s", indent, "")
			col, gap = indent, ""
		}
		b.WriteString(gap + word)
		col += len(gap) + len(word)
		gap = " "
	}
	b.WriteByte('\n')
}
