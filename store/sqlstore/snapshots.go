package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.com/assay"
)

var _ assay.SnapshotStore = (*Store)(nil)

// keptSnapshots is how many versions of a column are kept: a scanner may still be
// at reading the one before.
const keptSnapshots = 3

// columnKey is the short form of a column in keys.
func columnKey(c assay.Column) string {
	return assay.FindingID(c.Asset, c.Field, assay.Element(c.Store))
}

// AddSnapshot implements assay.SnapshotStore.
func (s *Store) AddSnapshot(ctx context.Context, snap assay.Snapshot) error {
	if snap.Store == "" || snap.Asset == "" || snap.Field == "" || snap.Task == "" || len(snap.Sealed) == 0 {
		return fmt.Errorf("add snapshot of %s: it has no column, no task or no content", snap.Column)
	}
	if snap.Taken.IsZero() {
		snap.Taken = s.now()
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		if err := s.dialect.lock(ctx, tx, verifierLock); err != nil {
			return err
		}
		return insertSnapshot(ctx, tx, snap)
	})
	if err != nil {
		return fmt.Errorf("add snapshot of %s: %w", snap.Column, err)
	}
	return nil
}

func insertSnapshot(ctx context.Context, tx *sql.Tx, snap assay.Snapshot) error {
	key := columnKey(snap.Column)
	var newest, known int
	if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(version), 0), COALESCE(MAX(task_id = ?), 0) FROM snapshots WHERE column_key = ?`,
		snap.Task, key).Scan(&newest, &known); err != nil || known != 0 {
		return err
	}
	if snap.Version == 0 {
		snap.Version = newest + 1
	}
	if snap.Version <= newest {
		return fmt.Errorf("version %d is not above %d: %w", snap.Version, newest, assay.ErrConflict)
	}
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO snapshots (column_key, store, asset, field, version, task_id, words, sealed, taken) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		key, snap.Store, text(snap.Asset), text(snap.Field), snap.Version, snap.Task, snap.Words, snap.Sealed, millis(snap.Taken)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM snapshots WHERE column_key = ? AND version <= ?`, key, snap.Version-keptSnapshots)
	return err
}

// Snapshot implements assay.SnapshotStore.
func (s *Store) Snapshot(ctx context.Context, column assay.Column) (assay.Snapshot, error) {
	snap := assay.Snapshot{Column: column}
	var taken int64
	err := s.read.QueryRowContext(ctx, `SELECT version, task_id, words, sealed, taken FROM snapshots WHERE column_key = ? ORDER BY version DESC LIMIT 1`,
		columnKey(column)).Scan(&snap.Version, &snap.Task, &snap.Words, &snap.Sealed, &taken)
	if errors.Is(err, sql.ErrNoRows) {
		err = assay.ErrNotFound
	}
	if err != nil {
		return assay.Snapshot{}, fmt.Errorf("read snapshot of %s: %w", column, err)
	}
	snap.Taken = time.UnixMilli(taken).UTC()
	return snap, nil
}

// SnapshotRevision implements assay.SnapshotStore.
func (s *Store) SnapshotRevision(ctx context.Context) (revision int64, err error) {
	if err = s.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0) FROM snapshots`).Scan(&revision); err != nil {
		return 0, fmt.Errorf("read the revision of the snapshots: %w", err)
	}
	return revision, nil
}
