package hive

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/beltran/gohive/hive_metastore"

	"example.com/assay"
	"example.com/assay/sources/sqlsample"
)

// Sample reads at most plan's amount of a table; see assay.Source. What the
// limits of a plan mean, and their defaults, is in package sqlsample; Starts and
// Seed have no meaning here.
func (s *Source) Sample(ctx context.Context, asset assay.Asset, plan assay.Plan, yield func(assay.Datum) error) (assay.Reading, error) {
	database, name, err := s.names(asset.ID)
	if err != nil {
		return assay.Reading{}, err
	}
	if plan.Timeout <= 0 {
		plan.Timeout = sqlsample.DefaultTimeout
	}
	deadline := time.Now().Add(plan.Timeout)
	limited, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	t := &table{source: s, id: string(asset.ID), quoted: quote(database) + "." + quote(name)}
	if err := t.describe(limited, database, name); err != nil {
		return assay.Reading{}, t.fail(err)
	}
	shape := t.shape()
	if t.session, err = s.session(limited); err != nil {
		err = t.fail(err)
		return notRead(shape, err), err
	}
	defer s.end(ctx, t.session)
	plan.Timeout = max(time.Until(deadline), 1)
	r, err := sqlsample.Sample(ctx, asset.ID, t, shape, plan, yield)
	t.design(&r.Design)
	if err == nil && r.Design.Units == 0 && t.left > 0 {
		err = &assay.Error{Op: "sample", Item: t.id, Reason: assay.ReasonNoSample,
			Err: fmt.Errorf("the %d latest partitions hold no row", len(t.partitions)), Hint: "?partitions= says how many are tried"}
		r = notRead(shape, err)
	}
	return r, err
}

// notRead is the reading of a table of which nothing could be read.
func notRead(shape sqlsample.Shape, err error) assay.Reading {
	var r assay.Reading
	for _, c := range shape.Columns {
		r.Fields = append(r.Fields, assay.FieldReading{Field: c.Field, Status: assay.StatusNotExamined, Reason: assay.Explain(err)})
	}
	return r
}

// table is one table; it implements sqlsample.Table.
type table struct {
	source     *Source
	session    *session
	id         string
	quoted     string
	columns    []*hive_metastore.FieldSchema // those of the partitions last
	keys       []key
	partitions []partition // that are tried, the latest first
	left       int         // partitions beside them
	from       partition   // that rows came from
}

func (t *table) fail(err error) error {
	if s := (*stopped)(nil); errors.As(err, &s) {
		return s.error
	}
	return t.source.fail("sample", t.id, err)
}

// describe asks the metastore about the table.
func (t *table) describe(ctx context.Context, database, name string) error {
	m, err := t.source.metastore(ctx)
	if err != nil {
		return err
	}
	defer m.Close()
	found, err := m.table(ctx, database, name)
	if err != nil {
		return err
	}
	if found.Sd != nil {
		t.columns = found.Sd.Cols
	}
	t.columns = append(t.columns[:len(t.columns):len(t.columns)], found.PartitionKeys...)
	if isView(found) {
		return nil // the partitions of a view are not its own
	}
	for _, k := range found.PartitionKeys {
		t.keys = append(t.keys, key{k.Name, strings.ToLower(k.Type)})
	}
	if len(t.keys) == 0 {
		return nil
	}
	names, err := m.partitions(ctx, database, name)
	if err != nil {
		return err
	}
	all := make([]partition, len(names))
	for i, n := range names {
		if all[i], err = parsePartition(n, t.keys); err != nil {
			return &assay.Error{Reason: assay.ReasonUnreadable, Err: err}
		}
	}
	t.partitions = latest(all, t.keys, t.source.options.Partitions)
	t.left = len(all) - len(t.partitions)
	return nil
}

// shape describes the table to sqlsample: without a key, and in an order that
// means nothing, since Hive promises none.
func (t *table) shape() sqlsample.Shape {
	shape := sqlsample.Shape{View: true}
	for _, c := range t.columns {
		col := sqlsample.Column{Field: assay.Field{Path: c.Name, Type: c.Type, Comment: c.Comment}}
		if c.Type == "binary" {
			col.Empty = isEmpty
		}
		shape.Columns = append(shape.Columns, col)
	}
	return shape
}

func isEmpty(v []byte) bool { return len(v) == 0 }

// design says what was read of a table with partitions.
func (t *table) design(d *assay.Design) {
	others := len(t.partitions) + t.left - 1
	if t.from == nil || others < 1 && d.Method == assay.DesignCensus {
		return
	}
	which := "the first rows"
	if d.Method == assay.DesignCensus { // of the partition
		which = "all rows"
	}
	d.Method = assay.DesignPrefix
	d.Population = fmt.Sprintf("%s of partition %s; %d others were not read", which, t.from.shown(t.keys), others)
}

// errNoKey is the error of what sqlsample asks of tables with a key only.
var errNoKey = errors.New("a table of Hive has no key")

// MoreThan implements sqlsample.Table.
func (t *table) MoreThan(context.Context, int) (bool, error) { return false, errNoKey }

// Bounds implements sqlsample.Table.
func (t *table) Bounds(context.Context, []any) (low, high any, err error) { return nil, nil, errNoKey }

// Seek implements sqlsample.Table.
func (t *table) Seek(context.Context, any) (any, error) { return nil, errNoKey }

// Read implements sqlsample.Table: it reads the first rows of the latest
// partition that has any.
func (t *table) Read(ctx context.Context, _ []any, limit int, row func(key, values [][]byte) error) error {
	if len(t.keys) == 0 {
		_, err := t.read(ctx, "", limit, row)
		return t.fail(err)
	}
	for _, p := range t.partitions {
		n, err := t.read(ctx, " WHERE "+p.condition(t.keys), limit, row)
		if n > 0 {
			t.from = p
		}
		if err != nil || n > 0 {
			return t.fail(err)
		}
	}
	return nil
}

// read reads rows and returns how many came.
func (t *table) read(ctx context.Context, where string, limit int, row func(key, values [][]byte) error) (n int, err error) {
	var columns []string
	for _, c := range t.columns {
		columns = append(columns, expression(c))
	}
	if len(columns) == 0 {
		return 0, &assay.Error{Reason: assay.ReasonUnreadable, Err: errors.New("the metastore knows no column of it")}
	}
	err = t.session.query(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+t.quoted+where+" LIMIT "+strconv.Itoa(limit), func(values [][]byte) error {
		n++
		if err := row(nil, values); err != nil {
			return &stopped{err}
		}
		return nil
	})
	return n, err
}

// stopped is the error of the reader of rows, which is not to be explained.
type stopped struct{ error }

// expression reads a column. Of a long text the beginning is enough.
func expression(c *hive_metastore.FieldSchema) string {
	if c.Type == "string" {
		return fmt.Sprintf("SUBSTR(%s, 1, %d)", quote(c.Name), sqlsample.MaxValue+1)
	}
	return quote(c.Name)
}
