package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/assay"
)

// Commit implements assay.ResultWriter.
//
// A finding is marked gone when the result read its field to the end of the
// plan, with a verifier set that had its element, and did not see it. A field
// that the result does not name any more is gone with its coverage, unless the
// asset as a whole was not examined.
func (s *Store) Commit(ctx context.Context, result assay.Result) error {
	if result.Task.ID == "" || result.Task.Asset.ID == "" {
		return errors.New("commit result: it has no task or asset id")
	}
	err := s.together(ctx, func(ctx context.Context, tx *sql.Tx) error {
		c := commit{tx: tx, dialect: s.dialect, statements: s.statements, Result: result, key: assetKey(result.Task.Asset.ID), at: millis(result.Finished), now: millis(s.now())}
		for _, step := range []func(context.Context) error{c.lock, c.remember, c.undo, c.scan, c.findings, c.coverage, c.markGone, c.matches, c.events} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("commit result of %s: %w", result.Task.Asset.ID, err)
	}
	return nil
}

// Committed implements assay.CommitReader.
func (s *Store) Committed(ctx context.Context, task string) (done bool, err error) {
	err = s.each(ctx, "whether task "+task+" is done", `SELECT 1 FROM scans WHERE task_id = ?`, []any{task},
		func(*sql.Rows) (bool, error) { done = true; return false, nil })
	return done, err
}

// commit is one result on its way into the tables.
type commit struct {
	tx         *sql.Tx
	dialect    Dialect
	statements *statements
	assay.Result
	key     string
	at, now int64 // when the scan ended, and the present
	before  known
}

// lock lets no other commit of the asset run at the same time. It takes one of
// 4096 locks, by the key's first digits.
func (c *commit) lock(ctx context.Context) error {
	return c.dialect.lock(ctx, c.tx, "asset "+c.key[:3])
}

// undo takes back what an earlier commit of the same task brought.
func (c *commit) undo(ctx context.Context) error {
	id := c.Task.ID
	return errors.Join(
		c.exec(ctx, `DELETE FROM asset_elements WHERE asset_key = ? AND first_task = ? AND task_id = ?`, c.key, id, id),
		c.exec(ctx, `UPDATE asset_elements SET gone = 0, gone_task = '' WHERE asset_key = ? AND gone_task = ?`, c.key, id),
		c.exec(ctx, `DELETE FROM coverage WHERE asset_key = ? AND task_id = ?`, c.key, id),
	)
}

// The columns of a finding: those that stay as they were first written, and
// those that every commit overwrites.
var (
	findingKey  = []string{"finding_id", "state"}
	findingOnce = []string{"asset_key", "asset", "field", "element", "first_task", "first_seen"}
	findingEver = []string{"confidence", "matched", "sampled", "hits", "free_text", "verifier", "hash", "evidence", "preview", "owner", "declared",
		"task_id", "last_seen", "gone_task", "gone"}
)

func (c *commit) findings(ctx context.Context) error {
	rows := make([][]any, 0, len(c.Findings))
	for _, f := range c.Findings {
		evidence, err := json.Marshal(slices.Concat([]assay.Evidence{}, f.Evidence))
		if err != nil {
			return fmt.Errorf("evidence of finding %s: %w", f.ID, err)
		}
		declared, err := json.Marshal(slices.Concat([]assay.Element{}, f.Declared))
		if err != nil {
			return fmt.Errorf("what is declared of finding %s: %w", f.ID, err)
		}
		rows = append(rows, []any{f.ID, string(f.State),
			c.key, text(f.Asset), text(f.Field), string(f.Element), c.Task.ID, c.at,
			f.Confidence, f.Matched, f.Sampled, f.Hits, f.FreeText, f.Verifier, f.Hash, string(evidence), text(f.Preview), text(f.Owner), string(declared),
			c.Task.ID, c.at, "", 0})
	}
	head := `INSERT INTO asset_elements (` + strings.Join(slices.Concat(findingKey, findingOnce, findingEver), ", ") + `) VALUES `
	if err := c.insert(ctx, head, " "+c.dialect.Overwrite(findingKey, findingEver), rows); err != nil {
		return fmt.Errorf("findings: %w", err)
	}
	return nil
}

func (c *commit) coverage(ctx context.Context) error {
	if c.whole() {
		if err := c.exec(ctx, `DELETE FROM coverage WHERE asset_key = ?`, c.key); err != nil {
			return err
		}
	}
	rows := make([][]any, 0, len(c.Coverage))
	for _, cov := range c.Coverage {
		design, err := json.Marshal(cov.Design)
		if err != nil {
			return fmt.Errorf("design of field %s: %w", cov.Field, err)
		}
		rows = append(rows, []any{assay.FindingID(cov.Asset, cov.Field, ""), c.key, text(cov.Asset), text(cov.Field), string(cov.Status),
			string(cov.Reason), text(cov.Detail), cov.Sampled, cov.Empty, string(design), proves(cov.Design), text(cov.Comment), c.Task.ID, c.at})
	}
	const head = `REPLACE INTO coverage
		(coverage_id, asset_key, asset, field, status, reason, detail, sampled, empty_values, design, proves, comment, task_id, at) VALUES `
	if err := c.insert(ctx, head, "", rows); err != nil {
		return fmt.Errorf("coverage: %w", err)
	}
	return nil
}

// rowsAtOnce is how many rows one statement inserts: each costs a round trip.
const rowsAtOnce = 100

// insert adds rows, all of one length, between the head and the tail of a statement.
func (c *commit) insert(ctx context.Context, head, tail string, rows [][]any) error {
	for chunk := range slices.Chunk(rows, rowsAtOnce) {
		row := "(" + strings.Repeat("?, ", len(chunk[0])-1) + "?)"
		values := row + strings.Repeat(", "+row, len(chunk)-1)
		if err := c.exec(ctx, head+values+tail, slices.Concat(chunk...)...); err != nil {
			return err
		}
	}
	return nil
}

// whole reports whether the result speaks for the asset as a whole: what it
// does not name is no longer there.
func (c *commit) whole() bool {
	examined := false
	for _, cov := range c.Coverage {
		if cov.Field == "" && cov.Status != assay.StatusScanned {
			return false
		}
		examined = examined || cov.Status == assay.StatusScanned
	}
	return examined
}

// markGone marks the asset's findings that this result covers and has not.
func (c *commit) markGone(ctx context.Context) error {
	statuses := make(map[string]assay.Status, len(c.Coverage))
	for _, cov := range c.Coverage {
		statuses[cov.Field] = cov.Status
	}
	stale, err := c.stale(ctx)
	if err != nil {
		return err
	}
	whole := c.whole()
	for _, f := range stale {
		status, named := statuses[f.Field]
		covered := status == assay.StatusScanned || whole && !named
		asked := len(c.Task.Plan.Elements) == 0 || slices.Contains(c.Task.Plan.Elements, f.Element)
		if !covered || !asked {
			continue
		}
		if err := c.exec(ctx, `UPDATE asset_elements SET gone = ?, gone_task = ? WHERE finding_id = ? AND state = ?`,
			c.at, c.Task.ID, f.ID, string(f.State)); err != nil {
			return err
		}
	}
	return nil
}

// stale returns the asset's findings that this result does not have.
func (c *commit) stale(ctx context.Context) (out []assay.Finding, err error) {
	type key struct {
		id    string
		state assay.State
	}
	kept := make(map[key]bool, len(c.Findings))
	for _, f := range c.Findings {
		kept[key{f.ID, f.State}] = true
	}
	rows, err := c.query(ctx, `
		SELECT finding_id, state, field, element FROM asset_elements WHERE asset_key = ? AND gone_task = ''`, c.key)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var f assay.Finding
		if err := rows.Scan(&f.ID, &f.State, &f.Field, &f.Element); err != nil {
			return nil, err
		}
		if !kept[key{f.ID, f.State}] {
			out = append(out, f)
		}
	}
	return out, rows.Err()
}
