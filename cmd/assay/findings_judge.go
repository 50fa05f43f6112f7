package main

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/store/sqlstore"
	"example.com/assay/upkeep"
)

// newJudgement returns a command that judges findings.
func newJudgement(std streams, name string, status assay.TriageStatus, short string) *cobra.Command {
	var flags configFlags
	var reason string
	cmd := &cobra.Command{
		Use:   name + " FINDING…",
		Short: short,
		Long:  short + ". The judgement outlives scans; who made it and why is in the audit log.",
		Args:  cobra.MinimumNArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			if reason == "" {
				return usageError(errors.New("say why with --reason, for those who come after you"))
			}
			who, err := localOperator()
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			return withDatabase(ctx, &flags, func(_ *config.Config, database *sqlstore.Store) error {
				for _, id := range args {
					finding, err := findingOf(ctx, database, id)
					if err != nil {
						return err
					}
					if err := database.SetTriage(ctx, who, assay.Triage{Finding: finding.ID, Status: status, Reason: reason}); err != nil {
						return err
					}
					fmt.Fprintf(std.out, "%s is %s\n", finding.ID, status)
				}
				return nil
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	return cmd
}

func newFindingsPurge(std streams) *cobra.Command {
	var flags configFlags
	var older time.Duration
	var format string
	cmd := &cobra.Command{
		Use:   "purge",
		Short: "Delete what was kept for long enough: sealed matches, items, events, records of scans",
		Long: "purge deletes, in small batches, what is older than the configuration's retention.matches,\n" +
			"retention.items (values to be labelled), retention.events and retention.scans. Findings,\n" +
			"judgements, labels and the latest scan of each asset stay. Scanners and assay serve do the same every retention.every.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return usageError(fmt.Errorf("unknown --format %q (text or json)", format))
			}
			if older < 0 {
				return usageError(errors.New("--older-than is negative"))
			}
			return withDatabase(cmd.Context(), &flags, func(cfg *config.Config, database *sqlstore.Store) error {
				purger := newPurger(cfg, database, slog.New(slog.DiscardHandler))
				if cmd.Flags().Changed("older-than") {
					i := slices.IndexFunc(purger.Kept, func(k upkeep.Kept) bool { return k.Name == keptMatches })
					purger.Kept[i].For = older
				}
				done, err := purger.Once(cmd.Context())
				if err != nil {
					return fmt.Errorf("%w (deleted before: %v)", err, done)
				}
				if format == "json" {
					return writeJSON(std.out, done)
				}
				_, err = fmt.Fprintf(std.out, "deleted %d matches, %d items to label, %d events and %d records of scans\n",
					done[keptMatches], done["items"], done["events"], done["scans"])
				return err
			})
		}),
	}
	flags.add(cmd)
	cmd.Flags().DurationVar(&older, "older-than", 0, "delete matches that were found longer ago than this, whatever the configuration says")
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}
