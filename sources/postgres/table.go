package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"example.com/assay"
	"example.com/assay/sources/sqlsample"
)

// Sample reads at most plan's amount of a table; see assay.Source.
func (s *Source) Sample(ctx context.Context, asset assay.Asset, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	namespace, name, err := s.names(asset.ID)
	if err != nil {
		return assay.Reading{}, err
	}
	t := &table{source: s, id: string(asset.ID), namespace: namespace, name: name}
	if t.x, err = s.begin(ctx); err != nil {
		return assay.Reading{}, t.fail(err)
	}
	defer t.x.end()
	found, err := t.schema(ctx)
	if err == nil && !found {
		err = &assay.Error{Reason: assay.ReasonVanished, Err: errors.New("no such table")}
	}
	if err != nil {
		return assay.Reading{}, t.fail(err)
	}
	shape := t.shape()
	if err := t.mayRead(ctx); err != nil {
		return notRead(shape, err), err
	}
	if t.hiding {
		t.key, shape.Key = nil, nil // a policy may pass over any number of rows on the way to one; pages are limited
	}
	r, err := sqlsample.Sample(ctx, asset.ID, t.withPages(), shape, plan, yield)
	if t.hiding {
		hidden(&r)
	}
	return r, err
}

// table is one table; it implements sqlsample.Table.
type table struct {
	source          *Source
	x               *session
	id              string
	namespace, name string
	oid, kind       string // kind: r table, p partitioned, m materialised view, v view, f foreign table
	pages           int64  // 0 if it has none that can be drawn
	all             []column
	key             []column
	primary         []string
	columns         []string // expressions of what is read
	hiding          bool     // row-level security may hide rows
}

func (t *table) fail(err error) error { return t.source.fail("sample", t.id, err) }

// isView reports whether the table's rows are computed, or fetched from elsewhere.
func (t *table) isView() bool { return t.kind == "v" || t.kind == "f" }

// from is the table in a statement, as t. What inherits from a table is listed
// itself.
func (t *table) from() string {
	name := quote(t.namespace) + "." + quote(t.name) + " AS t"
	if t.kind == "r" {
		return "ONLY " + name
	}
	return name
}

// mayRead lets the server say whether the table may be read, and whether
// row-level security would hide rows of it, or of a table below a view.
func (t *table) mayRead(ctx context.Context) error {
	probe := "SELECT " + orElse(t.columns, "1") + " FROM " + t.from() + " LIMIT 0"
	if err := t.x.exec(ctx, "SAVEPOINT probe"); err != nil {
		return t.fail(err)
	}
	err := t.x.exec(ctx, probe)
	if isDenied(err) {
		if e := t.x.exec(ctx, "ROLLBACK TO probe; SET LOCAL row_security = on"); e != nil {
			return t.fail(e)
		}
		err = t.x.exec(ctx, probe)
		t.hiding = err == nil
	}
	switch {
	case err != nil:
		return t.fail(err)
	case len(t.columns) == 0 && len(t.all) > 0:
		return &assay.Error{Op: "sample", Item: t.id, Reason: assay.ReasonDenied, Err: errors.New("the user may read none of the columns"), Hint: "grant SELECT on the table to the user"}
	case len(t.key) > 0 && !t.hiding:
		return t.fail(t.x.exec(ctx, byKey))
	}
	return nil
}

// orElse joins names, or is none if there are none.
func orElse(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, ", ")
}

// notRead is the reading of a table of which nothing could be read.
func notRead(shape sqlsample.Shape, err error) assay.Reading {
	var r assay.Reading
	for _, c := range shape.Columns {
		r.Fields = append(r.Fields, assay.FieldReading{Field: c.Field, Status: assay.StatusNotExamined, Reason: assay.Explain(err)})
	}
	return r
}

// hidden corrects the reading of a table of which row-level security may have
// hidden rows: what was read is no statement about them.
func hidden(r *assay.Reading) {
	for i, f := range r.Fields {
		if f.Status != assay.StatusScanned {
			continue
		}
		f.Status, f.Reason = assay.StatusPartial, assay.ReasonDenied
		f.Detail = "row-level security decides which rows the user sees; the others are not examined (give the user BYPASSRLS, or a policy for all rows)"
		if f.Sampled+f.Empty == 0 {
			f.Status = assay.StatusNotExamined
		}
		r.Fields[i] = f
	}
	if r.Design.Method == assay.DesignCensus {
		r.Design.Method = assay.DesignPrefix
	}
	r.Design.Population = "the rows that row-level security lets the user see"
}

// smallPages is how many pages are few enough to be read whole.
const smallPages = 128

// MoreThan implements sqlsample.Table.
func (t *table) MoreThan(ctx context.Context, n int) (bool, error) {
	if t.hiding && t.pages > smallPages {
		return true, nil // to find so many that a policy lets pass may mean to read all
	}
	r, err := t.x.one(ctx, "SELECT '' FROM "+t.from()+" LIMIT 1 OFFSET "+strconv.Itoa(n))
	return len(r) > 0, t.fail(err)
}

// Bounds implements sqlsample.Table.
func (t *table) Bounds(ctx context.Context, prefix []any) (low, high any, err error) {
	k := t.key[len(prefix)]
	names, marks := t.keyNames()
	end := fmt.Sprintf("SELECT %s FROM %s WHERE %s ORDER BY %s", k.read(), t.from(), sqlsample.Equal(names, marks, prefix), k.ordered())
	r, err := t.x.one(ctx, fmt.Sprintf("SELECT (%s LIMIT 1), (%[1]s DESC LIMIT 1)", end), t.bind(prefix)...)
	if err != nil || len(r) < 2 {
		return nil, nil, t.fail(err)
	}
	return k.value(r[0]), k.value(r[1]), nil
}

// Seek implements sqlsample.Table.
func (t *table) Seek(ctx context.Context, at any) (any, error) {
	k := t.key[0]
	query := fmt.Sprintf("SELECT %s FROM %s WHERE %s >= %s ORDER BY %[3]s LIMIT 1", k.read(), t.from(), k.ordered(), k.mark(1))
	r, err := t.x.one(ctx, query, k.bind(at))
	if err != nil || len(r) == 0 {
		return nil, t.fail(err)
	}
	return k.value(r[0]), nil
}

// Read implements sqlsample.Table.
func (t *table) Read(ctx context.Context, from []any, limit int, row func(key, values [][]byte) error) error {
	var read []string
	for _, k := range t.key {
		read = append(read, k.read())
	}
	query := "SELECT " + strings.Join(append(read, t.columns...), ", ") + " FROM " + t.from()
	names, marks := t.keyNames()
	if n := len(from); n > 0 {
		// PostgreSQL makes a range of the index of this form, and not of a > x OR a = x AND b >= y.
		query += fmt.Sprintf(" WHERE (%s) >= (%s)", strings.Join(names[:n], ", "), strings.Join(marks[:n], ", "))
	}
	if len(names) > 0 {
		query += " ORDER BY " + strings.Join(names, ", ")
	}
	return t.each(ctx, query+" LIMIT "+strconv.Itoa(limit), t.bind(from), len(t.key), row)
}

// each hands over the rows of a query whose first columns are the key's.
func (t *table) each(ctx context.Context, query string, args []string, key int, row func(key, values [][]byte) error) error {
	var stopped error
	err := t.x.each(ctx, query, args, func(values [][]byte) error {
		stopped = row(values[:key], values[key:])
		return stopped
	})
	if stopped != nil {
		return stopped
	}
	return t.fail(err)
}

// keyNames returns the key's columns and the placeholders for their values.
func (t *table) keyNames() (names, marks []string) {
	for i, k := range t.key {
		names, marks = append(names, k.ordered()), append(marks, k.mark(i+1))
	}
	return names, marks
}

// bind returns the key's first values as they are sent.
func (t *table) bind(values []any) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = t.key[i].bind(v)
	}
	return out
}
