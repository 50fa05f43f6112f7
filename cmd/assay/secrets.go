package main

import (
	"errors"

	"github.com/spf13/cobra"

	"example.com/assay/secrets/cli"
)

// newSecrets returns the commands about secrets, which the small program
// assay-secrets has too.
func newSecrets(streams) *cobra.Command {
	root := cli.New("secrets", version)
	adaptExit(root)
	return root
}

// adaptExit turns the exit codes of package cli into those of this program.
func adaptExit(cmd *cobra.Command) {
	if run := cmd.RunE; run != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			err := run(cmd, args)
			if e := (*cli.ExitError)(nil); errors.As(err, &e) {
				return &exitError{e.Code, err}
			}
			return err
		}
	}
	for _, c := range cmd.Commands() {
		adaptExit(c)
	}
}
