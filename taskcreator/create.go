package taskcreator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/assay"
)

// batch is how many tasks are sent at a time, and so the most that are held in
// memory.
const batch = 100

// One says what Create lists, and where the tasks go.
type One struct {
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

// Create lists the assets of one store and sends a task for each, whatever was
// scanned before: it is what a scan that somebody waits for needs. An error means
// that the listing did not come to its end, or that the queue or the results
// failed; what the Summary counts was done all the same, and doing it again has
// no further effect.
func Create(ctx context.Context, cfg One) (Summary, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	c := creator{One: cfg}
	err := c.list(ctx)
	err = errors.Join(err, c.flush(ctx))
	if err != nil {
		err = fmt.Errorf("create tasks for store %s: %w", cfg.Store, err)
	}
	return c.sum, err
}

type creator struct {
	One
	waiting []assay.Task
	sum     Summary
}

func (c *creator) list(ctx context.Context) error {
	for asset, err := range c.Source.Assets(ctx) {
		if err != nil && asset.ID == "" {
			return fmt.Errorf("list assets: %w", err)
		}
		if err == nil {
			err = proper(&asset)
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

// notExamined records that an asset could not be listed properly.
func (c *creator) notExamined(ctx context.Context, asset assay.Asset, cause error) error {
	if err := recordGap(ctx, c.Results, c.Store, c.Cycle, c.Now(), asset, cause); err != nil {
		return err
	}
	c.sum.NotExamined++
	return nil
}

// recordGap records that an asset, or what stands for a whole store, was not
// examined. The record has a task of its own kind, so that it replaces no scan.
func recordGap(ctx context.Context, results assay.ResultWriter, store, cycle string, at time.Time, asset assay.Asset, cause error) error {
	result := assay.Result{
		Task: assay.NewTask("list", store, cycle, asset, assay.Plan{}), Started: at, Finished: at,
		Coverage: []assay.Coverage{{
			Asset: asset.ID, Status: assay.StatusNotExamined, Reason: assay.Explain(cause), Detail: cause.Error(),
		}},
	}
	if err := results.Commit(ctx, result); err != nil {
		return fmt.Errorf("record that %s is not examined: %w", asset.ID, err)
	}
	return nil
}
