// Package taskcreator turns assets into tasks. A Creator works in cycles: it lists
// every store of a catalogue, decides by its Rules which assets are due, keeps
// that plan in the database, and sends the tasks in the order of their turns as
// long as the queue is not deep. Create does so for one store at once, for a scan
// that somebody waits for.
//
//	catalogue → judge → plan (database) → queue
//
// What cannot be listed is recorded as not examined, never passed over. A creator
// that is killed, or another that takes over, goes on with the cycle that was
// begun: a task's id is a hash of its asset and the cycle, so that one which is
// sent twice is one task. Memory does not grow with the number of assets.
//
// It imports the root package only; catalogue, queue and store come in through
// their interfaces.
package taskcreator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"example.com/assay"
)

// Memory is what a creator keeps between cycles.
type Memory interface {
	assay.PlanStore
	assay.PlanReader
	assay.StoreRegister
}

// Config is what a Creator is made of. The members without a remark are
// compulsory.
type Config struct {
	Catalogue assay.Catalogue
	Memory    Memory
	Sender    assay.Sender
	// Depth counts the tasks in the queue; assay.Operator has it.
	Depth func(ctx context.Context) (assay.Depth, error)
	// Results records what could not be listed.
	Results assay.ResultWriter
	// Known returns the name by which scanners know a store of the catalogue, and
	// whether they do. nil means that they know all by the catalogue's names.
	Known func(store assay.DataStore) (name string, ok bool) // optional
	// Beside sends what tasks a cycle has beside those of its assets. It is called
	// when a cycle begins, and again when that was broken off; tasks are made with
	// the cycle's name, so that they are the same ones.
	Beside func(ctx context.Context, cycle string) error // optional
	// Plan goes into every task; one without a seed gives each task its own.
	Plan  assay.Plan // optional
	Rules Rules      // optional

	// Interval is the time from the beginning of one cycle to that of the next;
	// 0 means 24 hours.
	Interval time.Duration
	// MaxDepth is how many tasks may wait in the queue before no more are sent;
	// 0 means 10,000.
	MaxDepth int
	// Listers is how many stores are listed at the same time; 0 means 4.
	Listers int
	// ListTimeout bounds the listing of one store, so that one that hangs holds
	// back the others no longer; 0 means 1 hour.
	ListTimeout time.Duration
	// Pause is the wait before a deep queue is looked at again, or what failed is
	// tried again; 0 means 30 seconds.
	Pause time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Metrics count what happened; nil counts nothing.
	Metrics *Metrics
	// Log takes what happened; nil discards it.
	Log *slog.Logger
}

// Creator creates tasks. At most one may be active for a queue (see
// assay.Leadership); two do no harm but send some tasks twice.
type Creator struct{ Config }

// New returns a Creator.
func New(cfg Config) (*Creator, error) {
	if cfg.Catalogue == nil || cfg.Memory == nil || cfg.Sender == nil || cfg.Depth == nil || cfg.Results == nil {
		return nil, errors.New("new task creator: a catalogue, a memory, a sender, the queue's depth and a result writer are needed")
	}
	if cfg.Known == nil {
		cfg.Known = func(store assay.DataStore) (string, bool) { return store.Name, true }
	}
	if cfg.Beside == nil {
		cfg.Beside = func(context.Context, string) error { return nil }
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Rules = cfg.Rules.withDefaults()
	cfg.Interval = cmp.Or(cfg.Interval, 24*time.Hour)
	cfg.MaxDepth, cfg.Listers = cmp.Or(cfg.MaxDepth, 10_000), cmp.Or(cfg.Listers, 4)
	cfg.ListTimeout, cfg.Pause = cmp.Or(cfg.ListTimeout, time.Hour), cmp.Or(cfg.Pause, 30*time.Second)
	return &Creator{cfg}, nil
}

// Summary counts what was done.
type Summary struct {
	Cycle       string `json:"cycle,omitempty"`
	Stores      int    `json:"stores"`       // listed, those that failed included
	Assets      int    `json:"assets"`       // listed
	Tasks       int    `json:"tasks"`        // sent, known ones included
	NotExamined int    `json:"not_examined"` // assets and stores that could not be listed
	// Full says that the queue was deep before all tasks of the cycle were sent.
	Full bool `json:"full"`
}

// Run creates tasks, cycle after cycle, until ctx ends; then it returns nil. What
// fails is logged and tried again.
func (c *Creator) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		wait := c.Pause
		cycle, err := c.current(ctx)
		switch {
		case err != nil:
		case !cycle.Done.IsZero():
			wait = cycle.Begun.Add(c.Interval).Sub(c.Now())
		default:
			_, err = c.work(ctx, cycle, true)
			wait = 0
		}
		if err != nil && ctx.Err() == nil {
			c.Metrics.failed()
			c.Log.Error("the cycle is broken off, and will be taken up again", "err", err)
			wait = c.Pause
		}
		sleep(ctx, wait)
	}
	return nil
}

// Once works on one cycle, an unfinished one or a new one, and returns when all
// is sent or the queue is deep. What the summary counts was done even when an
// error comes with it, and doing it again has no further effect.
func (c *Creator) Once(ctx context.Context) (Summary, error) {
	cycle, err := c.current(ctx)
	if err == nil && !cycle.Done.IsZero() {
		cycle, err = c.begin(ctx)
	}
	if err != nil {
		return Summary{}, err
	}
	return c.work(ctx, cycle, false)
}

// current returns the latest cycle, or a new one when that is too old.
func (c *Creator) current(ctx context.Context) (assay.Cycle, error) {
	cycle, err := c.Memory.Cycle(ctx)
	if errors.Is(err, assay.ErrNotFound) || err == nil && c.over(cycle) {
		return c.begin(ctx)
	}
	return cycle, err
}

// over reports whether it is time for the next cycle.
func (c *Creator) over(cycle assay.Cycle) bool { return !c.Now().Before(cycle.Begun.Add(c.Interval)) }

// begin begins a cycle. What was not sent in the former one is planned anew.
func (c *Creator) begin(ctx context.Context) (assay.Cycle, error) {
	at := c.Now().UTC().Truncate(time.Millisecond)
	cycle := assay.Cycle{Name: at.Format("2006-01-02T15:04:05.000Z"), Begun: at}
	return cycle, c.Memory.KeepCycle(ctx, cycle)
}

// work brings a cycle to its end: lists, unless that is done, and sends.
func (c *Creator) work(ctx context.Context, cycle assay.Cycle, patient bool) (Summary, error) {
	sum := Summary{Cycle: cycle.Name}
	if cycle.Listed.IsZero() {
		if err := c.Beside(ctx, cycle.Name); err != nil {
			return sum, fmt.Errorf("send what is beside the assets of cycle %s: %w", cycle.Name, err)
		}
		if err := c.list(ctx, &cycle, &sum); err != nil {
			return sum, fmt.Errorf("list the assets of cycle %s: %w", cycle.Name, err)
		}
	}
	if err := c.send(ctx, cycle, patient, &sum); err != nil {
		return sum, fmt.Errorf("send the tasks of cycle %s: %w", cycle.Name, err)
	}
	c.Log.Info("cycle", "cycle", cycle.Name, "stores", sum.Stores, "assets", sum.Assets, "tasks", sum.Tasks,
		"not_examined", sum.NotExamined, "full", sum.Full)
	return sum, nil
}

// sleep waits, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(max(d, 0))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
