package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"example.com/assay"
)

// itemColumns are the columns of items, in the order of scanItem.
const itemColumns = `id, element, asset, field, store, language, origin, stratum, hash, flagged, score, probability, sealed, at`

// AddItems implements assay.ItemStore.
func (s *Store) AddItems(ctx context.Context, items ...assay.Item) (added int, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		added = 0
		for chunk := range slices.Chunk(items, rowsAtOnce) {
			n, err := s.addItems(ctx, tx, chunk)
			if err != nil {
				return err
			}
			added += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("keep items to label: %w", err)
	}
	return added, nil
}

func (s *Store) addItems(ctx context.Context, tx *sql.Tx, items []assay.Item) (int, error) {
	var ids []any
	for _, i := range items {
		if i.ID == "" || i.Element == "" || len(i.Sealed) == 0 {
			return 0, errors.New("an item needs an id, an element and sealed content")
		}
		ids = append(ids, i.ID)
	}
	known, err := keysOf(ctx, tx, `SELECT id FROM items WHERE id IN (?`+strings.Repeat(", ?", len(ids)-1)+`)`, ids...)
	if err != nil {
		return 0, err
	}
	seen := map[string]bool{}
	for _, k := range known {
		seen[asString(k[0])] = true
	}
	added := 0
	for _, i := range items {
		if seen[i.ID] {
			continue
		}
		seen[i.ID] = true
		if i.At.IsZero() {
			i.At = s.now()
		}
		// Another process may have kept the same value meanwhile: then it stays.
		_, err := tx.ExecContext(ctx, `INSERT INTO items (`+itemColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) `+
			s.dialect.Overwrite([]string{"id"}, []string{"id"}),
			i.ID, string(i.Element), text(i.Asset), text(i.Field), text(i.Store), i.Language, string(i.Origin), i.Stratum, i.Hash,
			i.Flagged, i.Score, i.Probability, i.Sealed, millis(i.At))
		if err != nil {
			return 0, err
		}
		added++
	}
	return added, nil
}

// asString is a text column as the drivers give it to an untyped variable.
func asString(v any) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(v)
}

// Items implements assay.ItemStore.
func (s *Store) Items(ctx context.Context, filter assay.ItemFilter) iter.Seq2[assay.Item, error] {
	query, args := `SELECT `+itemColumns+` FROM items WHERE 1 = 1`, []any(nil)
	restrict := func(column, value string) {
		if value != "" {
			query, args = query+` AND `+column+` = ?`, append(args, value)
		}
	}
	restrict("element", string(filter.Element))
	restrict("origin", string(filter.Origin))
	restrict("stratum", filter.Stratum)
	if filter.Unlabelled {
		query += ` AND NOT EXISTS (SELECT 1 FROM labels WHERE target = items.id`
		if filter.By != "" {
			query, args = query+` AND said_by = ?`, append(args, filter.By)
		}
		query += `)`
	}
	query += ` ORDER BY element, id`
	if filter.Limit > 0 {
		query, args = query+` LIMIT ?`, append(args, filter.Limit)
	}
	return func(yield func(assay.Item, error) bool) {
		err := s.each(ctx, "items to label", query, args, func(rows *sql.Rows) (bool, error) {
			item, err := scanItem(rows.Scan)
			return err == nil && yield(item, nil), err
		})
		if err != nil {
			yield(assay.Item{}, err)
		}
	}
}

func scanItem(scan func(...any) error) (i assay.Item, err error) {
	var at int64
	err = scan(&i.ID, &i.Element, &i.Asset, &i.Field, &i.Store, &i.Language, &i.Origin, &i.Stratum, &i.Hash,
		&i.Flagged, &i.Score, &i.Probability, &i.Sealed, &at)
	i.At = time.UnixMilli(at).UTC()
	return i, err
}

// Item implements assay.ItemStore.
func (s *Store) Item(ctx context.Context, id string) (assay.Item, error) {
	item, err := scanItem(s.read.QueryRowContext(ctx, `SELECT `+itemColumns+` FROM items WHERE id = ?`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = assay.ErrNotFound
	}
	if err != nil {
		return assay.Item{}, fmt.Errorf("item %s: %w", id, err)
	}
	return item, nil
}

// PurgeItems implements assay.ItemStore.
func (s *Store) PurgeItems(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := s.purge(ctx, `SELECT id FROM items WHERE at < ? ORDER BY at LIMIT ?`, `DELETE FROM items WHERE id = ? AND at < ?`, before, limit)
	if err != nil {
		return 0, fmt.Errorf("purge items to label: %w", err)
	}
	return n, nil
}

// itemKeyName names the only row of item_key.
const itemKeyName = "ids"

// ItemKey implements assay.ItemStore.
func (s *Store) ItemKey(ctx context.Context, fresh []byte) (key []byte, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO item_key (name, sealed) VALUES (?, ?) `+
			s.dialect.Overwrite([]string{"name"}, []string{"name"}), itemKeyName, fresh); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT sealed FROM item_key WHERE name = ?`, itemKeyName).Scan(&key)
	})
	if err != nil {
		return nil, fmt.Errorf("the key of the items' ids: %w", err)
	}
	return key, nil
}
