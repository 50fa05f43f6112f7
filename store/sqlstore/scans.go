package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"example.com/assay"
)

// scan keeps the row of the task itself: what it covered and what that proves.
func (c *commit) scan(ctx context.Context) error {
	t := tally(c.Coverage)
	reasons, err := json.Marshal(t.reasons)
	if err != nil {
		return fmt.Errorf("reasons: %w", err)
	}
	declared, err := json.Marshal(c.Task.Asset.Declared)
	if err != nil {
		return fmt.Errorf("declared classification: %w", err)
	}
	findings := 0
	for _, f := range c.Findings {
		if f.State != assay.StateShadow {
			findings++
		}
	}
	return c.exec(ctx, `
		REPLACE INTO scans (task_id, kind, store, asset_key, asset, asset_kind, owner, declared, started, finished, bytes_read,
			fields, scanned, partial, not_examined, reasons, sampled, proves, findings)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		c.Task.ID, c.Task.Kind, text(c.Task.Store), c.key, text(c.Task.Asset.ID), string(c.Task.Asset.Kind), text(c.Task.Asset.Owner), string(declared),
		millis(c.Started), c.at, c.Bytes,
		t.fields, t.status[assay.StatusScanned], t.status[assay.StatusPartial], t.status[assay.StatusNotExamined], string(reasons), t.sampled, t.proves, findings)
}

// tallied is the coverage of one task in numbers.
type tallied struct {
	fields  int // without the word on the asset as a whole
	status  map[assay.Status]int
	reasons map[assay.Reason]int // why something was not, or not fully, examined
	sampled int64                // values
	proves  sql.NullFloat64      // the weakest statement of all fields; NULL where one proves nothing
}

func tally(coverage []assay.Coverage) tallied {
	t := tallied{status: map[assay.Status]int{}, reasons: map[assay.Reason]int{}}
	for i, c := range coverage {
		t.status[c.Status]++
		if c.Reason != "" {
			t.reasons[c.Reason]++
		}
		if c.Field != "" {
			t.fields++
			t.sampled += int64(c.Sampled)
		}
		p := proves(c.Design)
		if c.Status == assay.StatusNotExamined {
			p.Valid = false
		}
		if i == 0 || !p.Valid || t.proves.Valid && p.Float64 > t.proves.Float64 {
			t.proves = p
		}
	}
	return t
}

// proves is Design.Bound as a column.
func proves(d assay.Design) sql.NullFloat64 {
	p, ok := d.Bound()
	return sql.NullFloat64{Float64: p, Valid: ok}
}

// PurgeScans implements assay.ScanHistory.
func (s *Store) PurgeScans(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := s.purge(ctx, `SELECT task_id FROM scans s WHERE finished < ?
			AND EXISTS (SELECT 1 FROM scans n WHERE n.asset_key = s.asset_key AND n.kind = s.kind AND n.finished > s.finished)
			AND NOT EXISTS (SELECT 1 FROM coverage c WHERE c.asset_key = s.asset_key AND c.task_id = s.task_id)
			AND NOT EXISTS (SELECT 1 FROM asset_elements e WHERE e.task_id = s.task_id)
			ORDER BY finished LIMIT ?`,
		`DELETE FROM scans WHERE task_id = ? AND finished < ?`, before, limit)
	if err != nil {
		return 0, fmt.Errorf("purge scans: %w", err)
	}
	return n, nil
}

var _ assay.DeclarationReader = (*Store)(nil)

// Declarations implements assay.DeclarationReader.
func (s *Store) Declarations(ctx context.Context, asset assay.AssetID) iter.Seq2[assay.Asset, error] {
	where, args := ``, []any(nil)
	if asset != "" {
		where, args = ` WHERE asset_key = ?`, []any{assetKey(asset)}
	}
	query := `SELECT s.asset, s.asset_kind, COALESCE(s.owner, ''), COALESCE(s.declared, 'null') FROM scans s
		JOIN (SELECT asset_key, MAX(finished) AS latest FROM scans` + where + ` GROUP BY asset_key) l
		ON l.asset_key = s.asset_key AND l.latest = s.finished ORDER BY s.asset, s.task_id`
	return func(yield func(assay.Asset, error) bool) {
		last := assay.AssetID("")
		err := s.each(ctx, "declarations", query, args, func(rows *sql.Rows) (bool, error) {
			var a assay.Asset
			var declared []byte
			if err := rows.Scan(&a.ID, &a.Kind, &a.Owner, &declared); err != nil {
				return false, err
			}
			if a.ID == last { // two scans that ended in the same millisecond
				return true, nil
			}
			last = a.ID
			err := json.Unmarshal(declared, &a.Declared)
			return err == nil && yield(a, nil), err
		})
		if err != nil {
			yield(assay.Asset{}, err)
		}
	}
}
