package sqlstore

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"example.com/assay"
)

// StoreCoverage implements assay.SummaryReader. The store of an asset is that of
// the task that spoke last of it.
func (s *Store) StoreCoverage(ctx context.Context) ([]assay.StoreCoverage, error) {
	const assets = `
		SELECT COALESCE(s.store, ''), COUNT(DISTINCT c.asset_key), MAX(c.at)
		FROM coverage c LEFT JOIN scans s ON s.task_id = c.task_id GROUP BY 1 ORDER BY 1`
	stores, at := []assay.StoreCoverage{}, map[string]int{}
	err := s.each(ctx, "assets of stores", assets, nil, func(rows *sql.Rows) (bool, error) {
		store, last := assay.StoreCoverage{Counts: []assay.CoverageCount{}}, int64(0)
		err := rows.Scan(&store.Store, &store.Assets, &last)
		store.Last = time.UnixMilli(last).UTC()
		at[store.Store] = len(stores)
		stores = append(stores, store)
		return true, err
	})
	if err != nil {
		return nil, err
	}
	now := s.now()
	const counts = `
		SELECT COALESCE(s.store, ''), c.status, c.reason,
			CASE WHEN c.at >= ? THEN 0 WHEN c.at >= ? THEN 1 WHEN c.at >= ? THEN 2 ELSE 3 END,
			SUM(c.field <> ''), SUM(c.field = '')
		FROM coverage c LEFT JOIN scans s ON s.task_id = c.task_id GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`
	day := func(n int) int64 { return now.Add(-time.Duration(n) * 24 * time.Hour).UnixMilli() }
	err = s.each(ctx, "coverage of stores", counts, []any{day(1), day(7), day(30)}, func(rows *sql.Rows) (bool, error) {
		var store string
		var c assay.CoverageCount
		err := rows.Scan(&store, &c.Status, &c.Reason, &c.Age, &c.Fields, &c.Whole)
		if i, ok := at[store]; ok { // a store that came between the two queries waits for the next look
			stores[i].Counts = append(stores[i].Counts, c)
		}
		return true, err
	})
	return stores, err
}

// there is what a finding that counts satisfies.
const there = `e.state = 'active' AND e.gone_task = ''`

// ElementCounts implements assay.SummaryReader.
func (s *Store) ElementCounts(ctx context.Context) ([]assay.ElementCount, error) {
	const query = `
		SELECT e.element, COALESCE(s.store, ''), COUNT(DISTINCT e.asset_key), COUNT(*), MAX(e.confidence)
		FROM asset_elements e LEFT JOIN scans s ON s.task_id = e.task_id WHERE ` + there + ` GROUP BY 1, 2 ORDER BY 1, 2`
	out := []assay.ElementCount{}
	err := s.each(ctx, "counts of elements", query, nil, func(rows *sql.Rows) (bool, error) {
		var c assay.ElementCount
		err := rows.Scan(&c.Element, &c.Store, &c.Assets, &c.Fields, &c.Confidence)
		out = append(out, c)
		return true, err
	})
	return out, err
}

// defaultAssets is how many assets AssetSummaries returns when not told.
const defaultAssets = 100

// AssetSummaries implements assay.SummaryReader.
func (s *Store) AssetSummaries(ctx context.Context, filter assay.AssetFilter) ([]assay.AssetSummary, error) {
	where, having, args := restrictAssets(filter)
	if filter.Limit <= 0 {
		filter.Limit = defaultAssets
	}
	query := `
		SELECT MIN(c.asset) AS name, MIN(COALESCE(s.store, '')), SUM(c.status = 'scanned'), SUM(c.status = 'partial'),
			SUM(c.status = 'not_examined'), MAX(c.at),
			(SELECT COUNT(*) FROM asset_elements e WHERE e.asset_key = c.asset_key AND ` + there + `)
		FROM coverage c LEFT JOIN scans s ON s.task_id = c.task_id` + where + `
		GROUP BY c.asset_key` + having + ` ORDER BY name LIMIT ?`
	out := []assay.AssetSummary{}
	err := s.each(ctx, "assets", query, append(args, filter.Limit), func(rows *sql.Rows) (bool, error) {
		var a assay.AssetSummary
		var at int64
		err := rows.Scan(&a.Asset, &a.Store, &a.Scanned, &a.Partial, &a.NotExamined, &at, &a.Findings)
		a.At = time.UnixMilli(at).UTC()
		out = append(out, a)
		return true, err
	})
	return out, err
}

// restrictAssets makes the WHERE and HAVING clauses of a filter.
func restrictAssets(filter assay.AssetFilter) (where, having string, args []any) {
	var terms []string
	term := func(wanted bool, sql string, arg ...any) {
		if wanted {
			terms, args = append(terms, sql), append(args, arg...)
		}
	}
	const found = `EXISTS (SELECT 1 FROM asset_elements e WHERE e.asset_key = c.asset_key AND ` + there
	term(filter.Store != "", `s.store = ?`, filter.Store)
	term(filter.After != "", `c.asset > ?`, string(filter.After))
	term(filter.Found, found+`)`)
	term(filter.Element != "", found+` AND e.element = ?)`, string(filter.Element))
	if len(terms) > 0 {
		where = ` WHERE ` + strings.Join(terms, ` AND `)
	}
	if filter.Gaps {
		having = ` HAVING SUM(c.status <> 'scanned') > 0`
	}
	return where, having, args
}
