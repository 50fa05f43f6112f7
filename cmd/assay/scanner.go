package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/report"
)

func newScanner(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scanner",
		Short: "Work on queued tasks: one process of a fleet",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newScannerRun(std), newScannerTask(std))
	return cmd
}

func newScannerRun(std streams) *cobra.Command {
	var flags configFlags
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Take tasks from the queue, scan their assets, keep the results",
		Long: "run takes tasks until it is told to stop (SIGTERM or an interrupt); then it takes no more,\n" +
			"finishes those at hand within the grace period, and hands back what is left. Any number of\n" +
			"processes may run on one queue and one database. The stores that tasks name are in assay.yaml.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			cfg, err := flags.load()
			if err != nil {
				return err
			}
			return runScanner(cmd.Context(), std, cfg)
		}),
	}
	flags.add(cmd)
	flags.bind("pool", "scanner.pool", "how many tasks to work on at the same time")
	flags.bind("visibility", "scanner.visibility", "how soon another scanner takes over from one that vanished")
	flags.bind("grace", "scanner.grace", "how long tasks may go on after the signal to stop")
	flags.bind("refresh", "scanner.refresh", "how often verifiers are read from the database")
	flags.bind("metrics-listen", "scanner.metrics_listen", "address for /metrics, /livez, /readyz and /startupz")
	return cmd
}

func runScanner(ctx context.Context, std streams, cfg *config.Config) error {
	return withService(ctx, std, cfg, "scanner", func(s *service) (err error) {
		process, err := newScannerProcess(ctx, s)
		if err != nil {
			return err
		}
		stop, err := serveMetrics(ctx, cfg.Scanner.MetricsListen, s.registry, s.log, process.checks()...)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stop()) }()
		s.log.Info("scanner runs", "pool", cfg.Scanner.Pool, "queue", cfg.Queue.String(), "database", cfg.Database.String())
		err = process.run(ctx)
		s.log.Info("scanner stopped")
		return err
	})
}

// newLog returns a log of JSON lines.
func newLog(w io.Writer) *slog.Logger { return slog.New(slog.NewJSONHandler(w, nil)) }

// newRegistry returns a registry with the metrics that every process has.
func newRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	info := prometheus.NewGauge(prometheus.GaugeOpts{Name: "assay_build_info", Help: "1 for the running version.", ConstLabels: prometheus.Labels{"version": version}})
	info.Set(1)
	registry.MustRegister(info, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}

func newScannerTask(std streams) *cobra.Command {
	var flags configFlags
	cmd := &cobra.Command{
		Use:   "task FILE",
		Short: "Carry out one task from a file and print its result, without keeping it",
		Long: "task reads a task as JSON, as it stands in a queue, from FILE or standard input (-), scans its\n" +
			"asset with the verifiers of the database and prints the result as JSON. Neither queue nor\n" +
			"findings are touched. The exit code is 3 where something was not fully examined.",
		Args: cobra.ExactArgs(1),
		RunE: action(func(cmd *cobra.Command, args []string) error {
			cfg, err := flags.load()
			if err != nil {
				return err
			}
			task, err := readTask(std.in, args[0])
			if err != nil {
				return usageError(err)
			}
			return runTask(cmd.Context(), std, cfg, task)
		}),
	}
	flags.add(cmd)
	return cmd
}

func readTask(stdin io.Reader, path string) (assay.Task, error) {
	read := func() ([]byte, error) { return os.ReadFile(path) }
	if path == "-" {
		read = func() ([]byte, error) { return io.ReadAll(stdin) }
	}
	body, err := read()
	if err != nil {
		return assay.Task{}, err
	}
	return assay.ParseTask(body)
}

func runTask(ctx context.Context, std streams, cfg *config.Config, task assay.Task) (err error) {
	database, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.Close()) }()
	process, err := newScannerProcess(ctx, &service{cfg: cfg, queue: noQueue{}, database: database, registry: prometheus.NewRegistry(), log: newLog(std.err)})
	if err != nil {
		return err
	}
	result, failed := process.scanner.Do(ctx, task)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := printResult(std.out, result); err != nil {
		return err
	}
	if failed != nil {
		return &exitError{report.ExitIncomplete, failed}
	}
	for _, c := range result.Coverage {
		if c.Status != assay.StatusScanned {
			return exitWith(report.ExitIncomplete)
		}
	}
	return nil
}

// noQueue is the queue of a scanner that is given its tasks.
type noQueue struct{ workQueue }

// printedResult is a result as assay scanner task prints it.
type printedResult struct {
	Task     string           `json:"task"`
	Asset    assay.AssetID    `json:"asset"`
	Bytes    int64            `json:"bytes"`
	Findings []assay.Finding  `json:"findings"`
	Coverage []assay.Coverage `json:"coverage"`
}

func printResult(w io.Writer, r assay.Result) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	p := printedResult{r.Task.ID, r.Task.Asset.ID, r.Bytes, r.Findings, r.Coverage}
	if p.Findings == nil {
		p.Findings = []assay.Finding{}
	}
	if p.Coverage == nil {
		p.Coverage = []assay.Coverage{}
	}
	if err := out.Encode(p); err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	return nil
}
