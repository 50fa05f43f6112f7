package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"example.com/assay"
)

// stateOf is the state of a row at a time, in SQL. A lease that ran out is
// waiting; so is a task given back with a delay.
const stateOf = `CASE WHEN dead = 1 THEN 'dead' WHEN receipt <> '' AND visible > @now THEN 'leased' ELSE 'waiting' END`

// List implements assay.Operator. A message that is no task is listed under its
// id with an empty kind, so that it can be dropped.
func (q *Queue) List(ctx context.Context, state assay.QueueState) iter.Seq2[assay.Queued, error] {
	return func(yield func(assay.Queued, error) bool) {
		rows, err := q.file.Read.QueryContext(ctx, `
			SELECT id, body, received, sent, reason FROM queue_tasks WHERE `+stateOf+` = @state ORDER BY sent, seq`,
			sql.Named("now", q.now()), sql.Named("state", string(state)))
		if err != nil {
			yield(assay.Queued{}, fmt.Errorf("list %s tasks: %w", state, err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			queued, err := scanQueued(rows)
			queued.State = state
			if !yield(queued, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(assay.Queued{}, fmt.Errorf("list %s tasks: %w", state, err))
		}
	}
}

func scanQueued(rows *sql.Rows) (queued assay.Queued, err error) {
	var id string
	var body []byte
	var sent int64
	if err := rows.Scan(&id, &body, &queued.Received, &sent, &queued.Reason); err != nil {
		return queued, fmt.Errorf("list tasks: %w", err)
	}
	queued.Sent = time.UnixMilli(sent)
	if queued.Task, err = assay.ParseTask(body); err != nil {
		queued.Task = assay.Task{ID: id}
		if queued.Reason == "" {
			queued.Reason = err.Error()
		}
	}
	return queued, nil
}

// Redrive implements assay.Operator.
func (q *Queue) Redrive(ctx context.Context, ids ...string) (int, error) {
	const query = `UPDATE queue_tasks SET dead = 0, received = 0, visible = @now, receipt = '', reason = '' WHERE dead = 1`
	n, err := q.each(ctx, query, query+` AND id = @id`, ids)
	if err != nil {
		return n, fmt.Errorf("redrive: %w", err)
	}
	q.wakeUp()
	return n, nil
}

// Drop implements assay.Operator. Dropping no ids drops nothing.
func (q *Queue) Drop(ctx context.Context, ids ...string) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	n, err := q.each(ctx, "", `DELETE FROM queue_tasks WHERE id = @id`, ids)
	if err != nil {
		return n, fmt.Errorf("drop: %w", err)
	}
	return n, nil
}

// each runs one for every id, or all when there are none, in one transaction,
// and returns the number of rows changed.
func (q *Queue) each(ctx context.Context, all, one string, ids []string) (int, error) {
	total := int64(0)
	exec := func(tx *sql.Tx, query string, args ...any) error {
		res, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		total += n
		return err
	}
	now := sql.Named("now", q.now())
	err := q.inTx(ctx, func(tx *sql.Tx) error {
		if len(ids) == 0 {
			return exec(tx, all, now)
		}
		var errs []error
		for _, id := range ids {
			errs = append(errs, exec(tx, one, now, sql.Named("id", id)))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		return 0, err
	}
	return int(total), nil
}

// Depth implements assay.Operator. The figures are exact.
func (q *Queue) Depth(ctx context.Context) (depth assay.Depth, err error) {
	now := q.now()
	var oldest sql.NullInt64
	err = q.file.Read.QueryRowContext(ctx, `
		SELECT COALESCE(SUM(state = 'waiting'), 0), COALESCE(SUM(state = 'leased'), 0), COALESCE(SUM(state = 'dead'), 0),
		       MIN(CASE state WHEN 'waiting' THEN sent END)
		FROM (SELECT sent, `+stateOf+` AS state FROM queue_tasks)`, sql.Named("now", now)).
		Scan(&depth.Waiting, &depth.Leased, &depth.Dead, &oldest)
	if err != nil {
		return depth, fmt.Errorf("queue depth: %w", err)
	}
	if oldest.Valid {
		depth.Oldest = time.Duration(now-oldest.Int64) * time.Millisecond
	}
	return depth, nil
}
