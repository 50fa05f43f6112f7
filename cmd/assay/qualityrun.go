package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/internal/health"
	"example.com/assay/quality"
	"example.com/assay/report"
	"example.com/assay/store/sqlstore"
)

func newQualityRun(std streams) *cobra.Command {
	var flags configFlags
	var once bool
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Measure again and again, take back versions that turn out worse, alarm on drift",
		Long: "run measures what runs on what is labelled, every quality.every, until it is told to stop. A version\n" +
			"that went live and is worse than the one before, on values that were labelled since, is rolled back.\n" +
			"/metrics has the figures, and alarms where recent values fare worse than those before. One process\n" +
			"is enough for a fleet; assay serve does the same by itself.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			cfg, err := flags.load()
			if err != nil {
				return err
			}
			return runQuality(cmd.Context(), std, cfg, once)
		}),
	}
	flags.add(cmd)
	flags.bind("metrics-listen", "quality.metrics_listen", "address for /metrics, /livez, /readyz and /startupz")
	cmd.Flags().BoolVar(&once, "once", false, "measure once, print what was taken back and where there is drift, and end")
	return cmd
}

func runQuality(ctx context.Context, std streams, cfg *config.Config, once bool) (err error) {
	log := newLog(std.err)
	database, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.Close()) }()
	sealer, err := needSealer(ctx, cfg)
	if err != nil {
		return err
	}
	registry := newRegistry()
	watcher, err := newWatcher(cfg, database, sealer, registry, log)
	if err != nil {
		return err
	}
	if once {
		seen, err := watcher.Once(ctx)
		return errors.Join(err, printWatched(std.out, seen))
	}
	ready := health.Check{Name: "database", Run: func(ctx context.Context) error { _, err := database.VerifierRevision(ctx); return err }}
	stop, err := serveMetrics(ctx, cfg.Quality.MetricsListen, registry, log, ready)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	log.Info("quality runs", "every", cfg.Quality.Every, "database", cfg.Database.String())
	watcher.Run(ctx)
	log.Info("quality stopped")
	return nil
}

// newWatcher returns what measures a database again and again.
func newWatcher(cfg *config.Config, database *sqlstore.Store, sealer assay.Sealer, metrics prometheus.Registerer, log *slog.Logger) (*quality.Watcher, error) {
	bench, err := newBench(cfg, database, sealer)
	if err != nil {
		return nil, err
	}
	counts, err := quality.NewMetrics(metrics)
	if err != nil {
		return nil, err
	}
	return &quality.Watcher{Bench: bench, Every: cfg.Quality.Every, Window: cfg.Quality.Recent, Metrics: counts, Log: log}, nil
}

// newWatch is newWatcher for a process that has other work too: without a key,
// nothing is kept to be labelled, and there is nothing to watch.
func newWatch(ctx context.Context, s *service) (func(context.Context), error) {
	sealer, err := openSealer(ctx, s.cfg)
	if err != nil || sealer == nil {
		return func(context.Context) {}, err
	}
	watcher, err := newWatcher(s.cfg, s.database, sealer, s.registry, s.log)
	if err != nil {
		return nil, err
	}
	return watcher.Run, nil
}

func printWatched(out io.Writer, seen quality.Watched) error {
	fmt.Fprintf(out, "%d measures\n", len(seen.Measures))
	for _, t := range seen.TakenBack {
		fmt.Fprintf(out, "taken back: %s@%d, %d is in use: %s\n", t.Element, t.Version, t.Instead, t.Why)
	}
	for _, d := range seen.Drifts {
		if d.Alarm() {
			fmt.Fprintf(out, "drift: %s of %s@%d is %s on recent values and was %s before\n", d.What, d.Element, d.Version, report.Share(d.Recent), report.Share(d.Before))
		}
	}
	return nil
}
