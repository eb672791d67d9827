package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// newRoot makes the command line. What stands after the flags is the filter,
// as for tcpdump; a first word that names a command is that command.
func newRoot(p *program) *cobra.Command {
	o := defaults()
	groups := p.groups(o)
	root := &cobra.Command{
		Use:           "tcptrace [flags] [filter]",
		Short:         "follow TCP connections and the TCP state of both ends",
		Version:       versionLine(),
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := misplaced(cmd, args); err != nil {
				return err
			}
			return p.trace(cmd.Context(), o, args)
		},
	}
	for _, g := range groups {
		root.Flags().AddFlagSet(g.flags)
	}
	root.Flags().SetInterspersed(false)
	root.Flags().SortFlags = false
	root.Flags().BoolP("help", "h", false, "show this help")
	root.Flags().Bool("version", false, "show the version")
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return ofCommand(cmd, wrongFlag(err, flagNames(cmd.Flags())))
	})
	showHelp(root, func() string { return p.help(groups) })
	root.AddCommand(newExplain(p), newSockets(p), newLadder(p), newReport(p), newMan(p, groups), newDocs())
	addCompletion(root)
	return root
}

// misplaced finds flags behind the filter, which libpcap would find there
// too, and not understand.
func misplaced(cmd *cobra.Command, args []string) error {
	if cmd.ArgsLenAtDash() >= 0 {
		return nil
	}
	for _, arg := range args {
		if isFlag(cmd.Flags(), arg) {
			return wrongUse("the flag "+arg+" stands behind the filter",
				"flags come first: "+cmd.CommandPath()+" "+arg+" … filter\nif it belongs to the filter, put -- in front of that")
		}
	}
	return nil
}

// isFlag reports whether an argument looks like one of the flags, or several
// letters in one.
func isFlag(fs *pflag.FlagSet, arg string) bool {
	if name, long := strings.CutPrefix(arg, "--"); long {
		name, _, _ = strings.Cut(name, "=")
		return name != "" && fs.Lookup(name) != nil
	}
	return len(arg) > 1 && arg[0] == '-' && fs.ShorthandLookup(arg[1:2]) != nil
}

// ofCommand makes a hint at the help one at the help of the command.
func ofCommand(cmd *cobra.Command, err error) error {
	var usage *usageError
	if errors.As(err, &usage) && usage.hint == listsFlags {
		usage.hint = strings.Replace(usage.hint, cmd.Root().Name(), cmd.CommandPath(), 1)
	}
	return err
}

func flagNames(fs *pflag.FlagSet) []string {
	var names []string
	fs.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}
