package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"example.com/assay"
)

// Known implements assay.PlanReader.
func (s *Store) Known(ctx context.Context, assets ...assay.AssetID) ([]assay.Remembered, error) {
	out := make([]assay.Remembered, 0, len(assets))
	for chunk := range slices.Chunk(assets, planRows) {
		k := knowledge{store: s, keys: assetKeys(chunk), of: make(map[string]*assay.Remembered, len(chunk))}
		for _, key := range k.keys {
			k.of[key.(string)] = &assay.Remembered{}
		}
		for _, read := range []func(context.Context) error{k.plans, k.scans, k.gaps, k.findings} {
			if err := read(ctx); err != nil {
				return nil, err
			}
		}
		for _, key := range k.keys {
			out = append(out, *k.of[key.(string)])
		}
	}
	return out, nil
}

// knowledge collects what several tables say of some assets.
type knowledge struct {
	store *Store
	keys  []any
	of    map[string]*assay.Remembered
}

// each runs a query whose first column is the asset's key, for all keys.
func (k *knowledge) each(ctx context.Context, what, query, tail string, f func(*sql.Rows) error) error {
	return k.store.each(ctx, what, query+` WHERE asset_key IN (`+list("?", len(k.keys))+`)`+tail, k.keys,
		func(rows *sql.Rows) (bool, error) { return true, f(rows) })
}

func (k *knowledge) plans(ctx context.Context) error {
	return k.each(ctx, "plans", `SELECT `+planColumns+`, asset_key FROM planned_assets`, "", func(rows *sql.Rows) error {
		var key string
		p, err := scanPlanned(rows, &key)
		if err == nil {
			k.of[key].Planned = p
		}
		return err
	})
}

func (k *knowledge) scans(ctx context.Context) error {
	const tail = ` AND kind = '` + assay.TaskScan + `' GROUP BY asset_key`
	return k.each(ctx, "latest scans", `SELECT asset_key, MAX(finished) FROM scans`, tail, func(rows *sql.Rows) error {
		var key string
		var finished int64
		err := rows.Scan(&key, &finished)
		if err == nil {
			k.of[key].Scanned = moment(finished)
		}
		return err
	})
}

func (k *knowledge) gaps(ctx context.Context) error {
	const tail = ` AND field = '' AND status = '` + string(assay.StatusNotExamined) + `'`
	return k.mark(ctx, "gaps", `SELECT asset_key FROM coverage`, tail, func(r *assay.Remembered) { r.Gap = true })
}

func (k *knowledge) findings(ctx context.Context) error {
	const tail = ` AND state = '` + string(assay.StateActive) + `' GROUP BY asset_key`
	return k.mark(ctx, "assets with findings", `SELECT asset_key FROM asset_elements`, tail, func(r *assay.Remembered) { r.Positive = true })
}

// mark notes something of every asset that a query has.
func (k *knowledge) mark(ctx context.Context, what, query, tail string, note func(*assay.Remembered)) error {
	return k.each(ctx, what, query, tail, func(rows *sql.Rows) error {
		var key string
		err := rows.Scan(&key)
		if err == nil {
			note(k.of[key])
		}
		return err
	})
}

// ListedStore implements assay.StoreRegister.
func (s *Store) ListedStore(ctx context.Context, name string) (l assay.ListedStore, err error) {
	err = s.each(ctx, "store "+name, `SELECT store, listed, version FROM planned_stores WHERE name = ?`, []any{name},
		func(rows *sql.Rows) (bool, error) {
			var body []byte
			var listed int64
			if err := rows.Scan(&body, &listed, &l.Version); err != nil {
				return false, err
			}
			l.Listed = moment(listed)
			return true, json.Unmarshal(body, &l.Store)
		})
	return l, err
}

// KeepListedStore implements assay.StoreRegister.
func (s *Store) KeepListedStore(ctx context.Context, l assay.ListedStore) error {
	body, err := json.Marshal(l.Store)
	if err == nil {
		err = s.inTx(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `REPLACE INTO planned_stores (name, store, listed, version) VALUES (?, ?, ?, ?)`,
				l.Store.Name, string(body), millis(l.Listed), l.Version)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("keep the listing of store %s: %w", l.Store.Name, err)
	}
	return nil
}

// DropUnlisted implements assay.StoreRegister.
func (s *Store) DropUnlisted(ctx context.Context, before time.Time) (n int, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM planned_assets WHERE listed < ?`, millis(before))
		if err != nil {
			return err
		}
		dropped, err := res.RowsAffected()
		n = int(dropped)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget assets that are no longer listed: %w", err)
	}
	return n, nil
}
