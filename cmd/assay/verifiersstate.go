package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

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
		Short: "End a roll-out, or make a version that was in use before the active one again",
		Long: "rollback ends the staged roll-out of an element where there is one. Otherwise it makes the\n" +
			"version that was in use before the active one active again, or the one that --to names, which\n" +
			"must have been in use; others go through assay verifiers rollout.",
		Args: cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			return withVerifiers(cmd.Context(), &flags.config, func(b verifierBase) error {
				return b.rollback(cmd.Context(), std.out, assay.Element(args[0]), to, flags.by)
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().IntVar(&to, "to", 0, "the version to make active (default the one in use before)")
	return cmd
}

// rollback makes version to the active one, the former one where it is 0.
func (b verifierBase) rollback(ctx context.Context, out io.Writer, element assay.Element, to int, by verifiers.Change) error {
	versions, err := b.versions(ctx, element)
	if err != nil {
		return err
	}
	if at := stagedOf(versions); at >= 0 && to == 0 {
		return b.setState(ctx, out, element, assay.StateShadow, by, func([]assay.VerifierVersion) (int, error) { return versions[at].Version, nil })
	}
	used, err := verifiers.InUse(ctx, b, element)
	if err != nil {
		return err
	}
	return b.setState(ctx, out, element, assay.StateActive, by, func(versions []assay.VerifierVersion) (int, error) {
		active := activeOf(versions)
		for _, u := range used {
			if to == u.Version || to == 0 && (active < 0 || u.Version != versions[active].Version) {
				return u.Version, nil
			}
		}
		if to == 0 {
			return 0, errors.New("no other version was in use before")
		}
		return 0, fmt.Errorf("version %d was never in use (assay verifiers rollout %s@%[1]d puts it into use)", to, element)
	})
}

// stagedOf returns the index of the version that is being rolled out, or -1.
func stagedOf(versions []assay.VerifierVersion) int {
	return slices.IndexFunc(versions, func(v assay.VerifierVersion) bool { return v.Share > 0 })
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
