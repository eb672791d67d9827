package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"tcptrace/flows/explain"
	"tcptrace/tracer/host"
)

// newExplain makes the command that says what a state, a condition or a sysctl
// is.
func newExplain(p *program) *cobra.Command {
	proc := "/proc"
	cmd := &cobra.Command{
		Use:   "explain [STATE|CONDITION|SYSCTL]",
		Short: "say what a state, a condition or a sysctl is, and what to do",
		Long: "Without a word explain draws the TCP state diagram and lists the conditions. With one it says what that\n" +
			"is: a state, a condition or a sysctl in any spelling, or a word such as rst or backlog.",
		Example: "  tcptrace explain close_wait\n  tcptrace explain stuck-close-wait\n  tcptrace explain net.ipv4.tcp_tw_recycle",
		Args:    cobra.ArbitraryArgs,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return topicNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error { return p.explain(args, proc) },
	}
	cmd.Flags().Var(&p.color, "color", "`WHEN` to use colours: auto, always or never")
	cmd.Flags().StringVar(&proc, "proc", proc, "read this host's values below `DIR`")
	completeValues(cmd, "color", colorModes)
	return cmd
}

// explain prints the page that is asked for. Several words are one name.
func (p *program) explain(args []string, proc string) error {
	columns, paint := p.explainColumns(), p.painter()
	text := ""
	if len(args) == 0 {
		text = explain.Overview(columns, paint)
	} else {
		name := strings.Join(args, " ")
		topic, ok := explain.Find(name)
		if !ok {
			return unknownTopic(name)
		}
		text = topic.Page(p.values(proc)).Terminal(columns, paint)
	}
	_, err := io.WriteString(p.out, text)
	return writeError(err)
}

// values gives the values of this host's sysctls; nil where there are none.
func (p *program) values(proc string) explain.Values {
	sysctls, err := host.OpenSysctls(proc)
	if err != nil {
		if !errors.Is(err, host.ErrNotSupported) {
			p.warn("no values of this host: " + err.Error())
		}
		return nil
	}
	return func(name string) (string, bool) {
		value, err := sysctls.Value(name)
		return value, err == nil
	}
}

// explainColumns is how wide a page is: as the terminal, but not too wide to
// read.
func (p *program) explainColumns() int {
	const least, most = 36, 100
	if width := widthOf(p.out); width != nil {
		return min(max(width(), least), most)
	}
	return 80
}

// unknownTopic names what was probably meant.
func unknownTopic(name string) error {
	hint := "tcptrace explain draws the states and lists the conditions"
	if near := nearest(name, topicNames()); near != "" {
		hint = "did you mean " + near + "?\n" + hint
	} else if like := explain.Like(name); len(like) > 0 {
		hint = "with that word in their name: " + strings.Join(like, ", ") + "\n" + hint
	}
	return wrongUse(fmt.Sprintf("there is no state, condition or sysctl %q", name), hint)
}

func topicNames() []string {
	var names []string
	for _, t := range explain.Topics() {
		names = append(names, t.Name)
	}
	return names
}
