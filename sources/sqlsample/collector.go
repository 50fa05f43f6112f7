package sqlsample

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"unicode/utf8"

	"example.com/assay"
)

// errBudget ends the reading when the plan's bytes are spent.
var errBudget = errors.New("byte budget spent")

// yieldError is yield's error on its way up.
type yieldError struct{ error }

func (e *yieldError) Unwrap() error { return e.error }

// field counts the values of a column, or of a path in one.
type field struct {
	assay.Field
	sampled, empty int
}

// column is a column and what was found in it.
type column struct {
	spec   Column
	field  field // of the values that are no JSON documents
	cut    int   // values of which only the beginning was read
	json   int   // values that were JSON documents
	binary blob
	doc    *node    // root of the documents
	paths  []*field // the fields below doc, in the order in which they were seen
}

// collector turns rows into data and keeps count of them by field.
type collector struct {
	columns     []*column
	budget      int64
	yield       func(assay.Datum) error
	probability float64

	rows, bytes int64
	reason      assay.Reason // why the sample is not complete
	detail      string
}

func newCollector(columns []Column, budget int64, yield func(assay.Datum) error) *collector {
	c := &collector{budget: budget, yield: yield}
	for _, col := range columns {
		c.columns = append(c.columns, &column{spec: col, field: field{Field: col.Field}})
	}
	return c
}

// row yields the values of one row.
func (c *collector) row(key, values [][]byte) error {
	place := assay.Place{Row: display(key)}
	c.rows++
	i := 0
	for _, col := range c.columns {
		if col.spec.Skip != "" {
			continue
		}
		c.bytes += int64(len(values[i]))
		if err := c.value(col, values[i], place); err != nil {
			return err
		}
		i++
	}
	if c.bytes >= c.budget {
		return errBudget
	}
	return nil
}

// value judges what a value of a column is, and yields it if it is text.
func (c *collector) value(col *column, v []byte, place assay.Place) error {
	if len(v) == 0 || col.spec.Empty != nil && col.spec.Empty(v) {
		col.field.empty++
		return nil
	}
	whole := len(v) <= MaxValue
	if !whole {
		col.cut++
		v = cutRunes(v, MaxValue)
	}
	switch {
	case !isText(v):
		col.binary.add(v)
		return nil
	case whole && isDocument(v):
		col.json++
		return c.document(col, v, place)
	}
	return c.emit(&col.field, v, place)
}

// emit yields a value that is not empty.
func (c *collector) emit(f *field, v []byte, place assay.Place) error {
	f.sampled++
	d := assay.Datum{Field: &f.Field, Value: v, Place: place, Probability: c.probability}
	if err := c.yield(d); err != nil {
		return &yieldError{err}
	}
	return nil
}

// stopped notes that the sample ended before it was complete.
func (c *collector) stopped(err error) {
	switch {
	case err != nil:
		c.reason, c.detail = assay.Explain(err), "reading ended before the sample was complete"
	case c.bytes >= c.budget && c.budget > 0:
		c.reason, c.detail = assay.ReasonBudget, fmt.Sprintf("reading ended after %d rows, with %d bytes read", c.rows, c.bytes)
	}
}

// readings tells how far each field was examined, in the order of the columns.
func (c *collector) readings() []assay.FieldReading {
	var out []assay.FieldReading
	for _, col := range c.columns {
		if !col.onlyDocuments() {
			out = append(out, c.columnReading(col))
		}
		for _, f := range col.paths {
			out = append(out, c.pathReading(col, f))
		}
	}
	return out
}

// onlyDocuments reports whether a column held JSON documents and nothing else.
// Its paths then speak for all of it; the column itself would look like a field
// of which nothing was read.
func (col *column) onlyDocuments() bool {
	return len(col.paths) > 0 && col.field.sampled+col.field.empty+col.binary.values == 0
}

func (c *collector) columnReading(col *column) assay.FieldReading {
	r := c.pathReading(col, &col.field)
	n := col.binary.values
	switch {
	case col.spec.Skip != "":
		r.Status, r.Reason, r.Detail = assay.StatusNotExamined, col.spec.Skip, col.spec.SkipDetail
	case n > 0 && col.field.sampled+col.json == 0:
		r.Status = assay.StatusNotExamined
		r.Reason, r.Detail = col.binary.verdict()
	case n > 0:
		r.Status = assay.StatusPartial
		r.Reason, r.Detail = assay.ReasonBinary, fmt.Sprintf("%d of %d values are binary", n, n+col.field.sampled+col.json)
	case r.Status == assay.StatusScanned && col.json > 0:
		r.Detail = "JSON documents are examined by path"
	}
	return r
}

// pathReading tells how far a field was examined as far as that does not depend
// on what is binary.
func (c *collector) pathReading(col *column, f *field) assay.FieldReading {
	r := assay.FieldReading{Field: f.Field, Sampled: f.sampled, Empty: f.empty, Status: assay.StatusScanned}
	switch {
	case c.reason != "":
		r.Status, r.Reason, r.Detail = assay.StatusPartial, c.reason, c.detail
		if f.sampled+f.empty == 0 {
			r.Status = assay.StatusNotExamined
		}
	case col.cut > 0:
		r.Status, r.Reason = assay.StatusPartial, assay.ReasonBudget
		r.Detail = fmt.Sprintf("of %d values only the first %d bytes were read", col.cut, MaxValue)
	}
	return r
}

// identity joins the parts of a key so that no two keys are the same.
func identity(key [][]byte) string {
	var out []byte
	for _, part := range key {
		out = binary.AppendUvarint(out, uint64(len(part)))
		out = append(out, part...)
	}
	return string(out)
}

// display joins the parts of a key for a person.
func display(key [][]byte) assay.Value {
	var out []byte
	for i, part := range key {
		if i > 0 {
			out = append(out, ',')
		}
		if utf8.Valid(part) {
			out = append(out, part...)
		} else {
			out = hex.AppendEncode(out, part)
		}
	}
	return out
}

// cutRunes returns the first n bytes of v, less what the cut left of a character.
func cutRunes(v []byte, n int) []byte {
	v = v[:n]
	for i := 1; i < utf8.UTFMax && i <= n; i++ {
		if utf8.RuneStart(v[n-i]) {
			if !utf8.FullRune(v[n-i:]) {
				return v[:n-i]
			}
			break
		}
	}
	return v
}
