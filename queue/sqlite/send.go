package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"example.com/assay"
)

// Send implements assay.Sender: all of the tasks are queued, or none. A task
// whose id is in the queue already, dead ones included, is left as it is.
func (q *Queue) Send(ctx context.Context, tasks ...assay.Task) error {
	if len(tasks) == 0 {
		return nil
	}
	now := q.now()
	err := q.inTx(ctx, func(tx *sql.Tx) error {
		insert := tx.StmtContext(ctx, q.insert)
		for _, task := range tasks {
			body, err := json.Marshal(task)
			if err != nil {
				return fmt.Errorf("task %s: %w", task.ID, err)
			}
			if _, err := insert.ExecContext(ctx, task.ID, string(body), now, now); err != nil {
				return fmt.Errorf("task %s: %w", task.ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("send %d tasks: %w", len(tasks), err)
	}
	q.wakeUp()
	return nil
}
