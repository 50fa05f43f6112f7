package main

import (
	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/quality"
)

func newVerifiersRollout(std streams) *cobra.Command {
	var flags changeFlags
	cmd := &cobra.Command{
		Use:   "rollout ELEMENT[@VERSION]",
		Short: "Put a version into use, if it passes the gate of its element",
		Long: "rollout measures the version (the newest one when none is named) on the labelled values, as\n" +
			"assay quality gate does, and makes it the active one when it passes; exit 1 says that it does not.",
		Args: cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			return withQuality(cmd.Context(), &flags.config, func(b qualityBase) error {
				v, err := b.version(cmd.Context(), args[0], newestOf)
				if err != nil {
					return err
				}
				d, err := b.gate(cmd.Context(), v, barOf(b.cfg, v.Element))
				if err != nil {
					return err
				}
				if err := printDecisions(std.out, "table", []quality.Decision{d}); err != nil {
					return err
				}
				if !d.Pass {
					return &exitError{1, errGate}
				}
				return b.setState(cmd.Context(), std.out, v.Element, assay.StateActive, flags.by,
					func([]assay.VerifierVersion) (int, error) { return v.Version, nil })
			})
		}),
	}
	flags.add(cmd)
	return cmd
}
