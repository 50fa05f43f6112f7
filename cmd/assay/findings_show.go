package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/report"
	"example.com/assay/store/sqlstore"
)

// showFlags are those of assay findings show.
type showFlags struct {
	library libraryFlags
	reveal  bool
	reason  string
	format  string
}

func newFindingsShow(std streams) *cobra.Command {
	var flags configFlags
	var show showFlags
	cmd := &cobra.Command{
		Use:   "show FINDING",
		Short: "Show a finding, what was made of it and, if asked, what matched",
		Long: "show prints a finding with its judgement and its audit log. With --reveal it also opens the\n" +
			"kept matches: that takes the key, and a row of the audit log says who saw them and why.",
		Args: cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			if show.format != "text" && show.format != "json" {
				return usageError(fmt.Errorf("unknown --format %q (text or json)", show.format))
			}
			if show.reveal && show.reason == "" {
				return usageError(errors.New("--reveal: say why with --reason, for the audit log"))
			}
			return withDatabase(cmd.Context(), &flags, func(cfg *config.Config, database *sqlstore.Store) error {
				return runFindingsShow(cmd.Context(), std.out, cfg, database, args[0], show)
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&show.reveal, "reveal", false, "show the matched content")
	cmd.Flags().StringVar(&show.reason, "reason", "", "why, for the audit log")
	cmd.Flags().StringVar(&show.format, "format", "text", "text or json")
	return cmd
}

// shownFinding is all that is known of a finding.
type shownFinding struct {
	judged
	Coverage assay.Coverage     `json:"coverage"`
	Audit    []assay.AuditEntry `json:"audit"`
	Kept     int                `json:"matches_kept"`
	Matches  []shownMatch       `json:"matches,omitempty"`
}

// shownMatch is matched content in the open. It is made for the output of
// --reveal only.
type shownMatch struct {
	Content string      `json:"content"`
	Row     string      `json:"row,omitempty"`
	Place   assay.Place `json:"place"`
}

func runFindingsShow(ctx context.Context, w io.Writer, cfg *config.Config, database *sqlstore.Store, id string, flags showFlags) error {
	finding, err := findingOf(ctx, database, id)
	if err != nil {
		return err
	}
	shown := shownFinding{judged: judged{Finding: finding, Triage: assay.Triage{Finding: finding.ID, Status: assay.TriageOpen}}, Audit: []assay.AuditEntry{}}
	if flags.reveal {
		if shown.Matches, err = reveal(ctx, cfg, database, finding.ID, flags.reason); err != nil {
			return err
		}
	}
	if err := shown.read(ctx, database); err != nil {
		return err
	}
	if flags.format == "json" {
		return writeJSON(w, shown)
	}
	lib, err := flags.library.load()
	if err != nil {
		return err
	}
	if err := report.Explain(w, finding, shown.Coverage, lib.element(finding.Element), lib.hashOf(finding.Element), shown.Quality); err != nil {
		return err
	}
	return shown.write(w, flags.reveal)
}

// findingOf returns the finding with an id, or with its unambiguous beginning.
func findingOf(ctx context.Context, database *sqlstore.Store, id string) (assay.Finding, error) {
	finding, err := database.Finding(ctx, id)
	if errors.Is(err, assay.ErrNotFound) {
		return finding, usageError(err)
	}
	return finding, err
}

// read adds what the database says of the finding.
func (s *shownFinding) read(ctx context.Context, database *sqlstore.Store) error {
	qualities, err := report.LatestQualities(database.Measures(ctx, s.Element))
	if err != nil {
		return err
	}
	s.Quality = qualities.Of(s.Finding)
	for t, err := range database.Triages(ctx, s.ID) {
		if err != nil {
			return err
		}
		s.Triage = t
	}
	for e, err := range database.AuditEntries(ctx, s.ID) {
		if err != nil {
			return err
		}
		s.Audit = append(s.Audit, e)
	}
	for c, err := range database.Coverage(ctx, s.Asset) {
		if err != nil {
			return err
		}
		if c.Field == s.Field {
			s.Coverage = c
		}
	}
	for _, err := range database.Matches(ctx, s.ID) {
		if err != nil {
			return err
		}
		s.Kept++
	}
	return nil
}

// reveal opens the matches for the person who runs the command.
func reveal(ctx context.Context, cfg *config.Config, database *sqlstore.Store, id, reason string) ([]shownMatch, error) {
	sealer, err := needSealer(ctx, cfg)
	if err != nil {
		return nil, err
	}
	who, err := localOperator()
	if err != nil {
		return nil, err
	}
	opened, err := assay.Reveal(ctx, database, sealer, who, id, reason)
	if err != nil {
		return nil, err
	}
	out := make([]shownMatch, len(opened))
	for i, m := range opened {
		out[i] = shownMatch{Content: string([]byte(m.Content)), Row: string([]byte(m.Place.Row)), Place: m.Place}
		out[i].Place.Row = nil
	}
	return out, nil
}

// write prints what report.Explain does not. Content is quoted, so that it
// cannot steer a terminal.
func (s *shownFinding) write(w io.Writer, revealed bool) error {
	fmt.Fprintf(w, "  %-11s %s", "judged", s.Triage.Status)
	if s.Triage.Author != "" {
		fmt.Fprintf(w, " by %s: %s", report.Printable(s.Triage.Author), report.Printable(s.Triage.Reason))
	}
	fmt.Fprintf(w, "\n  %-11s %d, sealed\n", "matches", s.Kept)
	for _, m := range s.Matches {
		fmt.Fprintf(w, "    %s", strconv.QuoteToGraphic(m.Content))
		if m.Row != "" {
			fmt.Fprintf(w, "  row %s", strconv.QuoteToGraphic(m.Row))
		}
		if m.Place.Line > 0 {
			fmt.Fprintf(w, "  line %d", m.Place.Line)
		}
		fmt.Fprintln(w)
	}
	if revealed && len(s.Matches) == 0 {
		fmt.Fprintln(w, "    none is kept: there was no key when it was scanned, or they were purged")
	}
	for _, e := range s.Audit {
		fmt.Fprintf(w, "  %-11s %s %s %s (%s): %s\n", "audit", e.At.Format("2006-01-02 15:04"), report.Printable(e.Actor), e.Action, e.Detail, report.Printable(e.Reason))
	}
	return nil
}
