package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"example.com/assay"
)

// AddLabelling implements assay.LabellingStore.
func (s *Store) AddLabelling(ctx context.Context, job assay.LabellingJob) error {
	if job.Name == "" || job.Element == "" || job.Place == "" || job.State == "" {
		return errors.New("a labelling job needs a name, an element, a place and a state")
	}
	items, err := json.Marshal(append([]string{}, job.Items...))
	if err != nil {
		return err
	}
	if job.At.IsZero() {
		job.At = s.now()
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		known, err := keysOf(ctx, tx, `SELECT name FROM labellings WHERE name = ?`, job.Name)
		if err == nil && len(known) > 0 {
			err = assay.ErrConflict
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO labellings (name, element, place, state, items, labels, reason, said_by, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			job.Name, string(job.Element), text(job.Place), string(job.State), string(items), job.Labels, text(job.Reason), text(job.By), millis(job.At))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep labelling job %s: %w", job.Name, err)
	}
	return nil
}

// MoveLabelling implements assay.LabellingStore.
func (s *Store) MoveLabelling(ctx context.Context, from assay.LabellingState, job assay.LabellingJob) (bool, error) {
	res, err := s.write.ExecContext(ctx, `UPDATE labellings SET state = ?, labels = ?, reason = ? WHERE name = ? AND state = ?`,
		string(job.State), job.Labels, text(job.Reason), job.Name, string(from))
	var n int64
	if err == nil {
		n, err = res.RowsAffected()
	}
	if err != nil {
		return false, fmt.Errorf("keep the state of labelling job %s: %w", job.Name, err)
	}
	return n == 1, nil
}

// Labellings implements assay.LabellingStore.
func (s *Store) Labellings(ctx context.Context, open bool) iter.Seq2[assay.LabellingJob, error] {
	query, args := `SELECT name, element, place, state, items, labels, reason, said_by, at FROM labellings`, []any(nil)
	if open {
		query, args = query+` WHERE state <> ?`, []any{string(assay.LabellingDone)}
	}
	return func(yield func(assay.LabellingJob, error) bool) {
		err := s.each(ctx, "labelling jobs", query+` ORDER BY at DESC, name`, args, func(rows *sql.Rows) (bool, error) {
			var job assay.LabellingJob
			var items []byte
			var at int64
			err := rows.Scan(&job.Name, &job.Element, &job.Place, &job.State, &items, &job.Labels, &job.Reason, &job.By, &at)
			if err == nil {
				err = json.Unmarshal(items, &job.Items)
			}
			job.At = time.UnixMilli(at).UTC()
			return err == nil && yield(job, nil), err
		})
		if err != nil {
			yield(assay.LabellingJob{}, err)
		}
	}
}
