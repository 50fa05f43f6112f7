package taskcreator

import (
	"context"
	"encoding/json"
	"fmt"

	"example.com/assay"
)

// maxTask is how long a task may be as JSON: what every queue takes.
const maxTask = 240 << 10

// lookAgain is how many tasks are sent before the queue's depth is looked at
// again.
const lookAgain = 1000

// send sends what waits in the cycle, in order, while the queue is not deep. A
// patient one waits until there is room, or the cycle is over.
func (c *Creator) send(ctx context.Context, cycle assay.Cycle, patient bool, sum *Summary) error {
	for {
		room, err := c.room(ctx)
		if err != nil {
			return err
		}
		if room == 0 {
			if !patient || c.over(cycle) {
				sum.Full = true
				return nil
			}
			sleep(ctx, c.Pause)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			continue
		}
		for room > 0 {
			plans, err := c.Memory.Next(ctx, cycle, min(batch, room))
			if err != nil {
				return err
			}
			if len(plans) == 0 {
				cycle.Done = c.Now().UTC()
				return c.Memory.KeepCycle(ctx, cycle)
			}
			if err := c.sendSome(ctx, cycle, plans, sum); err != nil {
				return err
			}
			room -= len(plans)
		}
	}
}

// room returns how many tasks may be sent before the depth is looked at again.
func (c *Creator) room(ctx context.Context) (int, error) {
	depth, err := c.Depth(ctx)
	if err != nil {
		return 0, fmt.Errorf("look how deep the queue is: %w", err)
	}
	return max(min(c.MaxDepth-depth.Waiting, lookAgain), 0), nil
}

// sendSome sends tasks for some assets and notes that. When it is broken off in
// between, the same tasks are sent again.
func (c *Creator) sendSome(ctx context.Context, cycle assay.Cycle, plans []assay.Planned, sum *Summary) error {
	tasks, err := c.tasks(ctx, cycle, plans, sum)
	if err != nil {
		return err
	}
	if err := c.deliver(ctx, cycle, tasks, sum); err != nil {
		return err
	}
	ids := make([]assay.AssetID, len(plans))
	for i, p := range plans {
		ids[i] = p.Asset.ID
		c.Metrics.queued(p.Store, p.Turn)
	}
	return c.Memory.Sent(ctx, c.Now(), ids...)
}

// tasks makes the tasks. An asset whose task no queue would take is not examined.
func (c *Creator) tasks(ctx context.Context, cycle assay.Cycle, plans []assay.Planned, sum *Summary) ([]assay.Task, error) {
	tasks := make([]assay.Task, 0, len(plans))
	for _, p := range plans {
		task := assay.NewTask(assay.TaskScan, p.Store, cycle.Name, p.Asset, c.Plan)
		body, err := json.Marshal(task)
		if err == nil && len(body) > maxTask {
			err = fmt.Errorf("its task is %d bytes long, and a queue takes %d (shorten its declared classification or attributes)", len(body), maxTask)
		}
		if err == nil {
			tasks = append(tasks, task)
			continue
		}
		if err := c.refuse(ctx, cycle, p.Store, p.Asset, err, sum); err != nil {
			return nil, err
		}
	}
	return tasks, nil
}

// deliver sends tasks. When the queue does not take them together, it is tried
// with each: what it does not take while it takes others cannot be queued.
func (c *Creator) deliver(ctx context.Context, cycle assay.Cycle, tasks []assay.Task, sum *Summary) error {
	if len(tasks) == 0 {
		return nil
	}
	together := c.Sender.Send(ctx, tasks...)
	if together == nil {
		sum.Tasks += len(tasks)
		return nil
	}
	failed := map[int]error{}
	for i, task := range tasks {
		if err := c.Sender.Send(ctx, task); err != nil {
			failed[i] = err
		}
		if ctx.Err() != nil || len(failed) == i+1 && i >= 2 { // the queue is down
			return together
		}
	}
	if len(failed) == len(tasks) {
		return together
	}
	sum.Tasks += len(tasks) - len(failed)
	for i, err := range failed {
		if err := c.refuse(ctx, cycle, tasks[i].Store, tasks[i].Asset, err, sum); err != nil {
			return err
		}
	}
	return nil
}

// refuse records that no task could be queued for an asset.
func (c *Creator) refuse(ctx context.Context, cycle assay.Cycle, store string, asset assay.Asset, cause error, sum *Summary) error {
	sum.NotExamined++
	c.Metrics.unlisted(store, assay.ReasonUnsupported)
	c.Log.Warn("no task can be queued", "store", store, "asset", asset.ID, "err", cause)
	asset.Attributes, asset.Declared = nil, nil // which may be what is too long
	return recordGap(ctx, c.Results, store, cycle.Name, c.Now(), asset,
		&assay.Error{Op: "queue", Item: string(asset.ID), Reason: assay.ReasonUnsupported, Err: cause})
}
