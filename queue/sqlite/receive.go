package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.com/assay"
)

// vanished is the reason of a dead task that no worker ever gave back.
const vanished = "never given back: its worker stopped, or needed longer than its lease"

// Receive implements assay.Receiver. It waits until ctx ends; a limit below 1 means 1.
func (q *Queue) Receive(ctx context.Context, limit int, visibility time.Duration) ([]assay.Lease, error) {
	for {
		woken := q.woken()
		leases, err := q.take(ctx, limit, visibility)
		if len(leases) > 0 {
			return leases, nil
		}
		var wait time.Duration
		if err == nil {
			wait, err = q.untilVisible(ctx)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			return nil, fmt.Errorf("receive: %w", err)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		case <-woken:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// take leases what is visible now, after burying what was received too often.
func (q *Queue) take(ctx context.Context, limit int, visibility time.Duration) (leases []assay.Lease, err error) {
	now := q.now()
	until := q.opts.Now().Add(visibility)
	receipt := rand.Text()
	err = q.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.StmtContext(ctx, q.bury).ExecContext(ctx, vanished, q.opts.MaxReceives, now); err != nil {
			return err
		}
		rows, err := tx.StmtContext(ctx, q.lease).QueryContext(ctx, receipt, until.UnixMilli(), now, max(limit, 1))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var seq int64
			var body []byte
			lease := assay.Lease{Until: until}
			if err := rows.Scan(&seq, &body, &lease.Received); err != nil {
				return err
			}
			lease.Receipt = strconv.FormatInt(seq, 10) + "." + receipt
			lease.Task, lease.Err = assay.ParseTask(body)
			leases = append(leases, lease)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err // nothing was leased
	}
	return leases, nil
}

// untilVisible is how long to wait before looking again: until the next lease
// or delay runs out, and never longer than the poll interval.
func (q *Queue) untilVisible(ctx context.Context) (time.Duration, error) {
	var next sql.NullInt64
	err := q.next.QueryRowContext(ctx).Scan(&next)
	if err != nil || !next.Valid {
		return q.opts.Poll, err
	}
	wait := time.Duration(next.Int64-q.now()) * time.Millisecond
	return max(time.Millisecond, min(wait, q.opts.Poll)), nil
}

// Extend implements assay.Receiver. A lease that has run out is lost, whether
// or not somebody else has the task already.
func (q *Queue) Extend(ctx context.Context, lease assay.Lease, visibility time.Duration) error {
	now := q.now()
	return q.change(ctx, "extend", lease, q.extend,
		sql.Named("visible", now+visibility.Milliseconds()), sql.Named("now", now))
}

// Finish implements assay.Receiver. A lease that has run out still finishes a
// task that nobody received since.
func (q *Queue) Finish(ctx context.Context, lease assay.Lease) error {
	return q.change(ctx, "finish", lease, q.finish)
}

// Release implements assay.Receiver.
func (q *Queue) Release(ctx context.Context, lease assay.Lease, delay time.Duration, reason string) error {
	now := q.now()
	err := q.change(ctx, "release", lease, q.release,
		sql.Named("visible", now+delay.Milliseconds()), sql.Named("reason", reason), sql.Named("now", now))
	if err == nil {
		q.wakeUp()
	}
	return err
}

// change runs a statement on the one row that the lease's receipt names.
func (q *Queue) change(ctx context.Context, op string, lease assay.Lease, statement *sql.Stmt, args ...any) error {
	seq, receipt, ok := strings.Cut(lease.Receipt, ".")
	row, err := strconv.ParseInt(seq, 10, 64)
	if !ok || err != nil || receipt == "" {
		return fmt.Errorf("%s task %s: receipt is not of this queue: %w", op, lease.Task.ID, assay.ErrLeaseLost)
	}
	args = append(args, sql.Named("seq", row), sql.Named("receipt", receipt))
	res, err := statement.ExecContext(ctx, args...)
	if err != nil {
		return fmt.Errorf("%s task %s: %w", op, lease.Task.ID, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fmt.Errorf("%s task %s: %w", op, lease.Task.ID, assay.ErrLeaseLost)
}
