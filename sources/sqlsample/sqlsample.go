// Package sqlsample is what the sources for SQL databases share: it draws a
// random sample from a table by its key, without reading the rest of it, and
// hands the values over as assay.Datum.
//
// How a table is sampled (see Sample):
//
//   - A table of at most plan.Rows rows is read whole: a census.
//   - Otherwise, if it has a key, plan.Starts random positions are drawn in the
//     range of the key, and from each the next few rows in key order are read;
//     after the last row the run goes on at the first. The cost does not depend
//     on the size of the table.
//   - Without a key, if the database can read pages of the table at random (see
//     Paged), about as many pages as the plan has starts are drawn, and rows at
//     random from each of them.
//   - Otherwise, and in a view, the first rows are read: a prefix, which proves
//     nothing about the rest.
//
// What the sample proves. Starts are independent and uniform over positions of
// the key, not over rows: a row is found with a weight that is the gap before
// it. So the population of the bound is the range of the key, where an element
// holds a share p if a share p of the positions lead to a row with it. That is
// the share of rows where keys are evenly spaced, as with AUTO_INCREMENT without
// large deletions or with random UUIDs. To come near to it elsewhere, large
// holes are found first by single look-ups (see line.explore) and left out of
// the range; the starts are drawn afterwards and stay independent. With one
// start there is no such preparation: the position is drawn from the whole range.
//
// The package imports the root package only; a database's own package does the
// queries (see Table).
package sqlsample

import (
	"context"
	"time"

	"example.com/assay"
)

// What a zero limit of a plan means.
const (
	DefaultRows    = 1000            // Plan.Rows
	rowsPerStart   = 10              // Plan.Starts is Plan.Rows divided by this
	DefaultBytes   = 64 << 20        // Plan.Bytes
	DefaultTimeout = 2 * time.Minute // Plan.Timeout
)

// MaxValue is how many bytes of one value are read. Of a longer one the
// beginning is examined, and its field is partial.
const MaxValue = 64 << 10

// Column is a column of a table.
type Column struct {
	Field assay.Field
	// Skip is the reason for which the column is not read at all; empty when
	// it is. SkipDetail says more to a person.
	Skip       assay.Reason
	SkipDetail string
	// Empty are values that stand for no value, besides NULL and "".
	Empty func(value []byte) bool
}

// Table is one table as its database's package reads it. Errors should be
// *assay.Error. Key values are int64, uint64, float64, time.Time, string or
// []byte, for one column always of the same type.
type Table interface {
	// MoreThan reports whether the table has more than n rows. It may cost n
	// rows of reading.
	MoreThan(ctx context.Context, n int) (bool, error)
	// Bounds returns the smallest and largest value of key column len(prefix)
	// among the rows whose first key columns equal prefix; nil if there are none.
	Bounds(ctx context.Context, prefix []any) (low, high any, err error)
	// Seek returns the first value of the first key column that is not below
	// at; nil if there is none. It reads one row.
	Seek(ctx context.Context, at any) (any, error)
	// Read hands over at most limit rows in key order, beginning with the first
	// that is not below from, whose values may be fewer than the key's columns;
	// all rows qualify when from is nil. It stops with the error of row. A row's
	// key identifies it; values are those of the columns that are not skipped,
	// nil for NULL, cut to MaxValue+1 bytes, and stay valid until row returns.
	Read(ctx context.Context, from []any, limit int, row func(key, values [][]byte) error) error
}

// Paged is a Table whose rows lie on pages that the database can draw at random.
type Paged interface {
	Table
	// Pages draws about n pages, each with the same probability, and returns the
	// addresses of the rows on each. Pages without rows may be left out, so that
	// there can be fewer. The same seed draws the same pages of an unchanged table.
	Pages(ctx context.Context, seed uint64, n int) ([][]string, error)
	// ReadAt hands over the rows at addresses, as Read does. The key it hands over
	// is the address.
	ReadAt(ctx context.Context, addresses []string, row func(key, values [][]byte) error) error
}

// Shape is what has to be known about a table to sample it.
type Shape struct {
	Columns []Column
	// Key are the names of the columns of the primary key, or of another key
	// without duplicates and NULL, whose order the database can read by an
	// index. Empty if there is none.
	Key []string
	// Fold says that the order of text in the key does not tell upper from
	// lower case.
	Fold bool
	// Bytewise says that the key's text is ordered by its bytes.
	Bytewise bool
	// ShowRange says that the bounds of the key are numbers that the database
	// made up, and therefore may be shown.
	ShowRange bool
	// View says that reading the table may have to compute all of it first, and
	// that its order means nothing.
	View bool
}

func withDefaults(p assay.Plan) assay.Plan {
	if p.Rows <= 0 {
		p.Rows = DefaultRows
	}
	if p.Starts <= 0 {
		p.Starts = (p.Rows + rowsPerStart - 1) / rowsPerStart
	}
	p.Starts = min(p.Starts, p.Rows)
	if p.Bytes <= 0 {
		p.Bytes = DefaultBytes
	}
	if p.Timeout <= 0 {
		p.Timeout = DefaultTimeout
	}
	return p
}
