package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"example.com/assay/internal/config"
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
func serve(ctx context.Context, std streams, cfg *config.Config) error {
	return withService(ctx, std, cfg, "serve", func(s *service) (err error) {
		if err := ensureKey(cfg); err != nil {
			return err
		}
		parts, err := newServeParts(ctx, s)
		if err != nil {
			return err
		}
		stop, err := serveMetrics(ctx, cfg.Web.MetricsListen, s.registry, s.log, parts.scan.checks()...)
		if err == nil {
			err = firstToken(ctx, std, s.database)
		}
		if err != nil {
			return errors.Join(err, parts.site.listener.Close())
		}
		defer func() { err = errors.Join(err, stop()) }()
		fmt.Fprintf(std.err, "assay serves %s\n", parts.site.address())

		group, ctx := errgroup.WithContext(ctx)
		group.Go(func() error { return parts.site.run(ctx) })
		group.Go(func() error { return parts.scan.run(ctx) })
		group.Go(func() error { return parts.createTasks(ctx) })
		group.Go(func() error { parts.watch(ctx); return nil })
		group.Go(func() error { parts.keep(ctx); return nil })
		return group.Wait()
	})
}

// serveParts are the services that run in one process.
type serveParts struct {
	*service
	scan  *scannerProcess
	site  *webProcess           // listens already
	watch func(context.Context) // measures the verifiers again and again
	keep  func(context.Context) // sees to what is to be labelled
}

func newServeParts(ctx context.Context, s *service) (p serveParts, err error) {
	p.service = s
	if err = s.measureQueue(ctx); err != nil {
		return p, err
	}
	if p.scan, err = newScannerProcess(ctx, s); err != nil {
		return p, err
	}
	if p.watch, err = newWatch(ctx, s); err != nil {
		return p, err
	}
	if p.keep, err = newKeeper(ctx, s); err != nil {
		return p, err
	}
	p.site, err = newWebProcess(ctx, s)
	return p, err
}

// createTasks creates the tasks of the stores, cycle after cycle, until ctx ends.
func (p serveParts) createTasks(ctx context.Context) error {
	if len(p.cfg.Stores) == 0 {
		p.log.Warn("no store is configured, so that there is nothing to scan: add one under stores in assay.yaml")
		<-ctx.Done()
		return nil
	}
	creating := newCreatorProcess(p.service)
	creator, err := creating.creator(false)
	if err != nil {
		return err
	}
	return creating.work(ctx, creator)
}
