package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/report"
	"example.com/assay/store/sqlstore"
)

func newFindings(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "findings",
		Short: "See and judge what was found",
		Long: "The commands work on the configured database; without a configuration, on what assay scan\n" +
			"has found on this machine.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newFindingsList(std),
		newFindingsShow(std),
		newJudgement(std, "ack", assay.TriageAck, "Say that a finding is known and right to be there"),
		newJudgement(std, "false-positive", assay.TriageFalsePositive, "Say that the element is not there"),
		newJudgement(std, "reopen", assay.TriageOpen, "Take a judgement back"),
		newFindingsPurge(std),
	)
	return cmd
}

// withDatabase runs f on the configured database.
func withDatabase(ctx context.Context, flags *configFlags, f func(*config.Config, *sqlstore.Store) error) error {
	cfg, err := flags.load()
	if err != nil {
		return err
	}
	database, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(f(cfg, database), database.Close())
}

// listFlags select findings.
type listFlags struct {
	filter  assay.FindingFilter
	status  string
	least   float64
	format  string
	library libraryFlags
}

// statuses are what --status understands.
var statuses = []string{string(assay.TriageOpen), string(assay.TriageAck), string(assay.TriageFalsePositive), "all"}

func newFindingsList(std streams) *cobra.Command {
	var flags configFlags
	var list listFlags
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List findings, those that nobody judged unless told otherwise",
		Long: "list prints findings in the order of asset and field. json and jsonl hold the judgements too;\n" +
			"the other formats are those of assay scan, and hold what was not examined as well.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains(statuses, list.status) {
				return usageError(fmt.Errorf("unknown --status %q (%s)", list.status, strings.Join(statuses, ", ")))
			}
			if !slices.Contains(report.Formats, list.format) {
				return usageError(fmt.Errorf("unknown --format %q (%s)", list.format, strings.Join(report.Formats, ", ")))
			}
			return withDatabase(cmd.Context(), &flags, func(_ *config.Config, database *sqlstore.Store) error {
				return runFindingsList(cmd.Context(), std.out, database, &list)
			})
		}),
	}
	flags.add(cmd)
	f := cmd.Flags()
	f.StringVar((*string)(&list.filter.Asset), "asset", "", "only of this asset")
	f.StringVar((*string)(&list.filter.Element), "element", "", "only of this element")
	f.BoolVar(&list.filter.Gone, "gone", false, "also those that the latest scan no longer saw")
	f.StringVar(&list.status, "status", string(assay.TriageOpen), strings.Join(statuses, ", "))
	f.Float64Var(&list.least, "min-confidence", 0, "only findings of at least this confidence")
	f.StringVar(&list.format, "format", "table", strings.Join(report.Formats, ", "))
	return cmd
}

// judged is a finding with what a person made of it, and how good its verifier was
// found to be: nil where nobody measured it.
type judged struct {
	assay.Finding
	Triage  assay.Triage   `json:"triage"`
	Quality *assay.Measure `json:"quality"`
}

func runFindingsList(ctx context.Context, w io.Writer, database *sqlstore.Store, flags *listFlags) error {
	found, err := judgedFindings(ctx, database, flags)
	if err != nil {
		return err
	}
	switch flags.format {
	case "table":
		return writeFindingTable(w, found)
	case "json":
		return writeJSON(w, found)
	case "jsonl":
		out := json.NewEncoder(w)
		out.SetEscapeHTML(false)
		for _, f := range found {
			if err := out.Encode(f); err != nil {
				return err
			}
		}
		return nil
	}
	r, err := storedReport(ctx, database, flags.filter.Asset, &flags.library)
	if err != nil {
		return err
	}
	r.Findings, r.MinConfidence = nil, flags.least
	for _, f := range found {
		r.Findings = append(r.Findings, f.Finding)
	}
	return r.Write(w, flags.format, report.Style{})
}

// judgedFindings returns the findings that the flags select.
func judgedFindings(ctx context.Context, database *sqlstore.Store, flags *listFlags) ([]judged, error) {
	triages := map[string]assay.Triage{}
	for t, err := range database.Triages(ctx, "") {
		if err != nil {
			return nil, err
		}
		triages[t.Finding] = t
	}
	qualities, err := report.LatestQualities(database.Measures(ctx, flags.filter.Element))
	if err != nil {
		return nil, err
	}
	flags.filter.State = assay.StateActive
	found := []judged{}
	for f, err := range database.Findings(ctx, flags.filter) {
		if err != nil {
			return nil, err
		}
		t := triages[f.ID]
		t.Finding, t.Status = f.ID, cmp.Or(t.Status, assay.TriageOpen)
		if f.Confidence >= flags.least && (flags.status == "all" || flags.status == string(t.Status)) {
			found = append(found, judged{f, t, qualities.Of(f)})
		}
	}
	return found, nil
}

// storedReport is a report on what the database holds.
func storedReport(ctx context.Context, database *sqlstore.Store, asset assay.AssetID, flags *libraryFlags) (*report.Report, error) {
	lib, err := flags.load()
	if err != nil {
		return nil, err
	}
	r := &report.Report{Version: version, Elements: lib.elements(), VerifiersHash: lib.hash(), FailOn: report.Never, At: time.Now()}
	assets := map[assay.AssetID]bool{}
	for c, err := range database.Coverage(ctx, asset) {
		if err != nil {
			return nil, err
		}
		r.Coverage = append(r.Coverage, c)
		assets[c.Asset] = true
	}
	r.Assets = len(assets)
	return r, nil
}

func writeFindingTable(w io.Writer, found []judged) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "ID\tELEMENT\tCONF\tPRECISION\tRECALL\tACCURACY\tSTATUS\tOWNER\tFIELD\tASSET")
	for _, f := range found {
		precision, recall, accuracy := report.NotMeasured, "-", "-"
		if q := f.Quality; q != nil {
			precision, recall, accuracy = report.Share(q.Precision), report.Share(q.Recall), report.Share(q.Accuracy)
		}
		fmt.Fprintf(out, "%s\t%s\t%.2f\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.ID[:8], f.Element, f.Confidence, precision, recall, accuracy, f.Triage.Status,
			cmp.Or(report.Printable(f.Owner), "-"), report.Printable(f.Field), report.Printable(string(f.Asset)))
	}
	return out.Flush()
}

// writeJSON writes a value for another program.
func writeJSON(w io.Writer, v any) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(v)
}
