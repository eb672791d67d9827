package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tcptrace/tracer/capture"
	"tcptrace/tracer/host"
)

// addCompletion adds the command that prints what makes a shell complete
// flags, and tells it their values.
func addCompletion(root *cobra.Command) {
	completeFlags(root)
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.RunE = func(cmd *cobra.Command, args []string) error { return wrongShell(cmd, args) }
			cmd.Args = cobra.ArbitraryArgs
		}
	}
}

// wrongShell is what is wrong when none of the completion command's own
// commands was meant.
func wrongShell(cmd *cobra.Command, args []string) error {
	var shells []string
	for _, shell := range cmd.Commands() {
		shells = append(shells, shell.Name())
	}
	hint := "the shells are " + strings.Join(shells, ", ")
	if len(args) == 0 {
		return wrongUse("which shell?", hint)
	}
	return wrongUse(fmt.Sprintf("unknown shell %q", args[0]), hint)
}

// completeFlags tells shells the values of flags. A flag that does not exist
// would be a mistake in this file, which the tests find.
func completeFlags(root *cobra.Command) {
	completeValues(root, "state", stateNames)
	completeValues(root, "color", colorModes)
	completeValues(root, "interface", interfaceNames)
	completeValues(root, "netns", host.NamespaceNames)
	root.ValidArgsFunction = cobra.NoFileCompletions // filters are not files
}

// completeValues tells shells the values of one flag.
func completeValues(cmd *cobra.Command, flag string, list func() []string) {
	f := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return list(), cobra.ShellCompDirectiveNoFileComp
	}
	if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(err)
	}
}

func colorModes() []string { return []string{"auto", "always", "never"} }

func interfaceNames() []string {
	devices, err := capture.Devices()
	if err != nil {
		return nil
	}
	var names []string
	for _, d := range devices {
		names = append(names, d.Name)
	}
	return names
}
