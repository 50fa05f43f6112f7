package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"example.com/assay"
)

// StoreCoverage implements assay.SummaryReader. The store of an asset is that of
// the task that spoke last of it. Fields are counted by their task first: then
// there is little left to join and to sort.
func (s *Store) StoreCoverage(ctx context.Context) ([]assay.StoreCoverage, error) {
	const query = `
		SELECT COALESCE(s.store, ''), c.asset_key, c.status, c.reason, c.age, c.fields, c.whole, c.last
		FROM (
			SELECT task_id, asset_key, status, reason, CASE WHEN at >= ? THEN 0 WHEN at >= ? THEN 1 WHEN at >= ? THEN 2 ELSE 3 END AS age,
				SUM(field <> '') AS fields, SUM(field = '') AS whole, MAX(at) AS last
			FROM coverage GROUP BY task_id, asset_key, status, reason, age
		) c LEFT JOIN scans s ON s.task_id = c.task_id
		ORDER BY 1, 2`
	now := s.now()
	day := func(n int) int64 { return now.Add(-time.Duration(n) * 24 * time.Hour).UnixMilli() }
	var sum storeSum
	err := s.each(ctx, "coverage of stores", query, []any{day(1), day(7), day(30)}, func(rows *sql.Rows) (bool, error) {
		var store, key string
		var c assay.CoverageCount
		var last int64
		err := rows.Scan(&store, &key, &c.Status, &c.Reason, &c.Age, &c.Fields, &c.Whole, &last)
		sum.add(store, key, c, time.UnixMilli(last).UTC())
		return true, err
	})
	return sum.stores(), err
}

// storeSum adds up counts that come by store and asset.
type storeSum struct {
	all   []assay.StoreCoverage
	asset string // the last one
}

func (s *storeSum) add(store, asset string, c assay.CoverageCount, last time.Time) {
	n := len(s.all)
	if n == 0 || s.all[n-1].Store != store {
		s.all = append(s.all, assay.StoreCoverage{Store: store})
		s.asset = ""
		n++
	}
	to := &s.all[n-1]
	if asset != s.asset {
		s.asset = asset
		to.Assets++
	}
	if last.After(to.Last) {
		to.Last = last
	}
	i := slices.IndexFunc(to.Counts, func(o assay.CoverageCount) bool {
		return o.Status == c.Status && o.Reason == c.Reason && o.Age == c.Age
	})
	if i < 0 {
		to.Counts = append(to.Counts, c)
		return
	}
	to.Counts[i].Fields += c.Fields
	to.Counts[i].Whole += c.Whole
}

// stores returns the sums in their order.
func (s *storeSum) stores() []assay.StoreCoverage {
	for _, store := range s.all {
		slices.SortFunc(store.Counts, func(a, b assay.CoverageCount) int {
			return cmp.Or(cmp.Compare(a.Status, b.Status), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Age, b.Age))
		})
	}
	return append([]assay.StoreCoverage{}, s.all...)
}

// there is what a finding that counts satisfies: somebody has not called it wrong.
const there = `e.state = 'active' AND e.gone_task = ''
	AND NOT EXISTS (SELECT 1 FROM triage t WHERE t.finding_id = e.finding_id AND t.status = '` + string(assay.TriageFalsePositive) + `')`

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

// AssetSummaries implements assay.SummaryReader. Which assets are asked for is
// found out first, from findings or gaps where the filter allows, which are fewer
// than fields.
func (s *Store) AssetSummaries(ctx context.Context, filter assay.AssetFilter) ([]assay.AssetSummary, error) {
	from, where, args := restrictAssets(filter)
	if filter.Limit <= 0 {
		filter.Limit = defaultAssets
	}
	query := `
		SELECT p.name, MIN(COALESCE(s.store, '')), SUM(c.status = 'scanned'), SUM(c.status = 'partial'),
			SUM(c.status = 'not_examined'), MAX(c.at),
			(SELECT COUNT(*) FROM asset_elements e WHERE e.asset_key = p.asset_key AND ` + there + `)
		FROM (SELECT c.asset_key, MIN(c.asset) AS name FROM ` + from + ` c` + where + ` GROUP BY c.asset_key ORDER BY name LIMIT ?) p
		JOIN coverage c ON c.asset_key = p.asset_key LEFT JOIN scans s ON s.task_id = c.task_id
		GROUP BY p.asset_key, p.name ORDER BY p.name`
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

// restrictAssets says in which table the assets of a filter are looked for, and
// makes the WHERE clause.
func restrictAssets(filter assay.AssetFilter) (from, where string, args []any) {
	var terms []string
	term := func(wanted bool, sql string, arg ...any) {
		if wanted {
			terms, args = append(terms, sql), append(args, arg...)
		}
	}
	const gap = `status IN ('partial', 'not_examined')`
	from = "coverage"
	if found := filter.Found || filter.Element != ""; found {
		from = "asset_elements"
		term(true, strings.ReplaceAll(there, "e.", "c."))
		term(filter.Element != "", `c.element = ?`, string(filter.Element))
		term(filter.Gaps, `EXISTS (SELECT 1 FROM coverage g WHERE g.asset_key = c.asset_key AND g.`+gap+`)`)
	} else {
		term(filter.Gaps, `c.`+gap)
	}
	term(filter.Store != "", `EXISTS (SELECT 1 FROM scans s WHERE s.task_id = c.task_id AND s.store = ?)`, filter.Store)
	term(filter.After != "", `c.asset > ?`, string(filter.After))
	if len(terms) > 0 {
		where = ` WHERE ` + strings.Join(terms, ` AND `)
	}
	return from, where, args
}
