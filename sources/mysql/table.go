package mysql

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/assay"
	"example.com/assay/sources/sqlsample"
)

// Sample reads at most plan's amount of a table; see assay.Source.
func (s *Source) Sample(ctx context.Context, asset assay.Asset, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	database, name, err := s.names(asset.ID)
	if err != nil {
		return assay.Reading{}, err
	}
	t := &table{source: s, id: string(asset.ID), database: database, name: name}
	t.quoted = quote(database) + "." + quote(name)
	if err := t.schema(ctx); err != nil {
		return assay.Reading{}, t.fail(err)
	}
	shape := t.shape(asset.Kind == assay.KindView)
	if err := t.mayRead(ctx); err != nil {
		return notRead(shape, err), err
	}
	return sqlsample.Sample(ctx, asset.ID, t, shape, plan, yield)
}

// table is one table; it implements sqlsample.Table.
type table struct {
	source         *Source
	id             string
	database, name string
	quoted         string
	all            []column
	key            []column
	primary        []string
	columns        []string // expressions of what is read
}

func (t *table) fail(err error) error { return t.source.fail("sample", t.id, err) }

// mayRead lets the server say whether the table is there and may be read. It
// lists neither a table nor a column that the user has no right on.
func (t *table) mayRead(ctx context.Context) error {
	what := strings.Join(t.columns, ", ")
	if what == "" {
		what = "1"
	}
	rows, err := t.source.db.QueryContext(ctx, "SELECT "+what+" FROM "+t.quoted+" LIMIT 0")
	if err != nil {
		return t.fail(err)
	}
	defer rows.Close()
	if err := rows.Err(); err != nil {
		return t.fail(err)
	}
	if len(t.columns) == 0 {
		return &assay.Error{Op: "sample", Item: t.id, Reason: assay.ReasonDenied, Err: errors.New("the user may read none of the columns"), Hint: "grant SELECT on the table to the user"}
	}
	return nil
}

// notRead is the reading of a table of which nothing could be read.
func notRead(shape sqlsample.Shape, err error) assay.Reading {
	var r assay.Reading
	for _, c := range shape.Columns {
		r.Fields = append(r.Fields, assay.FieldReading{Field: c.Field, Status: assay.StatusNotExamined, Reason: assay.Explain(err)})
	}
	return r
}

// MoreThan implements sqlsample.Table.
func (t *table) MoreThan(ctx context.Context, n int) (bool, error) {
	err := t.source.db.QueryRowContext(ctx, "SELECT 1 FROM "+t.quoted+" LIMIT 1 OFFSET ?", n).Scan(new(int))
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, t.fail(err)
}

// Bounds implements sqlsample.Table.
func (t *table) Bounds(ctx context.Context, prefix []any) (low, high any, err error) {
	k := t.key[len(prefix)]
	names, marks := t.keyNames()
	end := fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY %s", k.read(), t.quoted, sqlsample.Equal(names, marks, prefix), quote(k.name))
	query := fmt.Sprintf("SELECT (%s LIMIT 1), (%[1]s DESC LIMIT 1)", end)
	args := t.bind(prefix)
	var lo, hi []byte
	if err := t.source.db.QueryRowContext(ctx, query, append(slices.Clone(args), args...)...).Scan(&lo, &hi); err != nil {
		return nil, nil, t.fail(err)
	}
	return k.value(lo), k.value(hi), nil
}

// Seek implements sqlsample.Table.
func (t *table) Seek(ctx context.Context, at any) (any, error) {
	k := t.key[0]
	query := fmt.Sprintf("SELECT %s FROM %s WHERE %s >= %s ORDER BY %[3]s LIMIT 1", k.read(), t.quoted, quote(k.name), k.mark())
	var found []byte
	err := t.source.db.QueryRowContext(ctx, query, bind(at)).Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, t.fail(err)
	}
	return k.value(found), nil
}

// Read implements sqlsample.Table.
func (t *table) Read(ctx context.Context, from []any, limit int, row func(key, values [][]byte) error) error {
	query, args := t.query(from, limit)
	rows, err := t.source.db.QueryContext(ctx, query, args...)
	if err != nil {
		return t.fail(err)
	}
	defer rows.Close()
	raw := make([]sql.RawBytes, len(t.key)+len(t.columns))
	into, out := make([]any, len(raw)), make([][]byte, len(raw))
	for i := range raw {
		into[i] = &raw[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return t.fail(err)
		}
		for i := range raw {
			out[i] = raw[i]
		}
		if err := row(out[:len(t.key)], out[len(t.key):]); err != nil {
			return err
		}
	}
	return t.fail(rows.Err())
}

func (t *table) query(from []any, limit int) (string, []any) {
	names, marks := t.keyNames()
	var read []string
	for _, k := range t.key {
		read = append(read, k.read())
	}
	query := "SELECT " + strings.Join(append(read, t.columns...), ", ") + " FROM " + t.quoted
	var args []any
	if from != nil {
		var condition string
		condition, args = atLeast(names, marks, t.bind(from))
		query += " WHERE " + condition
	}
	if len(t.key) > 0 {
		query += " ORDER BY " + strings.Join(names, ", ")
	}
	return query + " LIMIT ?", append(args, limit)
}

// keyNames returns the key's columns and the placeholders for their values.
func (t *table) keyNames() (names, marks []string) {
	for _, k := range t.key {
		names, marks = append(names, quote(k.name)), append(marks, k.mark())
	}
	return names, marks
}

func (t *table) bind(values []any) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = bind(v)
	}
	return out
}

// datetime is the form of a date with time, of which MySQL makes each of its
// types.
const datetime = "2006-01-02 15:04:05.999999"

// bind makes a key's value one that the driver sends as the server wants it.
func bind(v any) any {
	switch v := v.(type) {
	case []byte:
		return hex.EncodeToString(v)
	case time.Time:
		return v.Format(datetime)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return v
}

// mark is the placeholder for a value of the key's column. Bytes are sent in
// hexadecimal, since the server would take them for text of the connection's
// character set.
func (c column) mark() string {
	if c.class() == classBytes {
		return "UNHEX(?)"
	}
	return "?"
}

// read is the expression that reads the key's column.
func (c column) read() string { return quote(c.name) }

// value makes a key's value of what the server sent; nil if it cannot.
func (c column) value(raw []byte) any {
	if raw == nil {
		return nil
	}
	var v any
	var err error
	switch c.class() {
	case classSigned:
		v, err = strconv.ParseInt(string(raw), 10, 64)
	case classUnsigned:
		v, err = strconv.ParseUint(string(raw), 10, 64)
	case classFloat:
		v, err = strconv.ParseFloat(string(raw), 64)
	case classTime:
		v, err = parseTime(string(raw))
	case classBytes:
		return slices.Clone(raw)
	default:
		return string(raw)
	}
	if err != nil {
		return nil
	}
	return v
}

func parseTime(s string) (time.Time, error) {
	if len(s) == len(time.DateOnly) {
		return time.Parse(time.DateOnly, s)
	}
	return time.Parse(datetime, s)
}
