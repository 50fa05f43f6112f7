package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/report"
	"example.com/assay/store/sqlstore"
)

// diffFlags are those of assay diff.
type diffFlags struct {
	list         listFlags
	declaredOnly bool
	exitZero     bool
}

func newDiff(std streams) *cobra.Command {
	var flags configFlags
	var diff diffFlags
	formats := []string{"table", "json", "jsonl"}
	cmd := &cobra.Command{
		Use:   "diff [ASSET]",
		Short: "Compare what is declared about data with what was detected in it",
		Long: "diff compares the catalogue's classification and the comments on SQL columns with the findings.\n" +
			"A comment declares every element whose id stands in it as a word: 'contact; email_address'.\n\n" +
			"  undeclared     it was detected, and nobody said so\n" +
			"  not_found      it is declared, the field was fully examined, and it is not there\n" +
			"  not_examined   it is declared, and the field was not examined far enough to tell\n\n" +
			"The exit code is 0 where both agree, 3 where something was not examined, and 1 where they\n" +
			"differ otherwise. Findings judged as false positives do not count.",
		Args: cobra.MaximumNArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(formats, diff.list.format) {
				return usageError(fmt.Errorf("unknown --format %q (%s)", diff.list.format, strings.Join(formats, ", ")))
			}
			if len(args) > 0 {
				diff.list.filter.Asset = assay.AssetID(args[0])
			}
			return withDatabase(cmd.Context(), &flags, func(_ *config.Config, database *sqlstore.Store) error {
				return runDiff(cmd.Context(), std.out, database, &diff)
			})
		}),
	}
	flags.add(cmd)
	f := cmd.Flags()
	f.Float64Var(&diff.list.least, "min-confidence", 0.8, "findings below it are not compared")
	f.BoolVar(&diff.declaredOnly, "declared-only", false, "only assets of which something is declared")
	f.BoolVar(&diff.exitZero, "exit-zero", false, "end with exit code 0 whatever the difference")
	f.StringVar(&diff.list.format, "format", "table", strings.Join(formats, ", "))
	return cmd
}

func runDiff(ctx context.Context, w io.Writer, database *sqlstore.Store, flags *diffFlags) error {
	differences, err := differences(ctx, database, flags)
	if err != nil {
		return err
	}
	err = writeRows(w, flags.list.format, differences, "DIFFERENCE\tELEMENT\tCONF\tFIELD\tASSET", func(d report.Difference) string {
		confidence := "-"
		if d.Finding != "" {
			confidence = fmt.Sprintf("%.2f", d.Confidence)
		}
		return fmt.Sprintf("%s\t%s\t%s\t%s\t%s", d.Kind, d.Element, confidence, cmp.Or(report.Printable(d.Field), "(the asset)"), report.Printable(string(d.Asset)))
	})
	if err != nil || flags.exitZero || len(differences) == 0 {
		return err
	}
	if slices.ContainsFunc(differences, func(d report.Difference) bool { return d.Kind == report.Unverified }) {
		return exitWith(report.ExitIncomplete)
	}
	return exitWith(report.ExitFindings)
}

// differences compares asset by asset.
func differences(ctx context.Context, database *sqlstore.Store, flags *diffFlags) ([]report.Difference, error) {
	known, err := knownElements()
	if err != nil {
		return nil, err
	}
	flags.list.status = "all"
	found, err := judgedFindings(ctx, database, &flags.list)
	if err != nil {
		return nil, err
	}
	findings := map[assay.AssetID][]assay.Finding{}
	for _, f := range found {
		if f.Triage.Status != assay.TriageFalsePositive {
			findings[f.Asset] = append(findings[f.Asset], f.Finding)
		}
	}
	declared := map[assay.AssetID]assay.Asset{}
	for a, err := range database.Declarations(ctx, flags.list.filter.Asset) {
		if err != nil {
			return nil, err
		}
		if len(a.Declared) > 0 {
			declared[a.ID] = a
		}
	}
	out := []report.Difference{}
	for group, err := range byAsset(database.Coverage(ctx, flags.list.filter.Asset)) {
		if err != nil {
			return nil, err
		}
		id := group[0].Asset
		c := report.Classified{Asset: assay.Asset{ID: id, Declared: declared[id].Declared}, Findings: findings[id], Coverage: group}
		if c.Declare(known); len(c.Asset.Declared) > 0 || !flags.declaredOnly {
			out = append(out, c.Differences()...)
		}
	}
	return out, nil
}

// knownElements are those that a comment can declare.
func knownElements() (map[assay.Element]bool, error) {
	var all libraryFlags
	defs, err := all.definitions()
	if err != nil {
		return nil, err
	}
	known := make(map[assay.Element]bool, len(defs))
	for _, d := range defs {
		known[d.Element] = true
	}
	return known, nil
}
