// Package upkeep is what a running service does beside scanning: it deletes what
// was kept for long enough, and delivers events to webhooks. Any number of
// processes may do it at the same time.
//
// It imports the root package only; the store comes in through its interfaces.
package upkeep

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Kept is one sort of rows that stay for a time.
type Kept struct {
	Name string // of what it is: matches, events
	For  time.Duration
	// Purge deletes at most limit rows that were kept before a time, and returns
	// how many.
	Purge func(ctx context.Context, before time.Time, limit int) (int, error)
}

// Purger deletes what was kept for long enough, in batches so small that no
// scanner waits for them.
type Purger struct {
	Kept  []Kept
	Batch int           // rows a transaction
	Every time.Duration // between two rounds of Run
	Now   func() time.Time
	Log   *slog.Logger
}

// Once deletes all that is too old now, and returns how much of what, also where
// something fails: the rest is purged all the same.
func (p *Purger) Once(ctx context.Context) (map[string]int, error) {
	now, done := p.Now(), make(map[string]int, len(p.Kept))
	var errs []error
	for _, k := range p.Kept {
		n, err := drain(ctx, k.Purge, now.Add(-k.For), p.Batch)
		done[k.Name] = n
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", k.Name, err))
		}
	}
	return done, errors.Join(errs...)
}

// drain deletes batch after batch until one is not full.
func drain(ctx context.Context, purge func(context.Context, time.Time, int) (int, error), before time.Time, batch int) (all int, err error) {
	for {
		n, err := purge(ctx, before, batch)
		all += n
		if err != nil || n < batch {
			return all, err
		}
	}
}

// Run deletes at once and then every so often, until ctx ends. What fails is
// tried again in the next round.
func (p *Purger) Run(ctx context.Context) {
	every(ctx, p.Every, func() {
		done, err := p.Once(ctx)
		if err != nil && ctx.Err() == nil {
			p.Log.Warn("not all that is too old was deleted", "error", err)
		}
		for name, n := range done {
			if n > 0 {
				p.Log.Info("deleted what was kept for long enough", "what", name, "rows", n)
			}
		}
	})
}

// every calls f at once and then after each period, until ctx ends.
func every(ctx context.Context, period time.Duration, f func()) {
	tick := time.NewTicker(period)
	defer tick.Stop()
	for ctx.Err() == nil {
		f()
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}
