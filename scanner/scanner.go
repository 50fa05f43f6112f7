// Package scanner is the fleet's loop: it receives tasks, samples their assets,
// runs the engine over the values, commits the results and finishes the tasks.
//
//	receive → open source → sample → engine → fold → commit → finish
//
// Delivery is at least once; results are exactly once, because a commit of the
// same task replaces the former. Scan is one task without the loop.
//
// It imports engine and the root package; queue, store and sources come in
// through their interfaces.
package scanner

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"example.com/assay"
	"example.com/assay/engine"
)

// Handler carries out a task of one kind. The result of a scan is committed,
// unless the error says to try again (see assay.Decide); a zero Result with an
// error stands for an asset that is not examined. Tasks of other kinds keep what
// they bring themselves, and fail until they are dead.
type Handler func(ctx context.Context, task assay.Task) (assay.Result, error)

// Config is what a Scanner is made of. The members without a remark are
// compulsory.
type Config struct {
	Receiver assay.Receiver
	Results  assay.ResultWriter
	// Open connects to a store by the name that tasks give it. A Source is used
	// by many tasks at a time, and closed when Run ends.
	Open func(ctx context.Context, store string) (assay.Source, error)
	// Set returns the verifiers that are in use now for an asset; every task asks
	// once. It is safe for concurrent use.
	Set func(asset assay.AssetID) *engine.Set
	// Snapshots keeps the dictionaries that assay.TaskSnapshot brings; without it
	// such tasks fail.
	Snapshots SnapshotKeeper // optional
	// Committed tells which tasks are done already: one that is delivered again has
	// no effect. Without it such a task is carried out again, and replaces its own
	// result.
	Committed assay.CommitReader // optional
	// Handlers carry out further kinds of task; assay.TaskScan needs none here.
	Handlers map[string]Handler // optional
	Scan     Options            // optional

	// Concurrency is how many tasks are worked on at a time; 0 means 4.
	Concurrency int
	// Limits returns those of a store, by the name that tasks give it; it is asked
	// once for each. While a task waits for its store, others take its place.
	Limits func(store string) Limits // optional
	// Patience is how long a store may bring nothing before the task that waits
	// for it makes room for others; 0 means 5 seconds.
	Patience time.Duration
	// Visibility is how long a lease holds without a heartbeat, and so how soon
	// another scanner takes over from one that vanished; 0 means 2 minutes.
	Visibility time.Duration
	// RetryDelay is the wait before a task that failed is tried again. It grows
	// with the number of receives; one whose store is down waits ten times as
	// long. 0 means 10 seconds.
	RetryDelay time.Duration
	// Tracer traces tasks; nil traces nothing.
	Tracer trace.Tracer
	// Metrics count what happened; nil counts nothing.
	Metrics *Metrics
	// Log takes what happened; nil discards it. It never sees sampled content.
	Log *slog.Logger
}

// Scanner works through the tasks of a queue.
type Scanner struct {
	Config
	handlers map[string]Handler
	sources  *sources
	gates    *gates
}

// New returns a Scanner.
func New(cfg Config) (*Scanner, error) {
	if cfg.Receiver == nil || cfg.Results == nil || cfg.Open == nil || cfg.Set == nil {
		return nil, errors.New("new scanner: a receiver, a result writer, sources and a verifier set are needed")
	}
	if cfg.Concurrency <= 0 {
		cfg.Concurrency = 4
	}
	if cfg.Visibility <= 0 {
		cfg.Visibility = 2 * time.Minute
	}
	if cfg.Patience <= 0 {
		cfg.Patience = 5 * time.Second
	}
	if cfg.RetryDelay <= 0 {
		cfg.RetryDelay = 10 * time.Second
	}
	if cfg.Scan.Now == nil {
		cfg.Scan.Now = time.Now
	}
	if cfg.Tracer == nil {
		cfg.Tracer = noop.NewTracerProvider().Tracer("")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Scanner{Config: cfg, handlers: map[string]Handler{}, sources: newSources(cfg.Open),
		gates: &gates{limits: cfg.Limits, all: map[string]*gate{}}}
	s.handlers[assay.TaskScan] = s.scan
	s.handlers[assay.TaskSnapshot] = s.snapshot
	for kind, h := range cfg.Handlers {
		s.handlers[kind] = h
	}
	return s, nil
}

// scan is the handler of assay.TaskScan.
func (s *Scanner) scan(ctx context.Context, task assay.Task) (assay.Result, error) {
	source, err := s.sources.get(ctx, task.Store)
	if err != nil {
		return assay.Result{}, err
	}
	return Scan(ctx, source, task, s.Set(task.Asset.ID), s.Scan)
}

// Do carries out one task outside of the queue, and commits nothing. The result
// says of an asset that could not be read why; the error says so too.
func (s *Scanner) Do(ctx context.Context, task assay.Task) (assay.Result, error) {
	result, err := s.work(ctx, task)
	if err != nil && result.Task.ID == "" {
		result = s.notExamined(task, err)
	}
	return result, errors.Join(err, s.sources.close())
}
