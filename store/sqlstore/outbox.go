package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"example.com/assay"
)

// outboxLock lets one process at a time claim events.
const outboxLock = "outbox"

// ClaimEvents implements assay.Outbox.
func (s *Store) ClaimEvents(ctx context.Context, max int, hold time.Duration) (out []assay.OutboxEvent, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		out = nil
		if err := s.dialect.lock(ctx, tx, outboxLock); err != nil {
			return err
		}
		now := s.now()
		rows, err := tx.QueryContext(ctx, `SELECT body, taken, attempts FROM outbox WHERE done = 0 AND due <= ? ORDER BY seq LIMIT ?`, now.UnixMilli(), max)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			e, err := scanEvent(rows)
			if err != nil {
				return err
			}
			out = append(out, e)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		for _, e := range out {
			if _, err := tx.ExecContext(ctx, `UPDATE outbox SET due = ? WHERE event_id = ?`, now.Add(hold).UnixMilli(), e.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("claim events: %w", err)
	}
	return out, nil
}

func scanEvent(rows *sql.Rows) (e assay.OutboxEvent, err error) {
	var body, taken []byte
	if err := rows.Scan(&body, &taken, &e.Attempts); err != nil {
		return e, err
	}
	return e, errors.Join(json.Unmarshal(body, &e.Event), json.Unmarshal(taken, &e.Taken))
}

// EventTaken implements assay.Outbox.
func (s *Store) EventTaken(ctx context.Context, id, receiver string) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		var taken []byte
		if err := tx.QueryRowContext(ctx, `SELECT taken FROM outbox WHERE event_id = ?`, id).Scan(&taken); err != nil {
			return absent(err)
		}
		var by []string
		if err := json.Unmarshal(taken, &by); err != nil || slices.Contains(by, receiver) {
			return err
		}
		fresh, err := json.Marshal(append(by, receiver))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE outbox SET taken = ? WHERE event_id = ?`, string(fresh), id)
		return err
	})
	return ofEvent(id, err)
}

// EventDone implements assay.Outbox.
func (s *Store) EventDone(ctx context.Context, id string) error {
	return s.changeEvent(ctx, id, `UPDATE outbox SET done = ?, error = '' WHERE event_id = ?`, s.now().UnixMilli(), id)
}

// EventFailed implements assay.Outbox.
func (s *Store) EventFailed(ctx context.Context, id string, next time.Time, reason string) error {
	return s.changeEvent(ctx, id, `UPDATE outbox SET due = ?, attempts = attempts + 1, error = ? WHERE event_id = ?`, next.UnixMilli(), text(reason), id)
}

func (s *Store) changeEvent(ctx context.Context, id, statement string, args ...any) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, statement, args...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, assay.ErrNotFound)
		}
		return nil
	})
	return ofEvent(id, err)
}

// PurgeEvents implements assay.Outbox.
func (s *Store) PurgeEvents(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := s.purge(ctx, `SELECT event_id FROM outbox WHERE at < ? ORDER BY at LIMIT ?`, `DELETE FROM outbox WHERE event_id = ? AND at < ?`, before, limit)
	if err != nil {
		return 0, fmt.Errorf("purge events: %w", err)
	}
	return n, nil
}

func ofEvent(id string, err error) error {
	if err != nil {
		return fmt.Errorf("event %s: %w", id, err)
	}
	return nil
}

// absent is the error of a row that was looked for.
func absent(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return assay.ErrNotFound
	}
	return err
}
