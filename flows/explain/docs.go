package explain

import (
	"fmt"
	"strings"
)

// Document is a file of docs/ that the texts make.
type Document struct{ Name, Text string }

// Documents are the texts as Markdown, without values of any host.
func Documents() []Document {
	diagram := Diagram(diagramWidth, NoPaint)
	return []Document{
		{"states.md", document("TCP states", "What each state is, what brings an end into it and takes it out, what it means when it lasts, and what to do. "+
			"J, K, M and N are the sequence numbers of client's SYN, server's SYN, first and second FIN.",
			"```\n"+diagram+"```\n", States())},
		{"conditions.md", document("Conditions", "What tcptrace finds wrong, or worth knowing, and what to do. The names never change.",
			conditionIndex(), Conditions())},
		{"sysctls.md", document("Sysctls", "Which of Linux's settings concern TCP states, what they do, what they do not, and what is wrongly said of them; then socket options and other words that lead here.",
			"", append(Sysctls(), Notes()...))},
	}
}

// document puts pages behind a title. Who edits the file is told not to.
func document(title, lead, front string, topics []Topic) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<!-- Written by `make docs` from package flows/explain: change the texts there. -->\n\n# %s\n\n%s\n", title, lead)
	fmt.Fprintf(&b, "`tcptrace explain NAME` prints the same, with the values of the host.\n")
	if front != "" {
		b.WriteString("\n" + front)
	}
	for _, t := range topics {
		b.WriteString("\n" + t.Page(nil).Markdown())
	}
	return b.String()
}

// conditionIndex lists the conditions, family by family.
func conditionIndex() string {
	var b strings.Builder
	b.WriteString("| | | |\n| --- | --- | --- |\n")
	for _, f := range families() {
		fmt.Fprintf(&b, "| **%s** | | |\n", f.title)
		for _, id := range f.ids {
			r := id.Rule()
			fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", r.Name, r.Name, r.Severity, escape(r.Title))
		}
	}
	return b.String()
}
