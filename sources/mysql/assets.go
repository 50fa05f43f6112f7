package mysql

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"strings"

	"example.com/assay"
)

// systemDatabases hold what belongs to the server.
const systemDatabases = "'information_schema', 'mysql', 'performance_schema', 'sys'"

// listTables lists what the user has any right on. Sequences hold no data.
const listTables = `SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, TABLE_ROWS, DATA_LENGTH, TABLE_COMMENT,
	UNIX_TIMESTAMP(UPDATE_TIME), ENGINE
FROM information_schema.TABLES
WHERE TABLE_SCHEMA NOT IN (` + systemDatabases + `) AND TABLE_TYPE <> 'SEQUENCE'`

// Assets lists the tables and views; see assay.Source. Rows and Bytes are the
// server's estimates, which can be far off.
func (s *Source) Assets(ctx context.Context) iter.Seq2[assay.Asset, error] {
	return func(yield func(assay.Asset, error) bool) {
		assets, err := s.list(ctx)
		for _, a := range assets {
			if ctx.Err() != nil {
				err = s.fail("list", s.server(), ctx.Err())
				break
			}
			if !yield(a, nil) {
				return
			}
		}
		if err != nil {
			yield(assay.Asset{}, err)
		}
	}
}

func (s *Source) list(ctx context.Context) ([]assay.Asset, error) {
	query, args := listTables, []any(nil)
	if s.database != "" {
		query, args = query+" AND TABLE_SCHEMA = ?", append(args, s.database)
	}
	if s.table != "" {
		query, args = query+" AND TABLE_NAME = ?", append(args, s.table)
	}
	rows, err := s.db.QueryContext(ctx, query+" ORDER BY TABLE_SCHEMA, TABLE_NAME", args...)
	if err != nil {
		return nil, s.fail("list", s.server(), err)
	}
	defer rows.Close()
	var assets []assay.Asset
	for rows.Next() {
		a, err := s.asset(rows)
		if err != nil {
			return nil, s.fail("list", s.server(), err)
		}
		assets = append(assets, a)
	}
	if err := rows.Err(); err != nil {
		return nil, s.fail("list", s.server(), err)
	}
	if len(assets) == 0 && s.database != "" {
		return nil, s.noTables()
	}
	return assets, nil
}

// noTables is the error of a target in which there is nothing to list: a name
// that is wrong must not look like a database that is clean.
func (s *Source) noTables() error {
	what := "no table that the user may read"
	if s.table != "" {
		what = "no such table, or the user may not read it"
	}
	item := s.server() + "/" + s.database
	if s.table != "" {
		item = string(s.id(s.database, s.table))
	}
	return &assay.Error{Op: "list", Item: item, Reason: assay.ReasonVanished, Err: errors.New(what),
		Hint: "check the name, and grant SELECT on it to the user"}
}

func (s *Source) asset(row *sql.Rows) (assay.Asset, error) {
	var database, name, kind, comment string
	var engine sql.NullString
	var count, size sql.NullInt64
	var updated sql.NullFloat64
	if err := row.Scan(&database, &name, &kind, &count, &size, &comment, &updated, &engine); err != nil {
		return assay.Asset{}, err
	}
	a := assay.Asset{ID: s.id(database, name), Kind: assay.KindTable, Rows: -1, Bytes: -1}
	if strings.Contains(kind, "VIEW") {
		a.Kind, comment = assay.KindView, "" // the comment of a view is the word VIEW
	}
	if count.Valid && a.Kind == assay.KindTable {
		a.Rows = count.Int64
	}
	if size.Valid && a.Kind == assay.KindTable {
		a.Bytes = size.Int64
	}
	if updated.Valid {
		a.Modified = unixSeconds(updated.Float64)
	}
	if comment != "" {
		a.Attributes = map[string]string{"comment": comment}
	}
	return a, nil
}
