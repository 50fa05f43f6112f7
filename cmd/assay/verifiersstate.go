package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/verifiers"
)

func newVerifiersDisable(std streams) *cobra.Command {
	var flags changeFlags
	var version int
	cmd := &cobra.Command{
		Use:   "disable ELEMENT",
		Short: "Stop running a verifier",
		Long:  "disable stops the active version of an element, or the one that --version names.",
		Args:  cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			return withVerifiers(cmd.Context(), &flags.config, func(b verifierBase) error {
				n, err := verifiers.Disable(cmd.Context(), b, assay.Element(args[0]), version, flags.by)
				return sayState(std.out, args[0], n, assay.StateDisabled, err)
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().IntVar(&version, "version", 0, "the version to stop (default the active one)")
	return cmd
}

func newVerifiersRollback(std streams) *cobra.Command {
	var flags changeFlags
	var to int
	cmd := &cobra.Command{
		Use:   "rollback ELEMENT",
		Short: "End a roll-out, or make a version that was in use before the active one again",
		Long: "rollback ends the staged roll-out of an element where there is one. Otherwise it makes the\n" +
			"version that was in use before the active one active again, or the one that --to names, which\n" +
			"must have been in use; others go through assay verifiers rollout.",
		Args: cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			return withVerifiers(cmd.Context(), &flags.config, func(b verifierBase) error {
				n, state, err := verifiers.Rollback(cmd.Context(), b, assay.Element(args[0]), to, flags.by)
				return sayState(std.out, args[0], n, state, err)
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().IntVar(&to, "to", 0, "the version to make active (default the one in use before)")
	return cmd
}

// sayState says what became of a version, or why nothing did.
func sayState(out io.Writer, element string, version int, state assay.State, err error) error {
	if errors.Is(err, assay.ErrNotFound) {
		return usageError(err)
	}
	if err == nil {
		_, err = fmt.Fprintf(out, "%s@%d is %s\n", element, version, state)
	}
	return err
}
