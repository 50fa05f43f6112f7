package main

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"example.com/assay/report"
)

// inspectFlags are the options of assay inspect.
type inspectFlags struct {
	library       libraryFlags
	minConfidence float64
	workers       int
}

func newInspect(std streams) *cobra.Command {
	var flags inspectFlags
	cmd := &cobra.Command{
		Use:   "inspect [FILE]",
		Short: "Find elements in texts given as JSON Lines",
		Long: `inspect reads one JSON object a line, {"id": …, "text": "…"} and optionally
"field", the name of the column that the text stands in, from FILE or standard
input. It writes one line a hit, in the order of the input:

  {"id","element","start","end","confidence","verifier"}

start and end are byte offsets into the text in UTF-8. A line that cannot be
judged is named on standard error, the others are judged, and the exit code is 3.`,
		Args: cobra.MaximumNArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			return runInspect(cmd.Context(), std, flags, args)
		}),
	}
	flags.library.add(cmd)
	cmd.Flags().Float64Var(&flags.minConfidence, "min-confidence", 0.5, "least confidence of a hit, 0 to 1")
	cmd.Flags().IntVar(&flags.workers, "workers", runtime.GOMAXPROCS(0), "how many texts to judge at the same time")
	return cmd
}

func runInspect(ctx context.Context, std streams, flags inspectFlags, args []string) error {
	if err := checkShare("min-confidence", flags.minConfidence); err != nil {
		return err
	}
	in := std.in
	if len(args) == 1 && args[0] != "-" {
		file, err := os.Open(args[0])
		if err != nil {
			return usageError(err)
		}
		defer file.Close()
		in = file
	}
	lib, err := flags.library.load()
	if err != nil {
		return err
	}
	i := inspector{set: lib.set, models: lib.models, minConfidence: flags.minConfidence, workers: max(1, flags.workers), errs: std.err}
	if err := i.run(ctx, in, std.out); err != nil {
		return err
	}
	if lib.refused != nil {
		return lib.refused
	}
	if i.bad > 0 {
		return &exitError{report.ExitIncomplete, fmt.Errorf("%d lines could not be judged", i.bad)}
	}
	return nil
}

// checkShare refuses what is not a number between 0 and 1.
func checkShare(flag string, p float64) error {
	if p >= 0 && p <= 1 {
		return nil
	}
	return usageError(fmt.Errorf("--%s is %v, want a number between 0 and 1", flag, p))
}
