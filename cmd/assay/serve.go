package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/sync/errgroup"

	"example.com/assay/internal/config"
	"example.com/assay/internal/telemetry"
	"example.com/assay/store/sqlstore"
)

func newServe(std streams) *cobra.Command {
	var flags configFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the whole service in one process: task creator, scanner, API and pages",
		Long: "serve scans the stores of assay.yaml again and again and shows what it found, with queue\n" +
			"and store in one data directory. Its first start prints a token to log in with, once.\n" +
			"It listens on this machine only, unless it is given a certificate.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			cfg, err := flags.load()
			if err != nil {
				return err
			}
			return serve(cmd.Context(), std, cfg)
		}),
	}
	flags.add(cmd)
	flags.bind("listen", "web.listen", "address of pages and API")
	flags.bind("data", "data", "folder of queue and store")
	return cmd
}

// serve runs until ctx ends.
func serve(ctx context.Context, std streams, cfg *config.Config) (err error) {
	log := newLog(std.err)
	queue, err := openQueue(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, queue.Close()) }()
	database, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, database.Close()) }()
	tracer, flush, err := telemetry.Start(ctx, "serve", version, log)
	if err != nil {
		return usageError(err)
	}
	defer lastSpans(ctx, flush)
	if err := ensureKey(cfg); err != nil {
		return err
	}
	parts, err := newServeParts(ctx, cfg, queue, database, tracer, log)
	if err != nil {
		return err
	}
	stop, err := serveMetrics(ctx, cfg.Web.MetricsListen, parts.registry, log, parts.scan.checks()...)
	if err == nil {
		err = firstToken(ctx, std, database)
	}
	if err != nil {
		return errors.Join(err, parts.site.listener.Close())
	}
	defer func() { err = errors.Join(err, stop()) }()
	fmt.Fprintf(std.err, "assay serves %s\n", parts.site.address())

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return parts.site.run(ctx) })
	group.Go(func() error { return parts.scan.run(ctx) })
	group.Go(func() error { return parts.createTasks(ctx, tracer, log) })
	group.Go(func() error { parts.watch(ctx); return nil })
	if parts.keep != nil {
		group.Go(func() error { parts.keep(ctx); return nil })
	}
	return group.Wait()
}

// serveParts are the services that run in one process.
type serveParts struct {
	queue    workQueue
	registry *prometheus.Registry
	scan     *scannerProcess
	site     *webProcess           // listens already
	watch    func(context.Context) // measures the verifiers again and again
	keep     func(context.Context) // sees to what is to be labelled; nil without a key
}

func newServeParts(ctx context.Context, cfg *config.Config, queue workQueue, database *sqlstore.Store, tracer trace.Tracer, log *slog.Logger) (p serveParts, err error) {
	p.queue, p.registry = queue, newRegistry()
	if err = p.registry.Register(newQueueMetrics(ctx, queue, log)); err != nil {
		return p, err
	}
	if p.scan, err = newScannerProcess(ctx, cfg, queue, database, p.registry, tracer, log); err != nil {
		return p, err
	}
	if p.watch, err = newWatch(ctx, cfg, database, p.registry, log); err != nil {
		return p, err
	}
	if p.keep, err = newKeeper(ctx, cfg, database, log); err != nil {
		return p, err
	}
	p.site, err = newWebProcess(ctx, cfg, queue, database, log)
	return p, err
}

// createTasks creates the tasks of the stores, cycle after cycle, until ctx ends.
func (p serveParts) createTasks(ctx context.Context, tracer trace.Tracer, log *slog.Logger) error {
	c := p.scan
	if len(c.cfg.Stores) == 0 {
		log.Warn("no store is configured, so that there is nothing to scan: add one under stores in assay.yaml")
		<-ctx.Done()
		return nil
	}
	creating := creatorProcess{cfg: c.cfg, queue: p.queue, sender: telemetry.Sender(tracer, p.queue), database: c.database, log: log, registry: p.registry}
	creator, err := creating.creator(false)
	if err != nil {
		return err
	}
	return creating.work(ctx, creator)
}
