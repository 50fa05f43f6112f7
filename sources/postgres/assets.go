package postgres

import (
	"context"
	"errors"
	"iter"
	"strconv"

	"example.com/assay"
)

// listTables lists every table, view, materialised view and foreign table, also
// those that the user may not read. A partitioned table is one asset; its
// partitions are listed only if one is asked for by name. $1 is the schema and
// $2 the table, empty for all.
const listTables = `WITH RECURSIVE part(root, oid) AS (
	SELECT i.inhparent, i.inhrelid FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent WHERE p.relkind = 'p' AND NOT p.relispartition
	UNION ALL SELECT p.root, i.inhrelid FROM part p JOIN pg_inherits i ON i.inhparent = p.oid
), total AS (
	SELECT p.root, min(c.reltuples) AS least, sum(c.reltuples) AS reltuples, sum(c.relpages) AS relpages
	FROM part p JOIN pg_class c ON c.oid = p.oid WHERE c.relkind <> 'p' GROUP BY p.root
)
SELECT n.nspname::text, c.relname::text, c.relkind::text, COALESCE(obj_description(c.oid, 'pg_class'), ''),
	(CASE WHEN t.least < 0 THEN -1 ELSE COALESCE(t.reltuples, c.reltuples) END)::bigint::text,
	(COALESCE(t.relpages, c.relpages)::bigint * current_setting('block_size')::bigint)::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN total t ON t.root = c.oid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
	AND ($1 = '' OR n.nspname = $1) AND ($2 = '' AND NOT c.relispartition OR c.relname = $2)
ORDER BY n.nspname, c.relname`

// Assets lists the tables and views; see assay.Source. Rows and Bytes are the
// server's estimates, which it makes when it analyses or vacuums a table. Large
// objects, which are in no table, come as an error, since they are not read.
func (s *Source) Assets(ctx context.Context) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		assets, objects, err := s.list(ctx)
		for _, a := range assets {
			if ctx.Err() != nil {
				err = s.fail("list", s.server(), ctx.Err())
				break
			}
			if !yield(a, nil) {
				return
			}
		}
		if err == nil && objects {
			a := assay.Asset{ID: s.id("pg_catalog", "pg_largeobject"), Kind: assay.KindTable, Rows: -1, Bytes: -1}
			yield(a, &assay.Error{Op: "list", Item: string(a.ID), Reason: assay.ReasonUnsupported, Err: errors.New("large objects are not read")})
			return
		}
		if err != nil {
			yield(assay.Asset{}, err)
		}
	}
}

// list also reports whether there are large objects.
func (s *Source) list(ctx context.Context) (assets []assay.Asset, objects bool, err error) {
	x, err := s.begin(ctx)
	if err != nil {
		return nil, false, s.fail("list", s.server(), err)
	}
	defer x.end()
	err = x.each(ctx, listTables, []string{s.schema, s.table}, func(v [][]byte) error {
		assets = append(assets, s.asset(v))
		return nil
	})
	if err != nil {
		return nil, false, s.fail("list", s.server(), err)
	}
	if len(assets) == 0 && s.schema != "" {
		return nil, false, s.noTables()
	}
	if s.schema == "" {
		one, err := x.one(ctx, "SELECT '' FROM pg_largeobject_metadata LIMIT 1")
		return assets, len(one) > 0, s.fail("list", s.server(), err)
	}
	return assets, false, nil
}

// noTables is the error of a target in which there is nothing to list: a name
// that is wrong must not look like a schema that is clean.
func (s *Source) noTables() error {
	item, what := s.server()+"/"+s.schema, "no such schema, or no table in it"
	if s.table != "" {
		item, what = string(s.id(s.schema, s.table)), "no such table"
	}
	return &assay.Error{Op: "list", Item: item, Reason: assay.ReasonVanished, Err: errors.New(what), Hint: "check the name"}
}

// asset makes an asset of a row of listTables.
func (s *Source) asset(row [][]byte) assay.Asset {
	kind, comment := string(row[2]), string(row[3])
	a := assay.Asset{ID: s.id(string(row[0]), string(row[1])), Kind: assay.KindTable, Rows: estimate(row[4]), Bytes: estimate(row[5])}
	if kind == "v" {
		a.Kind = assay.KindView
	}
	if kind == "v" || kind == "f" {
		a.Rows, a.Bytes = -1, -1
	}
	if comment != "" {
		a.Attributes = map[string]string{"comment": comment}
	}
	return a
}

// estimate returns a number of the server, -1 if it has none.
func estimate(v []byte) int64 {
	n, err := strconv.ParseInt(string(v), 10, 64)
	if err != nil {
		return -1
	}
	return n
}
