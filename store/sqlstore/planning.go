package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/assay"
)

// planRows is how many assets one statement of a plan concerns: enough that the
// round trips do not count, few enough for the limit on a statement's arguments.
const planRows = 500

const planColumns = `store, asset, listed, changed, sent, turn, due, cycle`

// The columns of a plan: the key, and those that are overwritten.
var (
	planKey  = []string{"asset_key"}
	planEver = []string{"store", "asset", "listed", "changed", "sent", "turn", "due", "cycle", "mix"}
)

// mixes is in how many parts the tasks of a turn are sent: one store's assets are
// in all of them.
const mixes = 64

// Cycle implements assay.PlanStore.
func (s *Store) Cycle(ctx context.Context) (c assay.Cycle, err error) {
	found := false
	err = s.each(ctx, "the latest cycle", `SELECT begun, name, listed, done FROM planning_cycles ORDER BY begun DESC LIMIT 1`, nil,
		func(rows *sql.Rows) (bool, error) {
			var begun, listed, done int64
			err := rows.Scan(&begun, &c.Name, &listed, &done)
			c.Begun, c.Listed, c.Done, found = moment(begun), moment(listed), moment(done), true
			return true, err
		})
	if err == nil && !found {
		err = fmt.Errorf("read the latest cycle: %w", assay.ErrNotFound)
	}
	return c, err
}

// KeepCycle implements assay.PlanStore.
func (s *Store) KeepCycle(ctx context.Context, c assay.Cycle) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `REPLACE INTO planning_cycles (begun, name, listed, done) VALUES (?, ?, ?, ?)`,
			millis(c.Begun), c.Name, millis(c.Listed), millis(c.Done))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep cycle %s: %w", c.Name, err)
	}
	return nil
}

// Keep implements assay.PlanStore: all of the assets, or none.
func (s *Store) Keep(ctx context.Context, assets ...assay.Planned) error {
	rows := make([]any, 0, len(assets))
	for _, p := range assets {
		row, err := planRow(p)
		if err != nil {
			return fmt.Errorf("keep the plan of %q: %w", p.Asset.ID, err)
		}
		rows = append(rows, row...)
	}
	head := `INSERT INTO planned_assets (` + strings.Join(slices.Concat(planKey, planEver), ", ") + `) VALUES `
	tail := " " + s.dialect.Overwrite(planKey, planEver)
	width := len(planKey) + len(planEver)
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		for chunk := range slices.Chunk(rows, planRows*width) {
			query := head + list("("+list("?", width)+")", len(chunk)/width) + tail
			if _, err := tx.ExecContext(ctx, query, chunk...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep the plans of %d assets: %w", len(assets), err)
	}
	return nil
}

// planRow is one asset's row.
func planRow(p assay.Planned) ([]any, error) {
	if !utf8.ValidString(string(p.Asset.ID)) { // its JSON would be that of another asset
		return nil, errors.New("its id is no UTF-8")
	}
	body, err := json.Marshal(p.Asset)
	if err != nil {
		return nil, err
	}
	key := assetKey(p.Asset.ID)
	mix, err := strconv.ParseUint(key[:4], 16, 16)
	return []any{key, p.Store, string(body), millis(p.Listed), millis(p.Changed), millis(p.Sent),
		int(p.Turn), millis(p.Due), millis(p.Cycle), mix % mixes}, err
}

// Next implements assay.PlanStore.
func (s *Store) Next(ctx context.Context, cycle assay.Cycle, n int) (out []assay.Planned, err error) {
	err = s.each(ctx, "what is next in cycle "+cycle.Name,
		`SELECT `+planColumns+` FROM planned_assets WHERE cycle = ? ORDER BY turn, due, mix, seq LIMIT ?`, []any{millis(cycle.Begun), n},
		func(rows *sql.Rows) (bool, error) {
			p, err := scanPlanned(rows)
			out = append(out, p)
			return true, err
		})
	return out, err
}

// Sent implements assay.PlanStore.
func (s *Store) Sent(ctx context.Context, at time.Time, assets ...assay.AssetID) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		for keys := range slices.Chunk(assetKeys(assets), planRows) {
			query := `UPDATE planned_assets SET cycle = 0, sent = ? WHERE asset_key IN (` + list("?", len(keys)) + `)`
			if _, err := tx.ExecContext(ctx, query, slices.Concat([]any{millis(at)}, keys)...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("note that %d tasks were sent: %w", len(assets), err)
	}
	return nil
}

// Assets implements assay.PlanReader. It reads page by page, so that no
// connection is kept while the consumer works.
func (s *Store) Assets(ctx context.Context, store string, since time.Time) iter.Seq2[assay.Planned, error] {
	const query = `SELECT ` + planColumns + `, seq FROM planned_assets
		WHERE store = ? AND seq > ? AND listed >= ? ORDER BY seq LIMIT ?`
	return func(yield func(assay.Planned, error) bool) {
		for last, n := int64(0), planRows; n == planRows; {
			page := make([]assay.Planned, 0, planRows)
			err := s.each(ctx, "the planned assets of store "+store, query, []any{store, last, millis(since), planRows},
				func(rows *sql.Rows) (bool, error) {
					p, err := scanPlanned(rows, &last)
					page = append(page, p)
					return true, err
				})
			if err != nil {
				yield(assay.Planned{}, err)
				return
			}
			for _, p := range page {
				if !yield(p, nil) {
					return
				}
			}
			n = len(page)
		}
	}
}

// scanPlanned reads the columns of planColumns, and more behind them.
func scanPlanned(rows *sql.Rows, more ...any) (p assay.Planned, err error) {
	var body []byte
	var listed, changed, sent, due, cycle int64
	if err := rows.Scan(append([]any{&p.Store, &body, &listed, &changed, &sent, &p.Turn, &due, &cycle}, more...)...); err != nil {
		return p, err
	}
	p.Listed, p.Changed, p.Sent, p.Due, p.Cycle = moment(listed), moment(changed), moment(sent), moment(due), moment(cycle)
	return p, json.Unmarshal(body, &p.Asset)
}

func assetKeys(assets []assay.AssetID) []any {
	keys := make([]any, len(assets))
	for i, id := range assets {
		keys[i] = assetKey(id)
	}
	return keys
}

// list repeats an item n times, with commas.
func list(item string, n int) string {
	return strings.TrimSuffix(strings.Repeat(item+", ", n), ", ")
}
