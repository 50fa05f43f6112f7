package container

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"github.com/parquet-go/parquet-go"

	"example.com/assay"
)

// rows is a run of rows of a row group.
type rows struct {
	group    int
	from, to int64 // within the group
}

// parquetTable is one reading of a Parquet file.
type parquetTable struct {
	ctx    context.Context
	at     *limitedAt
	file   *parquet.File
	yield  func(assay.Datum) error
	runs   []rows
	design assay.Design
}

// draw decides which rows are read: all if the plan allows it, otherwise runs of
// as many rows from each start. A start is a random row of the file; a run that
// comes to the end of its row group goes on at the group's beginning, so that
// every row can be drawn as often as any other.
func (t *parquetTable) draw(size int64, plan assay.Plan) {
	groups, total := t.file.RowGroups(), t.file.NumRows()
	if size <= plan.Bytes && (plan.Rows <= 0 || total <= int64(plan.Rows)) {
		t.design = assay.Design{Method: assay.DesignCensus, Unit: "rows", Population: "all rows of the file"}
		for i, g := range groups {
			t.runs = append(t.runs, rows{i, 0, g.NumRows()})
		}
		return
	}
	want := plan.Rows
	if want <= 0 {
		want = defaultRows
	}
	starts := plan.Starts
	if starts <= 0 {
		starts = parquetStarts
	}
	starts = min(starts, want)
	t.design = assay.Design{Method: assay.DesignClusters, Unit: "rows", Population: "all rows of the file", Starts: starts}
	inside := t.indexed()
	if !inside {
		t.design.Population = "the beginnings of the row groups, since the file has no index of its pages"
	}
	random := rand.New(rand.NewPCG(plan.Seed, 0))
	for range starts {
		t.start(groups, random.Int64N(max(total, 1)), int64(want/starts), inside)
	}
	t.runs = union(t.runs)
}

// indexed reports whether the file says where its pages begin. Without that, a
// row can only be reached by reading its row group from the beginning.
func (t *parquetTable) indexed() bool {
	groups := t.file.Metadata().RowGroups
	return len(groups) > 0 && len(groups[0].Columns) > 0 && groups[0].Columns[0].OffsetIndexOffset > 0
}

// start adds the run of n rows that begins with a row of the file, or if a row
// group cannot be entered inside, with the first row of its group.
func (t *parquetTable) start(groups []parquet.RowGroup, row, n int64, inside bool) {
	for i, g := range groups {
		size := g.NumRows()
		if row >= size {
			row -= size
			continue
		}
		n = min(n, size)
		if !inside {
			row = 0
		}
		t.runs = append(t.runs, rows{i, row, min(row+n, size)})
		if over := row + n - size; over > 0 {
			t.runs = append(t.runs, rows{i, 0, over})
		}
		return
	}
}

// union returns the runs in order, with those that meet made one.
func union(runs []rows) []rows {
	slices.SortFunc(runs, func(a, b rows) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.from, b.from))
	})
	var out []rows
	for _, r := range runs {
		if n := len(out); n > 0 && out[n-1].group == r.group && out[n-1].to >= r.from {
			out[n-1].to = max(out[n-1].to, r.to)
			continue
		}
		out = append(out, r)
	}
	return out
}

// read reads the rows of every column in turn. What a column leaves of its share
// of the bytes goes to those after it.
func (t *parquetTable) read(plan assay.Plan) (assay.Reading, error) {
	var out assay.Reading
	for _, r := range t.runs {
		t.design.Units += r.to - r.from
	}
	columns, left := leavesOf(t.file), plan.Bytes-t.at.read
	for i, c := range columns {
		t.at.left = max(left, 0) / int64(len(columns)-i)
		before := t.at.read
		reading, err := t.column(c)
		left -= t.at.read - before
		out.Fields = append(out.Fields, reading)
		if err != nil {
			t.design.Method = assay.DesignPrefix
			out.Design = t.design
			for _, rest := range columns[i+1:] {
				out.Fields = append(out.Fields, assay.FieldReading{Field: rest.field, Status: assay.StatusNotExamined,
					Reason: reading.Reason, Detail: reading.Detail})
			}
			return out, err
		}
		if reading.Status != assay.StatusScanned && t.design.Method == assay.DesignCensus {
			t.design.Method, t.design.Population = assay.DesignPrefix, "parts of the file"
		}
	}
	out.Design = t.design
	return out, nil
}

// column reads one column. Its error ends the reading.
func (t *parquetTable) column(c *leaf) (assay.FieldReading, error) {
	r := assay.FieldReading{Field: c.field, Status: assay.StatusScanned}
	v := &values{leaf: c, reading: &r, yield: t.yield}
	var failed error
	var known *assay.Error
	for _, run := range t.runs {
		if failed = t.run(v, run); failed != nil {
			break
		}
	}
	switch {
	case failed == nil:
		v.finish()
		return r, nil
	case v.yieldErr != nil:
		r.Reason, r.Detail = assay.ReasonCancelled, "the reader stopped"
	case t.ctx.Err() != nil:
		v.yieldErr = t.ctx.Err()
		r.Reason, r.Detail = assay.Explain(v.yieldErr), v.yieldErr.Error()
	case errors.Is(failed, errBudget):
		r.Reason, r.Detail = assay.ReasonBudget, "the column's share of the byte limit was reached"
	case !isDamage(failed):
		v.yieldErr = failed
		r.Reason, r.Detail = assay.Explain(failed), failed.Error()
	case errors.As(failed, &known):
		r.Reason, r.Detail = known.Reason, known.Error()
	default:
		r.Reason, r.Detail = assay.ReasonUnreadable, "the column is damaged, or stored in a way that is not understood"
	}
	r.Status = assay.StatusPartial
	if r.Sampled+r.Empty == 0 {
		r.Status = assay.StatusNotExamined
	}
	return r, v.yieldErr
}

// run reads the values of a column in a run of rows.
func (t *parquetTable) run(v *values, r rows) (err error) {
	defer func() { // the library panics on some damaged columns
		if p := recover(); p != nil {
			err = fmt.Errorf("parquet: %v", p)
		}
	}()
	chunk, err := openChunk(t.at, t.file, r.group, v.leaf.index, r.from)
	if err != nil {
		return err
	}
	pages := chunk.chunk.PagesFrom(chunk)
	defer pages.Close()
	if err := pages.SeekToRow(r.from); err != nil {
		return err
	}
	v.rows, v.begun = r.to-r.from, false
	for v.rows > 0 {
		if err := chunk.ahead(); err == io.EOF {
			return v.atEnd()
		} else if err != nil {
			return err
		}
		page, err := pages.ReadPage()
		if err == io.EOF { // a page without rows
			continue
		}
		if err != nil {
			return err
		}
		err = v.page(page)
		parquet.Release(page)
		if err != nil {
			return err
		}
	}
	return nil
}
