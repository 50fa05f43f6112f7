package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"example.com/assay"
)

const selectFinding = `SELECT finding_id, asset, field, element, confidence, matched, sampled, hits, free_text,
	verifier, hash, evidence, state, preview, owner, COALESCE(declared, '[]') FROM asset_elements`

// Findings implements assay.FindingReader.
func (s *Store) Findings(ctx context.Context, filter assay.FindingFilter) iter.Seq2[assay.Finding, error] {
	where, args := restrict(filter)
	query := selectFinding + where + ` ORDER BY asset, field, confidence DESC, element, state`
	return func(yield func(assay.Finding, error) bool) {
		err := s.each(ctx, "findings", query, args, func(rows *sql.Rows) (bool, error) {
			f, err := scanFinding(rows)
			return err == nil && yield(f, nil), err
		})
		if err != nil {
			yield(assay.Finding{}, err)
		}
	}
}

// restrict makes the WHERE clause of a filter.
func restrict(filter assay.FindingFilter) (where string, args []any) {
	var terms []string
	term := func(sql, arg string) {
		if arg != "" {
			terms, args = append(terms, sql), append(args, arg)
		}
	}
	if filter.Asset != "" {
		term(`asset_key = ?`, assetKey(filter.Asset))
	}
	term(`element = ?`, string(filter.Element))
	term(`state = ?`, string(filter.State))
	term(`task_id = ?`, filter.Task)
	term(`asset > ?`, string(filter.After))
	if !filter.Gone {
		terms = append(terms, `gone_task = ''`)
	}
	if len(terms) == 0 {
		return "", nil
	}
	return ` WHERE ` + strings.Join(terms, ` AND `), args
}

func scanFinding(rows *sql.Rows) (f assay.Finding, err error) {
	var evidence, declared []byte
	if err := rows.Scan(&f.ID, &f.Asset, &f.Field, &f.Element, &f.Confidence, &f.Matched, &f.Sampled, &f.Hits, &f.FreeText,
		&f.Verifier, &f.Hash, &evidence, &f.State, &f.Preview, &f.Owner, &declared); err != nil {
		return f, err
	}
	if err := json.Unmarshal(evidence, &f.Evidence); err != nil {
		return f, fmt.Errorf("evidence of finding %s: %w", f.ID, err)
	}
	if err := json.Unmarshal(declared, &f.Declared); err != nil {
		return f, fmt.Errorf("what is declared of finding %s: %w", f.ID, err)
	}
	return f, nil
}

// minPrefix is the least number of digits of a finding's id that a person has
// to type.
const minPrefix = 6

// Finding implements assay.FindingReader. A finding that is gone is found too.
func (s *Store) Finding(ctx context.Context, id string) (assay.Finding, error) {
	id = strings.ToLower(id)
	if len(id) < minPrefix || strings.Trim(id, "0123456789abcdef") != "" {
		return assay.Finding{}, fmt.Errorf("finding %q: %w (an id is hexadecimal, of which at least %d digits are needed)", id, assay.ErrNotFound, minPrefix)
	}
	var found []assay.Finding
	// Every digit sorts before "g", so that the range holds the ids that begin with id.
	err := s.each(ctx, "finding "+id, selectFinding+` WHERE finding_id >= ? AND finding_id < ? AND state = ? ORDER BY finding_id LIMIT 2`,
		[]any{id, id + "g", string(assay.StateActive)}, func(rows *sql.Rows) (bool, error) {
			f, err := scanFinding(rows)
			found = append(found, f)
			return true, err
		})
	switch {
	case err != nil:
		return assay.Finding{}, err
	case len(found) == 0:
		return assay.Finding{}, fmt.Errorf("finding %s: %w", id, assay.ErrNotFound)
	case len(found) > 1:
		return assay.Finding{}, fmt.Errorf("finding %s: %w: several begin with these digits (give more of them)", id, assay.ErrNotFound)
	}
	return found[0], nil
}

// Coverage implements assay.CoverageReader.
func (s *Store) Coverage(ctx context.Context, asset assay.AssetID) iter.Seq2[assay.Coverage, error] {
	query := `SELECT asset, field, status, reason, detail, sampled, empty_values, design, COALESCE(comment, '') FROM coverage`
	var args []any
	if asset != "" {
		query, args = query+` WHERE asset_key = ?`, []any{assetKey(asset)}
	}
	return func(yield func(assay.Coverage, error) bool) {
		err := s.each(ctx, "coverage", query+` ORDER BY asset, field`, args, func(rows *sql.Rows) (bool, error) {
			c, err := scanCoverage(rows)
			return err == nil && yield(c, nil), err
		})
		if err != nil {
			yield(assay.Coverage{}, err)
		}
	}
}

func scanCoverage(rows *sql.Rows) (c assay.Coverage, err error) {
	var design []byte
	if err := rows.Scan(&c.Asset, &c.Field, &c.Status, &c.Reason, &c.Detail, &c.Sampled, &c.Empty, &design, &c.Comment); err != nil {
		return c, err
	}
	if err := json.Unmarshal(design, &c.Design); err != nil {
		return c, fmt.Errorf("design of field %s: %w", c.Field, err)
	}
	return c, nil
}
