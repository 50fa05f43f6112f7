package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"example.com/assay/internal/config"
)

func newWeb(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "web",
		Short: "Serve the pages and the API of a fleet",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newWebRun(std))
	return cmd
}

func newWebRun(std streams) *cobra.Command {
	var flags configFlags
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Serve pages and API; any number of processes may do so",
		Long: "run serves the pages and the JSON API on the queue and the database of a fleet until it is\n" +
			"told to stop. It makes no token: see assay api token create. One machine alone needs assay\n" +
			"serve instead.",
		Args: cobra.NoArgs,
		RunE: action(func(cmd *cobra.Command, _ []string) error {
			cfg, err := flags.load()
			if err != nil {
				return err
			}
			return runWeb(cmd.Context(), std, cfg)
		}),
	}
	flags.add(cmd)
	flags.bind("listen", "web.listen", "address of pages and API")
	flags.bind("metrics-listen", "web.metrics_listen", "address for /metrics, /livez, /readyz and /startupz")
	return cmd
}

func runWeb(ctx context.Context, std streams, cfg *config.Config) error {
	return withService(ctx, std, cfg, "web", func(s *service) error {
		if err := s.measureQueue(ctx); err != nil {
			return err
		}
		process, err := newWebProcess(ctx, s)
		if err != nil {
			return err
		}
		stop, err := serveMetrics(ctx, cfg.Web.MetricsListen, s.registry, s.log, process.checks()...)
		if err != nil {
			return errors.Join(err, process.listener.Close())
		}
		s.log.Info("web runs", "address", process.address())
		err = process.run(ctx)
		s.log.Info("web stopped")
		return errors.Join(err, stop())
	})
}
