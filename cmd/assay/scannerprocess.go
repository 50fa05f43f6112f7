package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"example.com/assay"
	"example.com/assay/internal/config"
	"example.com/assay/internal/health"
	"example.com/assay/scanner"
	"example.com/assay/store/sqlstore"
	"example.com/assay/verifiers"
	"example.com/assay/verifiers/code/phone"
)

// scannerProcess is one scanner of a fleet, or the scanner of assay serve.
type scannerProcess struct {
	*service
	live      *verifiers.Live
	refresher *scanner.Refresher
	scanner   *scanner.Scanner
	upkeep    func(context.Context) // deletes what is too old, delivers events
}

// newScannerProcess loads the verifiers, which it seeds into a database that has
// none yet, and registers the scanner's metrics. Without a tracer nothing is
// traced.
func newScannerProcess(ctx context.Context, s *service) (*scannerProcess, error) {
	p, cfg := &scannerProcess{service: s}, s.cfg
	models, err := openModels(cfg)
	if err != nil {
		return nil, err
	}
	counts, err := scanner.NewMetrics(s.registry)
	if err != nil {
		return nil, err
	}
	if p.upkeep, err = newUpkeep(cfg, s.database, s.registry, s.log); err != nil {
		return nil, err
	}
	sealer, err := openSealer(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if sealer == nil {
		s.log.Info("no matched content is kept: there is no key (assay key create makes one)")
	}
	if err := p.loadVerifiers(ctx, models, sealer); err != nil {
		return nil, err
	}
	collector, err := newCollector(ctx, cfg, s.database, sealer)
	if err != nil {
		return nil, err
	}
	settings := scanner.Config{
		Receiver: s.queue, Results: s.database, Committed: s.database, Open: openStore(cfg), Set: p.live.SetFor,
		Scan:        scanner.Options{Settler: models, Sealer: sealer, Observer: collector},
		Concurrency: cfg.Scanner.Pool, Visibility: cfg.Scanner.Visibility, RetryDelay: cfg.Scanner.RetryDelay,
		Limits: storeLimits(cfg), Metrics: counts, Tracer: s.tracer, Log: s.log,
	}
	if sealer != nil {
		settings.Snapshots = verifiers.Snapshots{SnapshotStore: s.database, Sealer: sealer}
	}
	p.scanner, err = scanner.New(settings)
	return p, err
}

func (p *scannerProcess) loadVerifiers(ctx context.Context, models *verifiers.Models, sealer assay.Sealer) error {
	counts, err := scanner.NewVerifierMetrics(p.registry)
	if err != nil {
		return err
	}
	if err := seedVerifiers(ctx, p.database, p.log); err != nil {
		return err
	}
	var dictionaries verifiers.Dictionaries
	if sealer != nil {
		dictionaries = verifiers.Snapshots{SnapshotStore: p.database, Sealer: sealer}
	}
	if p.live, err = verifiers.NewLive(p.database, dictionaries, verifierOptions(models)); err != nil {
		return err
	}
	p.refresher = &scanner.Refresher{Verifiers: p.live, Every: p.cfg.Scanner.Refresh, Metrics: counts, Log: p.log}
	return p.refresher.Once(ctx)
}

// run works on tasks until ctx ends; then tasks at hand have the grace period to
// come to their end, and are handed back after it.
func (p *scannerProcess) run(ctx context.Context) error {
	work, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	defer context.AfterFunc(ctx, func() {
		p.log.Info("stopping", "grace", p.cfg.Scanner.Grace)
		select {
		case <-time.After(p.cfg.Scanner.Grace):
			cut()
		case <-work.Done():
		}
	})()
	var beside sync.WaitGroup
	beside.Go(func() { p.refresher.Run(work) })
	beside.Go(func() { p.upkeep(work) })
	err := p.scanner.Run(ctx, work)
	cut()
	beside.Wait()
	return err
}

// checks are what the process needs to do its work.
func (p *scannerProcess) checks() []health.Check {
	checks := []health.Check{
		{Name: "database", Run: func(ctx context.Context) error { _, err := p.database.VerifierRevision(ctx); return err }},
		{Name: "verifiers", Run: func(context.Context) error {
			if set := p.live.Set(); set == nil || len(set.Rules()) == 0 {
				return errors.New("no verifier runs")
			}
			return nil
		}},
	}
	return append(checks, health.Check{Name: "queue", Run: func(ctx context.Context) error { _, err := p.queue.Depth(ctx); return err }})
}

// seedVerifiers brings the built-in library into the database.
func seedVerifiers(ctx context.Context, database *sqlstore.Store, log *slog.Logger) error {
	n, err := verifiers.Seed(ctx, database)
	if errors.Is(err, assay.ErrConflict) { // another process was at it
		n, err = verifiers.Seed(ctx, database)
	}
	if err != nil {
		return fmt.Errorf("seed the verifiers: %w", err)
	}
	if n > 0 {
		log.Info("verifiers of the built-in library added", "versions", n)
	}
	return nil
}

// verifierOptions are what definitions may name.
func verifierOptions(models *verifiers.Models) verifiers.Options {
	return verifiers.Options{Models: models.Names(), Checks: phone.Checks()}
}

// openModels returns the client of the configured model endpoints.
func openModels(cfg *config.Config) (*verifiers.Models, error) {
	endpoints := make(map[string]verifiers.Endpoint, len(cfg.Models))
	for name, m := range cfg.Models {
		e := verifiers.Endpoint{URL: string(m.URL), Model: m.Model, Timeout: m.Timeout, Tries: m.Tries,
			Values: m.Values, Bytes: int(m.Bytes), Cooldown: m.Cooldown}
		if m.Authorization != "" {
			e.Header = http.Header{"Authorization": {string(m.Authorization)}}
		}
		endpoints[name] = e
	}
	models, err := verifiers.NewModels(endpoints, nil)
	return models, usageError(err)
}

// storeLimits returns the limits of stores by their names. Where there are several
// stores, one without a limit of its own gets three quarters of the pool, so that
// it holds up no other when it is slow or dead.
func storeLimits(cfg *config.Config) func(string) scanner.Limits {
	return func(name string) scanner.Limits {
		l := cfg.Stores[name].Limits
		if l.Connections == 0 && len(cfg.Stores) > 1 {
			l.Connections = max(1, cfg.Scanner.Pool*3/4)
		}
		return scanner.Limits{AtOnce: l.Connections, PerSecond: l.RequestsPerSecond, BytesPerSecond: float64(l.BytesPerSecond)}
	}
}
