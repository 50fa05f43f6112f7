// Package upkeep is what a running service does beside scanning: it deletes what
// was kept for long enough, and delivers events to webhooks. Any number of
// processes may do it at the same time.
//
// It imports the root package only; the store comes in through its interfaces.
package upkeep

import (
	"context"
	"log/slog"
	"time"

	"example.com/assay"
)

// Purger deletes sealed matches and events when their time is over, in batches
// so small that no scanner waits for them.
type Purger struct {
	Matches assay.MatchStore
	Events  assay.Outbox
	// KeepMatches and KeepEvents say for how long after their scan they stay.
	KeepMatches, KeepEvents time.Duration
	Batch                   int           // rows a transaction
	Every                   time.Duration // between two rounds of Run
	Now                     func() time.Time
	Log                     *slog.Logger
}

// Purged counts what was deleted.
type Purged struct {
	Matches int `json:"matches"`
	Events  int `json:"events"`
}

// Once deletes all that is too old now.
func (p *Purger) Once(ctx context.Context) (done Purged, err error) {
	now := p.Now()
	if done.Matches, err = drain(ctx, p.Matches.PurgeMatches, now.Add(-p.KeepMatches), p.Batch); err != nil {
		return done, err
	}
	done.Events, err = drain(ctx, p.Events.PurgeEvents, now.Add(-p.KeepEvents), p.Batch)
	return done, err
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
		if done != (Purged{}) {
			p.Log.Info("deleted what was kept for long enough", "matches", done.Matches, "events", done.Events)
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
