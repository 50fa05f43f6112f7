package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/report"
	"example.com/assay/store/sqlstore"
)

func newAssets(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "assets",
		Short: "See what was examined of which asset",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newAssetsCoverage(std))
	return cmd
}

// coverageFlags are those of assay assets coverage.
type coverageFlags struct {
	gaps, fields, check bool
	format              string
}

func newAssetsCoverage(std streams) *cobra.Command {
	var flags configFlags
	var show coverageFlags
	formats := []string{"table", "json", "jsonl"}
	cmd := &cobra.Command{
		Use:   "coverage [ASSET]",
		Short: "Say how far assets were examined, why not further, and what that proves",
		Long: "coverage prints the latest word on every asset, or with --fields on every field. An asset that\n" +
			"was never given to a scanner is not in it: assay taskcreator plan lists those.",
		Args: cobra.MaximumNArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(formats, show.format) {
				return usageError(fmt.Errorf("unknown --format %q (%s)", show.format, strings.Join(formats, ", ")))
			}
			asset := assay.AssetID("")
			if len(args) > 0 {
				asset = assay.AssetID(args[0])
			}
			return withDatabase(cmd.Context(), &flags, func(_ *config.Config, database *sqlstore.Store) error {
				return runCoverage(cmd.Context(), std.out, database, asset, show)
			})
		}),
	}
	flags.add(cmd)
	f := cmd.Flags()
	f.BoolVar(&show.gaps, "gaps", false, "only what was not fully examined")
	f.BoolVar(&show.fields, "fields", false, "every field, instead of assets")
	f.BoolVar(&show.check, "check", false, "end with exit code 3 when something was not fully examined")
	f.StringVar(&show.format, "format", "table", strings.Join(formats, ", "))
	return cmd
}

func runCoverage(ctx context.Context, w io.Writer, database *sqlstore.Store, asset assay.AssetID, flags coverageFlags) error {
	assets, fields, complete := []report.AssetCoverage{}, []assay.Coverage{}, true
	for group, err := range byAsset(database.Coverage(ctx, asset)) {
		if err != nil {
			return err
		}
		sum := report.CoverageOf(group[0].Asset, group)
		complete = complete && sum.Status == assay.StatusScanned
		if !flags.gaps || sum.Status != assay.StatusScanned {
			assets = append(assets, sum)
		}
		for _, c := range group {
			if !flags.gaps || c.Status != assay.StatusScanned {
				fields = append(fields, c)
			}
		}
	}
	err := error(nil)
	if flags.fields {
		err = writeRows(w, flags.format, fields, "STATUS\tREASON\tVALUES\tFIELD\tASSET", fieldRow)
	} else {
		err = writeRows(w, flags.format, assets, "STATUS\tSCANNED\tPARTIAL\tNOT EXAMINED\tREASONS\tASSET\tPROVES", assetRow)
	}
	if err == nil && flags.check && !complete {
		return exitWith(report.ExitIncomplete)
	}
	return err
}

// byAsset groups coverage, which comes in the order of assets.
func byAsset(all iter.Seq2[assay.Coverage, error]) iter.Seq2[[]assay.Coverage, error] {
	return func(yield func([]assay.Coverage, error) bool) {
		var group []assay.Coverage
		for c, err := range all {
			if err != nil {
				yield(nil, err)
				return
			}
			if len(group) > 0 && group[0].Asset != c.Asset {
				if !yield(group, nil) {
					return
				}
				group = nil
			}
			group = append(group, c)
		}
		if len(group) > 0 {
			yield(group, nil)
		}
	}
}

func assetRow(a report.AssetCoverage) string {
	return fmt.Sprintf("%s\t%d\t%d\t%d\t%s\t%s\t%s", words(a.Status), a.Scanned, a.Partial, a.NotExamined, report.ReasonList(a.Reasons),
		report.Printable(string(a.Asset)), a.Statement)
}

func fieldRow(c assay.Coverage) string {
	reasons := []assay.Reason{}
	if c.Reason != "" {
		reasons = append(reasons, c.Reason)
	}
	field := "(the asset)"
	if c.Field != "" {
		field = report.Printable(c.Field)
	}
	return fmt.Sprintf("%s\t%s\t%d\t%s\t%s", words(c.Status), report.ReasonList(reasons), c.Sampled, field, report.Printable(string(c.Asset)))
}

// words writes a status for a person.
func words(s assay.Status) string { return strings.ReplaceAll(string(s), "_", " ") }

// writeRows writes a list as a table, one JSON array, or one JSON object a line.
func writeRows[T any](w io.Writer, format string, rows []T, header string, row func(T) string) error {
	switch format {
	case "json":
		return writeJSON(w, rows)
	case "jsonl":
		out := json.NewEncoder(w)
		out.SetEscapeHTML(false)
		for _, r := range rows {
			if err := out.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, header)
	for _, r := range rows {
		fmt.Fprintln(out, row(r))
	}
	return out.Flush()
}
