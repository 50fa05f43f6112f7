// Package taskcreator turns assets into tasks: it lists what a store holds and
// queues a task for each asset. What cannot be listed properly is recorded as
// not examined, never passed over.
//
// It imports the root package only; sources, queue and store come in through
// their interfaces.
package taskcreator

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"example.com/assay"
)

// batch is how many tasks are sent at a time, and so the most that are held in
// memory.
const batch = 100

// Config says what is listed, and where the tasks go.
type Config struct {
	Source assay.Source
	// Store is the name under which scanners know the source.
	Store string
	// Cycle names this round: within one, an asset has one task.
	Cycle string
	// Plan goes into every task; one without a seed gives each task its own.
	Plan   assay.Plan
	Sender assay.Sender
	// Results records the assets that could not be listed.
	Results assay.ResultWriter
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Summary counts what Create did.
type Summary struct {
	Tasks       int // sent, known ones included
	NotExamined int // assets that the source could not list properly
}

// Create lists the assets of one store and sends a task for each. An error means
// that the listing did not come to its end, or that the queue or the results
// failed; what the Summary counts was done all the same, and doing it again has
// no further effect.
func Create(ctx context.Context, cfg Config) (Summary, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	c := creator{Config: cfg}
	err := c.list(ctx)
	err = errors.Join(err, c.flush(ctx))
	if err != nil {
		err = fmt.Errorf("create tasks for store %s: %w", cfg.Store, err)
	}
	return c.sum, err
}

type creator struct {
	Config
	waiting []assay.Task
	sum     Summary
}

func (c *creator) list(ctx context.Context) error {
	for asset, err := range c.Source.Assets(ctx) {
		if err != nil && asset.ID == "" {
			return fmt.Errorf("list assets: %w", err)
		}
		if err == nil {
			err = withoutCredentials(&asset)
		}
		if err != nil {
			if err := c.notExamined(ctx, asset, err); err != nil {
				return err
			}
			continue
		}
		c.waiting = append(c.waiting, assay.NewTask(assay.TaskScan, c.Store, c.Cycle, asset, c.Plan))
		if len(c.waiting) == batch {
			if err := c.flush(ctx); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// flush sends what waits.
func (c *creator) flush(ctx context.Context) error {
	if len(c.waiting) == 0 {
		return nil
	}
	err := c.Sender.Send(ctx, c.waiting...)
	if err == nil {
		c.sum.Tasks += len(c.waiting)
	}
	c.waiting = c.waiting[:0]
	return err
}

// withoutCredentials refuses an asset id with a user in it, and takes the user
// away: a source that lists such ids has a bug, and its tasks would carry a
// password into the queue.
func withoutCredentials(asset *assay.Asset) error {
	u, err := url.Parse(string(asset.ID))
	if err != nil || u.User == nil {
		return nil // what is no URI has no user part
	}
	u.User = nil
	asset.ID = assay.AssetID(u.String())
	return &assay.Error{Op: "list", Item: string(asset.ID), Reason: assay.ReasonUnsupported,
		Err: errors.New("its id names a user"), Hint: "this is a bug of the source"}
}

// notExamined records that an asset could not be listed properly. The record
// has a task of its own kind, so that it replaces no scan.
func (c *creator) notExamined(ctx context.Context, asset assay.Asset, cause error) error {
	now := c.Now()
	result := assay.Result{
		Task: assay.NewTask("list", c.Store, c.Cycle, asset, c.Plan), Started: now, Finished: now,
		Coverage: []assay.Coverage{{
			Asset: asset.ID, Status: assay.StatusNotExamined, Reason: assay.Explain(cause), Detail: cause.Error(),
		}},
	}
	if err := c.Results.Commit(ctx, result); err != nil {
		return fmt.Errorf("record that %s is not examined: %w", asset.ID, err)
	}
	c.sum.NotExamined++
	return nil
}
