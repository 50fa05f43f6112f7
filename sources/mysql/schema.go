package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"example.com/assay"
	"example.com/assay/sources/sqlsample"
)

// unixSeconds returns the time at s seconds after the epoch.
func unixSeconds(s float64) time.Time {
	whole, part := math.Modf(s)
	return time.Unix(int64(whole), int64(part*1e9)).UTC()
}

// column is a column of a table as information_schema describes it.
type column struct {
	name, dataType, columnType, comment string
	collation                           string // empty for what is no text
	length                              int64  // most characters or bytes; 0 if none
	readable                            bool   // the user has SELECT on it
	foreign                             bool   // it refers to another table
	numbered                            bool   // AUTO_INCREMENT
}

const readColumns = `SELECT COLUMN_NAME, LOWER(DATA_TYPE), COLUMN_TYPE, COLUMN_COMMENT, COALESCE(COLLATION_NAME, ''),
	COALESCE(CHARACTER_MAXIMUM_LENGTH, 0), FIND_IN_SET('select', REPLACE(LOWER(PRIVILEGES), ' ', '')) > 0, EXTRA LIKE '%auto_increment%'
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`

const readForeign = `SELECT DISTINCT COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE
WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND REFERENCED_TABLE_NAME IS NOT NULL`

// readKeys lists the columns of the keys without duplicates, the primary key
// first. SUB_PART is set where a key holds only the beginnings of values.
const readKeys = `SELECT INDEX_NAME, COALESCE(COLUMN_NAME, ''), SUB_PART IS NULL AND NULLABLE <> 'YES' AND COALESCE(COLLATION, '') = 'A'
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0 AND INDEX_TYPE = 'BTREE'
ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX`

// schema finds out what there is to know of the table.
func (t *table) schema(ctx context.Context) (err error) {
	if t.all, err = collect(ctx, t, readColumns, func(row *sql.Rows) (c column, err error) {
		err = row.Scan(&c.name, &c.dataType, &c.columnType, &c.comment, &c.collation, &c.length, &c.readable, &c.numbered)
		return c, err
	}); err != nil {
		return err
	}
	foreign, err := collect(ctx, t, readForeign, func(row *sql.Rows) (name string, err error) {
		return name, row.Scan(&name)
	})
	if err != nil {
		return err
	}
	for i := range t.all {
		t.all[i].foreign = slices.Contains(foreign, t.all[i].name)
	}
	keys, err := collect(ctx, t, readKeys, func(row *sql.Rows) (p sqlsample.KeyPart, err error) {
		err = row.Scan(&p.Key, &p.Column, &p.Usable)
		p.Primary = p.Key == "PRIMARY"
		return p, err
	})
	t.primary = sqlsample.PrimaryKey(keys)
	t.key = t.columnsOf(keys)
	return err
}

// collect reads all rows of a query about the table.
func collect[T any](ctx context.Context, t *table, query string, scan func(*sql.Rows) (T, error)) ([]T, error) {
	rows, err := t.source.db.QueryContext(ctx, query, t.database, t.name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// columnsOf returns the columns of the first key that rows can be read by.
func (t *table) columnsOf(parts []sqlsample.KeyPart) []column {
	for i, p := range parts {
		c := t.column(p.Column)
		parts[i].Usable = p.Usable && c.readable && c.class() != classOther
	}
	var key []column
	for _, name := range sqlsample.BestKey(parts) {
		key = append(key, t.column(name))
	}
	return key
}

// column returns a column by its name; one that cannot be read if there is none,
// as for an expression in a key.
func (t *table) column(name string) column {
	if i := slices.IndexFunc(t.all, func(c column) bool { return c.name == name }); i >= 0 {
		return t.all[i]
	}
	return column{}
}

// class is what a column's values are, as far as it matters for a key.
type class int

const (
	classOther class = iota // no random positions can be drawn from it
	classSigned
	classUnsigned
	classFloat
	classTime
	classText
	classBytes
)

func (c column) class() class {
	switch c.dataType {
	case "tinyint", "smallint", "mediumint", "int", "bigint", "year":
		if strings.Contains(c.columnType, "unsigned") {
			return classUnsigned
		}
		return classSigned
	case "decimal", "float", "double":
		return classFloat
	case "date", "datetime", "timestamp":
		return classTime
	case "char", "varchar":
		if c.collation == "" || c.collation == "binary" {
			return classBytes
		}
		return classText
	case "uuid", "inet6", "inet4":
		return classOther // their order is not that of their text
	case "binary", "varbinary":
		return classBytes
	}
	return classOther
}

// long reports whether values can be longer than what is examined.
func (c column) long() bool {
	return c.length > sqlsample.MaxValue || c.dataType == "json"
}

// unsupported are types without a text form of their content.
var unsupported = []string{"geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection", "geomcollection", "vector"}

// expression reads the column.
func (c column) expression() string {
	name := quote(c.name)
	switch {
	case c.dataType == "bit":
		return name + " + 0"
	case c.dataType == "float" || c.dataType == "double":
		// A number of a phone or a card must not come as 4.1e15.
		return fmt.Sprintf("IF(%s = FLOOR(%[1]s) AND ABS(%[1]s) < 1e18, CAST(%[1]s AS DECIMAL(20)), CAST(%[1]s AS CHAR))", name)
	case c.long():
		return fmt.Sprintf("LEFT(%s, %d)", name, sqlsample.MaxValue+1)
	}
	return name
}

// isZeroDate reports whether a date is 0000-00-00, which stands for none.
func isZeroDate(v []byte) bool { return strings.HasPrefix(string(v), "0000-00-00") }

// shape describes the table to sqlsample.
func (t *table) shape(view bool) sqlsample.Shape {
	shape := sqlsample.Shape{View: view, Bytewise: true}
	for _, c := range t.all {
		col := sqlsample.Column{Field: assay.Field{Path: c.name, Type: c.columnType, Comment: c.comment, Key: c.foreign || slices.Contains(t.primary, c.name)}}
		switch {
		case !c.readable:
			col.Skip, col.SkipDetail = assay.ReasonDenied, "the user has no SELECT on the column"
		case slices.Contains(unsupported, c.dataType):
			col.Skip, col.SkipDetail = assay.ReasonUnsupported, "values of type "+c.dataType+" are not read"
		case c.class() == classTime:
			col.Empty = isZeroDate
		}
		if col.Skip == "" {
			t.columns = append(t.columns, c.expression())
		}
		shape.Columns = append(shape.Columns, col)
	}
	for _, k := range t.key {
		shape.Key = append(shape.Key, k.name)
		shape.Fold = shape.Fold || strings.HasSuffix(k.collation, "_ci")
		shape.Bytewise = shape.Bytewise && (k.collation == "" || k.collation == "binary" || strings.HasSuffix(k.collation, "_bin"))
	}
	shape.ShowRange = len(t.key) == 1 && t.key[0].numbered
	return shape
}
