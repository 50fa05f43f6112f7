package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/assay"
	"example.com/assay/sources/sqlsample"
)

// Sample reads at most plan's amount of a table; see assay.Source.
func (s *Source) Sample(ctx context.Context, asset assay.Asset, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	name, err := s.table(asset.ID)
	if err != nil {
		return assay.Reading{}, err
	}
	db, err := s.connect(ctx)
	if err != nil {
		return assay.Reading{}, describe("sample", string(asset.ID), err)
	}
	defer db.Close()
	t := &table{db: db, id: string(asset.ID), name: quote(name)}
	shape, err := t.shape(ctx, name)
	if err != nil {
		return assay.Reading{}, t.fail(err)
	}
	return sqlsample.Sample(ctx, asset.ID, t, shape, plan, yield)
}

// table is one table of the file; it implements sqlsample.Table.
type table struct {
	db      *sql.DB
	id      string
	name    string   // quoted
	key     []string // quoted
	columns []string // expressions of what is read
}

func (t *table) fail(err error) error {
	if err == nil {
		return nil
	}
	return describe("sample", t.id, err)
}

// shape finds out what there is to know of the table.
func (t *table) shape(ctx context.Context, name string) (sqlsample.Shape, error) {
	var kind, encoding string
	var withoutRowID bool
	err := t.db.QueryRowContext(ctx, `SELECT type, wr FROM pragma_table_list WHERE schema = 'main' AND name = ?`, name).Scan(&kind, &withoutRowID)
	if errors.Is(err, sql.ErrNoRows) {
		return sqlsample.Shape{}, &assay.Error{Reason: assay.ReasonVanished, Err: errors.New("no such table")}
	} else if err != nil {
		return sqlsample.Shape{}, err
	}
	if err := t.db.QueryRowContext(ctx, "PRAGMA encoding").Scan(&encoding); err != nil {
		return sqlsample.Shape{}, err
	}
	columns, err := t.readColumns(ctx, name)
	if err != nil {
		return sqlsample.Shape{}, err
	}
	shape := sqlsample.Shape{View: kind != "table"}
	for _, c := range columns {
		shape.Columns = append(shape.Columns, sqlsample.Column{Field: c.Field})
		t.columns = append(t.columns, expression(quote(c.Path), encoding))
	}
	switch {
	case shape.View:
	case withoutRowID:
		err = t.primaryKey(ctx, name, &shape)
	default:
		t.rowID(columns, &shape)
	}
	return shape, err
}

// expression reads a column so that the driver gets the bytes of text and BLOBs,
// cut to what is examined, and makes no dates of anything. Text is cut as bytes,
// since SQLite would end it at a NUL; in UTF-16 that cannot be had. The number of
// a phone or a card in a REAL column must not come as 4.1e+15.
func expression(column, encoding string) string {
	text := fmt.Sprintf("CAST(%s AS BLOB)", column)
	if encoding != "UTF-8" {
		text = column
	}
	return fmt.Sprintf(`CASE typeof(%s) WHEN 'integer' THEN CAST(%[1]s AS TEXT)
		WHEN 'real' THEN CAST(iif(abs(%[1]s) < 1e18 AND %[1]s = CAST(%[1]s AS INTEGER), CAST(%[1]s AS INTEGER), %[1]s) AS TEXT)
		ELSE substr(%s, 1, %d) END`, column, text, sqlsample.MaxValue+1)
}

// column is a column of the table.
type column struct {
	assay.Field
	isRowID bool // INTEGER PRIMARY KEY, which is another name of the rowid
}

func (t *table) readColumns(ctx context.Context, name string) ([]column, error) {
	foreign, err := t.strings(ctx, `SELECT "from" FROM pragma_foreign_key_list(?)`, name)
	if err != nil {
		return nil, err
	}
	rows, err := t.db.QueryContext(ctx, `SELECT name, type, pk FROM pragma_table_xinfo(?) WHERE hidden <> 1`, name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []column
	keys := 0
	for rows.Next() {
		var c column
		var pk int
		if err := rows.Scan(&c.Path, &c.Type, &pk); err != nil {
			return nil, err
		}
		keys += min(pk, 1)
		c.Key = pk > 0 || slices.Contains(foreign, c.Path)
		c.isRowID = pk > 0 && strings.EqualFold(c.Type, "INTEGER")
		out = append(out, c)
	}
	for i := range out {
		out[i].isRowID = out[i].isRowID && keys == 1
	}
	return out, rows.Err()
}

// rowID makes the rowid the key, under a name that no column has taken.
func (t *table) rowID(columns []column, shape *sqlsample.Shape) {
	for _, c := range columns {
		if c.isRowID {
			shape.Key, t.key = []string{c.Path}, []string{quote(c.Path)}
			return
		}
	}
	for _, name := range []string{"rowid", "_rowid_", "oid"} {
		taken := slices.ContainsFunc(columns, func(c column) bool { return strings.EqualFold(c.Path, name) })
		if !taken {
			shape.Key, t.key, shape.ShowRange = []string{name}, []string{name}, true
			return
		}
	}
}

// primaryKey makes the primary key of a table WITHOUT ROWID the key, unless its
// columns are ordered in both directions, in which no index reads it.
func (t *table) primaryKey(ctx context.Context, name string, shape *sqlsample.Shape) error {
	rows, err := t.db.QueryContext(ctx, `SELECT x.name, x.coll, x."desc" FROM pragma_index_list(?) AS l, pragma_index_xinfo(l.name) AS x
		WHERE l.origin = 'pk' AND x.key ORDER BY x.seqno`, name)
	if err != nil {
		return err
	}
	defer rows.Close()
	shape.Bytewise = true
	var key []string
	for rows.Next() {
		var column, collation string
		var descending bool
		if err := rows.Scan(&column, &collation, &descending); err != nil {
			return err
		}
		if descending {
			return nil
		}
		shape.Fold = shape.Fold || strings.EqualFold(collation, "NOCASE")
		shape.Bytewise = shape.Bytewise && strings.EqualFold(collation, "BINARY")
		key = append(key, column)
		t.key = append(t.key, quote(column))
	}
	shape.Key = key
	return rows.Err()
}

func (t *table) strings(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := t.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// MoreThan implements sqlsample.Table.
func (t *table) MoreThan(ctx context.Context, n int) (bool, error) {
	err := t.db.QueryRowContext(ctx, "SELECT 1 FROM "+t.name+" LIMIT 1 OFFSET ?", n).Scan(new(int))
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, t.fail(err)
}

// marks are the placeholders of the key's columns.
func (t *table) marks() []string { return slices.Repeat([]string{"?"}, len(t.key)) }

// Bounds implements sqlsample.Table.
func (t *table) Bounds(ctx context.Context, prefix []any) (low, high any, err error) {
	// The plus sign takes from the driver the column's type, of which it would
	// make dates; the order is still that of the index.
	end := fmt.Sprintf("SELECT +%s FROM %s WHERE %s ORDER BY %[1]s", t.key[len(prefix)], t.name, sqlsample.Equal(t.key, t.marks(), prefix))
	query := fmt.Sprintf("SELECT (%s LIMIT 1), (%[1]s DESC LIMIT 1)", end)
	err = t.db.QueryRowContext(ctx, query, append(slices.Clone(prefix), prefix...)...).Scan(&low, &high)
	return low, high, t.fail(err)
}

// Seek implements sqlsample.Table.
func (t *table) Seek(ctx context.Context, at any) (found any, err error) {
	query := fmt.Sprintf("SELECT +%s FROM %s WHERE %[1]s >= ? ORDER BY %[1]s LIMIT 1", t.key[0], t.name)
	err = t.db.QueryRowContext(ctx, query, at).Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return found, t.fail(err)
}

// Read implements sqlsample.Table.
func (t *table) Read(ctx context.Context, from []any, limit int, row func(key, values [][]byte) error) error {
	query, args := t.query(from, limit)
	rows, err := t.db.QueryContext(ctx, query, args...)
	if err != nil {
		return t.fail(err)
	}
	defer rows.Close()
	key, keyBytes := make([]any, len(t.key)), make([][]byte, len(t.key))
	values := make([]sql.RawBytes, len(t.columns))
	var into []any
	for i := range key {
		into = append(into, &key[i])
	}
	for i := range values {
		into = append(into, &values[i])
	}
	out := make([][]byte, len(values))
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return t.fail(err)
		}
		for i, k := range key {
			keyBytes[i] = spell(k)
		}
		for i, v := range values {
			out[i] = v
		}
		if err := row(keyBytes, out); err != nil {
			return err
		}
	}
	return t.fail(rows.Err())
}

func (t *table) query(from []any, limit int) (string, []any) {
	var b strings.Builder
	b.WriteString("SELECT ")
	for _, k := range t.key {
		b.WriteString("+" + k + ", ")
	}
	b.WriteString(strings.Join(t.columns, ", ") + " FROM " + t.name)
	if from != nil { // the row form, which SQLite seeks in the index
		fmt.Fprintf(&b, " WHERE (%s) >= (%s)", strings.Join(t.key[:len(from)], ", "), strings.Join(t.marks()[:len(from)], ", "))
	}
	if len(t.key) > 0 {
		b.WriteString(" ORDER BY " + strings.Join(t.key, ", "))
	}
	b.WriteString(" LIMIT ?")
	return b.String(), append(slices.Clone(from), limit)
}

// spell writes a key's value as text.
func spell(v any) []byte {
	switch v := v.(type) {
	case int64:
		return strconv.AppendInt(nil, v, 10)
	case float64:
		return strconv.AppendFloat(nil, v, 'g', -1, 64)
	case string:
		return []byte(v)
	case []byte:
		return v
	}
	return nil
}

// quote makes an identifier of a name.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
