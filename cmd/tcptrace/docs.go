package main

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"tcptrace/flows/explain"
)

// newDocs makes the command that writes the reference of docs/: make docs
// calls it, so it is not in the help.
func newDocs() *cobra.Command {
	return &cobra.Command{
		Use:    "docs DIR",
		Short:  "write the reference of states, conditions and sysctls as Markdown",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			for _, d := range explain.Documents() {
				if err := os.WriteFile(filepath.Join(args[0], d.Name), []byte(d.Text), 0o644); err != nil {
					return err
				}
			}
			return nil
		},
	}
}
