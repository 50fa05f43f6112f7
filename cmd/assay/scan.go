package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/report"
)

// scanFlags are the options of assay scan.
type scanFlags struct {
	library       libraryFlags
	format        string
	output        string
	sample        int
	ownRows       bool // sample is the default
	seed          uint64
	minConfidence float64
	failOn        string
	budget        string
	timeout       time.Duration
	workers       int
}

func newScan(std streams) *cobra.Command {
	var flags scanFlags
	cmd := &cobra.Command{
		Use:   "scan TARGET…",
		Short: "Scan data stores and say what they hold",
		Long: "scan samples every asset of the targets and prints what was found and what was not examined.\n\n" +
			"Targets: " + knownStores() + "\n\n" +
			"Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage, 3 something was not\n" +
			"fully examined, 4 assay failed; 2 and 4 win, then 3, then 1.",
		Example: "  assay scan ./exports\n  assay scan mysql://reader@db.example.com/shop --format jsonl -o shop.jsonl\n  zcat dump.gz | assay scan -",
		Args:    cobra.MinimumNArgs(1),
		RunE: action(func(cmd *cobra.Command, targets []string) error {
			flags.ownRows = !cmd.Flags().Changed("sample")
			return runScan(cmd.Context(), std, flags, targets)
		}),
	}
	flags.library.add(cmd)
	f := cmd.Flags()
	f.StringVar(&flags.format, "format", "table", strings.Join(report.Formats, ", "))
	f.StringVarP(&flags.output, "output", "o", "", "write to this file instead of standard output, whole or not at all")
	f.IntVar(&flags.sample, "sample", 1000, "rows, records or lines to sample of each asset (default of es: 10000)")
	f.Uint64Var(&flags.seed, "seed", 0, "makes the random choices: the same seed gives the same sample (default random, and printed)")
	f.Float64Var(&flags.minConfidence, "min-confidence", 0.5, "findings below it are counted, not shown, 0 to 1")
	f.StringVar(&flags.failOn, "fail-on", string(report.Personal), "least severity that makes the exit code 1: critical, personal or never")
	f.StringVar(&flags.budget, "budget", "", "the most to read from all targets together, such as 500KB or 1GB (default no limit)")
	f.DurationVar(&flags.timeout, "timeout", 0, "the most time for one asset, such as 30s (default the store's)")
	f.IntVar(&flags.workers, "workers", runtime.GOMAXPROCS(0), "how many assets to scan at the same time")
	return cmd
}

// check refuses flags that make no sense, before anything is read.
func (f *scanFlags) check() error {
	if !slices.Contains(report.Formats, f.format) {
		return fmt.Errorf("unknown --format %q (one of %s)", f.format, strings.Join(report.Formats, ", "))
	}
	if !slices.Contains([]string{string(report.Critical), string(report.Personal), string(report.Never)}, f.failOn) {
		return fmt.Errorf("unknown --fail-on %q (critical, personal or never)", f.failOn)
	}
	if f.sample < 1 {
		return fmt.Errorf("--sample is %d, want at least 1", f.sample)
	}
	if f.workers < 1 {
		return fmt.Errorf("--workers is %d, want at least 1", f.workers)
	}
	if f.timeout < 0 {
		return fmt.Errorf("--timeout is %v, want a positive duration", f.timeout)
	}
	return checkShare("min-confidence", f.minConfidence)
}

// bytes returns the budget; 0 is no limit.
func (f *scanFlags) bytes() (int64, error) {
	if f.budget == "" {
		return 0, nil
	}
	n, err := humanize.ParseBytes(f.budget)
	if err != nil || n == 0 || n > 1<<62 {
		return 0, fmt.Errorf("--budget is %q, want a size such as 500KB or 1GB", f.budget)
	}
	return int64(n), nil
}

func runScan(ctx context.Context, std streams, flags scanFlags, targets []string) error {
	budget, err := flags.bytes()
	if err := errors.Join(flags.check(), err); err != nil {
		return usageError(err)
	}
	lib, err := flags.library.load()
	if err != nil {
		return err
	}
	state, err := stateDir()
	if err != nil {
		return err
	}
	if flags.seed == 0 {
		flags.seed = 1 + rand.Uint64N(1<<32) // short enough to be typed again
	}
	sealer, err := openSealer(ctx, lib.cfg)
	if err != nil {
		return err
	}
	f := flow{
		targets: targets, stdin: std.in, library: lib, state: state, store: filepath.Join(state, scanStore), sealer: sealer,
		plan:    assay.Plan{Rows: flags.sample, Timeout: flags.timeout, Seed: flags.seed, Elements: flags.library.wanted()},
		ownRows: flags.ownRows, budget: budget, workers: flags.workers, progress: newProgress(std.err),
		warn: func(err error) { fmt.Fprintf(std.err, "assay: %s\n", redact(err.Error(), targets)) },
	}
	result, err := f.run(ctx)
	if err != nil {
		return redactError(err, targets)
	}
	result.MinConfidence, result.FailOn = flags.minConfidence, report.Severity(flags.failOn)
	if result.Base, err = os.Getwd(); err != nil {
		result.Base = "" // SARIF then names files by their full paths
	}
	if err := writeReport(std.out, result, flags.format, flags.output); err != nil {
		return err
	}
	if lib.refused != nil {
		return lib.refused
	}
	return exitWith(result.Summary().Exit)
}

// writeReport writes the report to standard output or, atomically, to a file.
func writeReport(out io.Writer, result *report.Report, format, path string) error {
	write := func(w io.Writer, style report.Style) error {
		if err := result.Write(w, format, style); err != nil || format != "table" {
			return err
		}
		s := result.Summary()
		_, err := fmt.Fprintf(w, "exit %d (%s)\n", s.Exit, s.Why)
		return err
	}
	if path == "" || path == "-" {
		return write(out, report.Style{Color: wantsColour(out), Width: terminalWidth(out)})
	}
	return writeAtomically(path, func(file *os.File) error { return write(file, report.Style{}) })
}

// redactError removes the passwords of the targets from an error's text and
// keeps its exit code.
func redactError(err error, targets []string) error {
	shown := errors.New(redact(err.Error(), targets))
	if e := (*exitError)(nil); errors.As(err, &e) {
		return &exitError{e.code, shown}
	}
	return shown
}
