package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/verifiers"
)

func newVerifiersRollout(std streams) *cobra.Command {
	var flags changeFlags
	percent := 100
	cmd := &cobra.Command{
		Use:   "rollout ELEMENT[@VERSION]",
		Short: "Put a version into use, if it passes the gate of its element",
		Long: "rollout measures the version (the newest one when none is named) on the labelled values, as\n" +
			"assay quality gate does, and makes it the active one when it passes; exit 1 says that it does not.\n" +
			"With --percent it is in use for that share of the assets, chosen by their ids, and the other one\n" +
			"for the rest; a further rollout changes the share, assay verifiers rollback ends it. --now asks\n" +
			"no gate, as is needed where nothing is labelled yet; the history says so.",
		Args: cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			if percent < 1 || percent > 100 {
				return usageError(fmt.Errorf("--percent %d: want 1 to 100", percent))
			}
			if flags.by.Now {
				return withVerifiers(cmd.Context(), &flags.config, func(b verifierBase) error {
					return b.rollOut(cmd.Context(), std.out, args[0], percent, flags.by)
				})
			}
			return withQuality(cmd.Context(), &flags.config, func(b qualityBase) error {
				v, err := b.version(cmd.Context(), args[0], newestOf)
				if err != nil {
					return err
				}
				d, err := b.bench.Decide(cmd.Context(), v.Element, v.Version)
				if err != nil {
					return err
				}
				if err := printDecisions(std.out, "table", []assay.Admission{d}); err != nil {
					return err
				}
				if !d.Pass {
					return &exitError{1, errGate}
				}
				return b.rollOut(cmd.Context(), std.out, args[0], percent, flags.by)
			})
		}),
	}
	flags.add(cmd)
	flags.addNow(cmd)
	cmd.Flags().IntVar(&percent, "percent", 100, "the share of the assets for which it is in use")
	return cmd
}

// rollOut puts a version into use for a share of the assets.
func (b verifierBase) rollOut(ctx context.Context, out io.Writer, name string, percent int, by verifiers.Change) error {
	v, err := b.version(ctx, name, newestOf)
	if err != nil {
		return err
	}
	if v.State == assay.StateActive {
		return usageError(fmt.Errorf("%s@%d is in use already", v.Element, v.Version))
	}
	if by.Now {
		by.Reason += verifiers.Ungated
	}
	if percent == 100 {
		err := b.SetVerifierState(ctx, v.Element, v.Version, assay.StateActive, by.Author, by.Reason)
		return sayState(out, string(v.Element), v.Version, assay.StateActive, err)
	}
	if err := b.StageVerifier(ctx, v.Element, v.Version, percent, by.Author, by.Reason); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s@%d is in use for %d %% of the assets\n", v.Element, v.Version, percent)
	return err
}
