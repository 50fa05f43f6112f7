package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"example.com/assay"
	"example.com/assay/engine"
	queuesqlite "example.com/assay/queue/sqlite"
	"example.com/assay/report"
	"example.com/assay/scanner"
	storesqlite "example.com/assay/store/sqlite"
	"example.com/assay/taskcreator"
)

// flow is one scan from its targets to its report, in one process: assets →
// tasks → embedded queue → scanner → findings store.
type flow struct {
	targets  []string
	stdin    io.Reader
	library  *library
	state    string // the state directory
	store    string // file of the findings store
	plan     assay.Plan
	ownRows  bool  // plan.Rows is a default, before which the stores' own go
	budget   int64 // bytes to read at most; 0 is no limit
	workers  int
	progress *progress
	sealer   assay.Sealer   // seals what is kept of matches; nil keeps none
	observer assay.Observer // keeps a share of what is judged, to be labelled; nil keeps none
	warn     func(error)    // tells a person what went wrong while the scan goes on

	sources map[string]assay.Source // by the store names that tasks carry
	ledger  *ledger
}

// drainCheck is how often to look whether the queue is empty.
const drainCheck = 200 * time.Millisecond

// run carries out the scan. What cannot be reached or read is in the report;
// an error means that the scan could not take place.
func (f *flow) run(ctx context.Context) (result *report.Report, err error) {
	begun := time.Now()
	f.ledger = newLedger(f.progress)
	defer func() { err = errors.Join(err, f.close()) }()
	if err := f.open(ctx); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(f.state, "scan-*") // the queue is this run's alone: another's scanner does not know our stores
	if err != nil {
		return nil, fmt.Errorf("make room for the queue: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := f.work(ctx, filepath.Join(dir, "queue.db")); err != nil {
		return nil, err
	}
	f.progress.end()
	result = f.ledger.report()
	result.Version, result.Seed, result.Sample = version, f.plan.Seed, f.plan.Rows
	result.Elements, result.VerifiersHash = f.library.elements(), f.library.hash()
	for _, target := range f.targets {
		result.Targets = append(result.Targets, shownTarget(target))
		result.Sample = min(result.Sample, f.planFor(target).Rows)
	}
	result.At, result.Duration = begun, time.Since(begun)
	return result, nil
}

// open connects to every target. One that cannot be meant (an unknown scheme, a
// file that does not exist) ends the scan before it begins; one that cannot be
// reached is not examined.
func (f *flow) open(ctx context.Context) error {
	f.sources = make(map[string]assay.Source, len(f.targets))
	limit := &budget{left: f.budget}
	for i, target := range f.targets {
		kind, err := storeOf(target)
		if err != nil {
			return usageError(err)
		}
		source, err := kind.open(ctx, target, scanRun{f.stdin, f.plan.Seed})
		switch {
		case err != nil && isUsage(err):
			return usageError(err)
		case err != nil:
			f.fail(assay.AssetID(shownTarget(target)), err)
			continue
		case f.budget > 0:
			source = limitedSource{source, limit}
		}
		f.sources[storeName(i, target)] = source
	}
	return nil
}

// isUsage reports whether an error of opening a target is the caller's mistake.
func isUsage(err error) bool {
	reason := assay.Explain(err)
	return reason == assay.ReasonVanished || reason == assay.ReasonUnsupported
}

// storeName is the name by which tasks refer to a target.
func storeName(i int, target string) string { return fmt.Sprintf("%d %s", i+1, shownTarget(target)) }

// fail records that something was not examined, and says so.
func (f *flow) fail(id assay.AssetID, err error) {
	f.warn(err)
	f.ledger.miss(id, err)
}

func (f *flow) close() error {
	var errs []error
	for _, source := range f.sources {
		errs = append(errs, source.Close())
	}
	return errors.Join(errs...)
}

// work runs task creator and scanner on a queue until it is empty.
func (f *flow) work(ctx context.Context, queueFile string) (err error) {
	queue, err := queuesqlite.Open(ctx, queueFile, queuesqlite.Options{MaxReceives: 2})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, queue.Close()) }()
	store, err := storesqlite.Open(ctx, f.store, storesqlite.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()

	if _, err := newPurger(f.library.cfg, store.Store, slog.New(slog.DiscardHandler)).Once(ctx); err != nil {
		return err
	}
	f.ledger.ResultWriter = store
	if f.observer, err = newCollector(ctx, f.library.cfg, store.Store, f.sealer); err != nil {
		return err
	}
	scan, err := scanner.New(scanner.Config{
		Receiver: queue, Results: f.ledger, Open: f.source, Set: func(assay.AssetID) *engine.Set { return f.library.set },
		Handlers:    map[string]scanner.Handler{assay.TaskScan: f.scanOnce},
		Concurrency: f.workers, RetryDelay: time.Millisecond,
	})
	if err != nil {
		return err
	}
	fetch, stop := context.WithCancel(ctx)
	defer stop()
	var group errgroup.Group
	group.Go(func() error { return scan.Run(fetch, ctx) })
	group.Go(func() error {
		defer stop()
		if err := f.list(ctx, queue); err != nil {
			return err
		}
		return f.drained(ctx, queue)
	})
	if err := group.Wait(); err != nil && ctx.Err() == nil {
		return err
	}
	return nil // an interrupted scan reports how far it came
}

// source returns the source of a store that a task names.
func (f *flow) source(_ context.Context, store string) (assay.Source, error) {
	source, ok := f.sources[store]
	if !ok {
		return nil, &assay.Error{Op: "open store", Item: store, Reason: assay.ReasonUnavailable, Err: assay.ErrNotFound}
	}
	return source, nil
}

// scanOnce carries out a task. Somebody waits for this scan, so an asset that
// fails half way is not tried again later: what was read of it counts, and the
// coverage says what is missing.
func (f *flow) scanOnce(ctx context.Context, task assay.Task) (assay.Result, error) {
	source, err := f.source(ctx, task.Store)
	if err != nil {
		return assay.Result{}, err
	}
	result, err := scanner.Scan(ctx, source, task, f.library.set, scanner.Options{Settler: f.library.models, Sealer: f.sealer, Observer: f.observer})
	if err != nil && ctx.Err() != nil {
		return result, err
	}
	return result, nil
}

// list has a task made for every asset of every target. A target that cannot be
// listed to its end is not examined; the others are.
func (f *flow) list(ctx context.Context, queue assay.Sender) error {
	cycle := time.Now().UTC().Format(time.RFC3339Nano)
	for i, target := range f.targets {
		name := storeName(i, target)
		source, ok := f.sources[name]
		if !ok {
			continue
		}
		_, err := taskcreator.Create(ctx, taskcreator.One{
			Source: source, Store: name, Cycle: cycle, Plan: f.planFor(target), Sender: recordedSender{f.ledger, queue}, Results: f.ledger,
		})
		if e := (*exitError)(nil); ctx.Err() != nil || errors.As(err, &e) {
			return err
		}
		if err != nil {
			f.fail(assay.AssetID(shownTarget(target)), err)
		}
	}
	return nil
}

// planFor returns the plan for the assets of a target.
func (f *flow) planFor(target string) assay.Plan {
	plan := f.plan
	if kind, err := storeOf(target); err == nil && kind.ownRows && f.ownRows {
		plan.Rows = 0
	}
	return plan
}

// drained waits until all tasks have a result, or the queue holds none that will
// be received again.
func (f *flow) drained(ctx context.Context, queue assay.Operator) error {
	tick := time.NewTicker(drainCheck)
	defer tick.Stop()
	for {
		select {
		case <-f.ledger.complete():
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		depth, err := queue.Depth(ctx)
		if err != nil {
			return err
		}
		if depth.Waiting == 0 && depth.Leased == 0 {
			return nil
		}
	}
}
