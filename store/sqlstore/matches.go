package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"example.com/assay"
)

// matches keeps the result's sealed matches. They take the place of all that
// were kept of their findings; those of other findings stay until they are
// purged.
func (c *commit) matches(ctx context.Context) error {
	if err := c.exec(ctx, `DELETE FROM matches WHERE asset_key = ? AND task_id = ?`, c.key, c.Task.ID); err != nil {
		return err
	}
	type group struct{ finding, hash string }
	var replaced []any
	ordinals := map[group]int{}
	rows := make([][]any, 0, len(c.Matches))
	for _, m := range c.Matches {
		g := group{m.Finding, m.Hash}
		if ordinals[g] == 0 && !slices.Contains(replaced, any(m.Finding)) {
			replaced = append(replaced, m.Finding)
		}
		ordinals[g]++
		rows = append(rows, []any{m.Finding, m.Hash, ordinals[g], c.key, text(m.Asset), string(c.Task.Asset.Kind), text(c.Task.Store),
			text(c.Task.Asset.Owner), text(m.Field), string(m.Element), m.Verifier, m.Score, m.Sealed, c.Task.ID, c.at})
	}
	for chunk := range slices.Chunk(replaced, rowsAtOnce) {
		marks := "?" + strings.Repeat(", ?", len(chunk)-1)
		if err := c.exec(ctx, `DELETE FROM matches WHERE finding_id IN (`+marks+`)`, chunk...); err != nil {
			return err
		}
	}
	const head = `INSERT INTO matches
		(finding_id, hash, ordinal, asset_key, asset, asset_kind, store, owner, field, element, verifier, score, sealed, task_id, at) VALUES `
	if err := c.insert(ctx, head, "", rows); err != nil {
		return fmt.Errorf("matches: %w", err)
	}
	return nil
}

// Matches implements assay.MatchStore.
func (s *Store) Matches(ctx context.Context, finding string) iter.Seq2[assay.SealedMatch, error] {
	const query = `SELECT finding_id, asset, field, element, verifier, hash, score, sealed, at
		FROM matches WHERE finding_id = ? ORDER BY score DESC, hash, ordinal`
	return func(yield func(assay.SealedMatch, error) bool) {
		err := s.each(ctx, "matches", query, []any{finding}, func(rows *sql.Rows) (bool, error) {
			var m assay.SealedMatch
			var at int64
			err := rows.Scan(&m.Finding, &m.Asset, &m.Field, &m.Element, &m.Verifier, &m.Hash, &m.Score, &m.Sealed, &at)
			m.At = time.UnixMilli(at).UTC()
			return err == nil && yield(m, nil), err
		})
		if err != nil {
			yield(assay.SealedMatch{}, err)
		}
	}
}

// PurgeMatches implements assay.MatchStore.
func (s *Store) PurgeMatches(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := s.purge(ctx, `SELECT finding_id, hash, ordinal FROM matches WHERE at < ? ORDER BY at LIMIT ?`,
		`DELETE FROM matches WHERE finding_id = ? AND hash = ? AND ordinal = ? AND at < ?`, before, limit)
	if err != nil {
		return 0, fmt.Errorf("purge matches: %w", err)
	}
	return n, nil
}

// purge deletes, by their keys and in one transaction, the rows that a query for
// a time and a limit selects. Deleting by key locks no other rows: no commit
// waits for it.
func (s *Store) purge(ctx context.Context, query, statement string, before time.Time, limit int) (deleted int, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		deleted = 0
		keys, err := keysOf(ctx, tx, query, before.UnixMilli(), limit)
		if err != nil {
			return err
		}
		for _, key := range keys {
			res, err := tx.ExecContext(ctx, statement, append(key, before.UnixMilli())...)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			deleted += int(n)
		}
		return nil
	})
	return deleted, err
}

// keysOf returns the rows of a query as arguments of another statement.
func keysOf(ctx context.Context, tx *sql.Tx, query string, args ...any) (keys [][]any, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		key := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range key {
			into[i] = &key[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}
