package main

import (
	"context"
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
				return b.setState(cmd.Context(), std.out, assay.Element(args[0]), assay.StateDisabled, flags.by, func(versions []assay.VerifierVersion) (int, error) {
					if version > 0 {
						return version, nil
					}
					if at := activeOf(versions); at >= 0 {
						return versions[at].Version, nil
					}
					return 0, errors.New("no version is active")
				})
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
		Short: "Make another version of a verifier the active one",
		Long: "rollback makes the version before the active one active again, or the one that --to names,\n" +
			"which may also be one that ran in shadow.",
		Args: cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			return withVerifiers(cmd.Context(), &flags.config, func(b verifierBase) error {
				return b.setState(cmd.Context(), std.out, assay.Element(args[0]), assay.StateActive, flags.by, func(versions []assay.VerifierVersion) (int, error) {
					if to > 0 {
						return to, nil
					}
					at := activeOf(versions)
					if at < 0 {
						at = len(versions)
					}
					if at == 0 {
						return 0, errors.New("there is no version before the active one")
					}
					return versions[at-1].Version, nil
				})
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().IntVar(&to, "to", 0, "the version to make active (default the one before)")
	return cmd
}

// activeOf returns the index of the active version, or -1.
func activeOf(versions []assay.VerifierVersion) int {
	for i, v := range versions {
		if v.State == assay.StateActive {
			return i
		}
	}
	return -1
}

// setState changes the state of the version that choose names.
func (b verifierBase) setState(ctx context.Context, out io.Writer, element assay.Element, state assay.State, by verifiers.Change, choose func([]assay.VerifierVersion) (int, error)) error {
	versions, err := b.versions(ctx, element)
	if err != nil {
		return err
	}
	version, err := choose(versions)
	if err != nil {
		return usageError(fmt.Errorf("verifier %s: %w", element, err))
	}
	err = b.SetVerifierState(ctx, element, version, state, by.Author, by.Reason)
	if errors.Is(err, assay.ErrNotFound) {
		return usageError(err)
	}
	if err == nil {
		_, err = fmt.Fprintf(out, "%s@%d is %s\n", element, version, state)
	}
	return err
}
