package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// sealedTable is a table with sealed content and the column that its rows are
// visited by, in order.
type sealedTable struct{ name, key string }

// sealedTables lists all that a change of the key concerns.
var sealedTables = []sealedTable{{"matches", "finding_id"}, {"items", "id"}, {"item_key", "name"}, {"snapshots", "column_key"}}

// Reseal hands all sealed content to a function and keeps what that returns in
// its place; nil leaves it as it is. It returns how much there is and how much
// was replaced. Content that is committed meanwhile is visited or sealed with
// the newest key.
func (s *Store) Reseal(ctx context.Context, replace func(context.Context, []byte) ([]byte, error)) (all, replaced int, err error) {
	for _, t := range sealedTables {
		n, r, err := s.resealTable(ctx, t, replace)
		all, replaced = all+n, replaced+r
		if err != nil {
			return all, replaced, fmt.Errorf("reseal %s: %w", t.name, err)
		}
	}
	return all, replaced, nil
}

// resealTable goes through a table key by key, so that no transaction is long
// and none holds a lock while a key service is asked.
func (s *Store) resealTable(ctx context.Context, t sealedTable, replace func(context.Context, []byte) ([]byte, error)) (all, replaced int, err error) {
	for last := ""; ; {
		var key string
		err := s.read.QueryRowContext(ctx, `SELECT `+t.key+` FROM `+t.name+` WHERE `+t.key+` > ? ORDER BY `+t.key+` LIMIT 1`, last).Scan(&key)
		if errors.Is(err, sql.ErrNoRows) {
			return all, replaced, nil
		}
		if err != nil {
			return all, replaced, err
		}
		n, r, err := s.resealRows(ctx, t, key, replace)
		all, replaced = all+n, replaced+r
		if err != nil {
			return all, replaced, err
		}
		last = key
	}
}

// resealRows visits the rows with one key.
func (s *Store) resealRows(ctx context.Context, t sealedTable, key string, replace func(context.Context, []byte) ([]byte, error)) (all, replaced int, err error) {
	sealed, err := s.sealedOf(ctx, t, key)
	if err != nil {
		return 0, 0, err
	}
	for _, old := range sealed {
		fresh, err := replace(ctx, old)
		if err != nil {
			return len(sealed), replaced, err
		}
		if fresh == nil {
			continue
		}
		if _, err := s.write.ExecContext(ctx, `UPDATE `+t.name+` SET sealed = ? WHERE `+t.key+` = ? AND sealed = ?`, fresh, key, old); err != nil {
			return len(sealed), replaced, err
		}
		replaced++
	}
	return len(sealed), replaced, nil
}

// sealedOf returns the sealed content of the rows with a key.
func (s *Store) sealedOf(ctx context.Context, t sealedTable, key string) (out [][]byte, err error) {
	err = s.each(ctx, t.name, `SELECT sealed FROM `+t.name+` WHERE `+t.key+` = ?`, []any{key}, func(rows *sql.Rows) (bool, error) {
		var sealed []byte
		err := rows.Scan(&sealed)
		out = append(out, sealed)
		return true, err
	})
	return out, err
}
