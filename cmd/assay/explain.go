package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/report"
	storesqlite "example.com/assay/store/sqlite"
)

func newExplain(std streams) *cobra.Command {
	var library libraryFlags
	var format string
	cmd := &cobra.Command{
		Use:   "explain FINDING",
		Short: "Say why something was found, and what its verifier is",
		Long: "explain shows a finding of an earlier scan or demo with all its evidence. FINDING is\n" +
			"its id, or the beginning of it of at least 6 digits, as the table prints it.",
		Args: cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			return runExplain(cmd.Context(), std, library, format, args[0])
		}),
	}
	library.add(cmd)
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// explained is a finding and what is known about it.
type explained struct {
	finding  assay.Finding
	coverage assay.Coverage
	quality  *assay.Measure
}

func runExplain(ctx context.Context, std streams, flags libraryFlags, format, id string) error {
	if format != "text" && format != "json" {
		return usageError(fmt.Errorf("unknown format %q (text or json)", format))
	}
	found, err := lookUp(ctx, id)
	if err != nil {
		return err
	}
	lib, err := flags.load()
	if err != nil {
		return err
	}
	if format == "json" {
		return report.WriteFinding(std.out, found.finding, found.quality)
	}
	return report.Explain(std.out, found.finding, found.coverage, lib.element(found.finding.Element), lib.hashOf(found.finding.Element), found.quality)
}

// lookUp finds the finding in the stores of earlier runs, scans before demos.
func lookUp(ctx context.Context, id string) (explained, error) {
	dir, err := stateDir()
	if err != nil {
		return explained{}, err
	}
	missing := fmt.Errorf("finding %s: %w", id, assay.ErrNotFound)
	for _, name := range []string{scanStore, demoStore} {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err != nil {
			continue
		}
		found, err := lookUpIn(ctx, path, id)
		if errors.Is(err, assay.ErrNotFound) {
			missing = err
			continue
		}
		return found, err
	}
	return explained{}, usageError(fmt.Errorf("explain: %w (at least 6 digits of an id in the output of assay scan or assay demo)", missing))
}

func lookUpIn(ctx context.Context, path, id string) (found explained, err error) {
	store, err := storesqlite.Open(ctx, path, storesqlite.Options{})
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if found.finding, err = store.Finding(ctx, strings.ToLower(id)); err != nil {
		return found, err
	}
	qualities, err := report.LatestQualities(store.Measures(ctx, found.finding.Element))
	if err != nil {
		return found, err
	}
	found.quality = qualities.Of(found.finding)
	for c, err := range store.Coverage(ctx, found.finding.Asset) {
		if err != nil {
			return found, err
		}
		if c.Field == found.finding.Field {
			found.coverage = c
		}
	}
	return found, nil
}
