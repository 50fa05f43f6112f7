package postgres

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"example.com/assay"
	"example.com/assay/sources/sqlsample"
)

// column is a column of a table as the catalog describes it.
type column struct {
	name, comment string
	declared      string // its type in PostgreSQL's words
	base          string // the type that values have: of a domain, what it stands for
	kind          string // of that type: b base, c composite, e enum, r range, m multirange
	element       string // of an array, the type of its elements; empty for what is none
	readable      bool   // the user has SELECT on it
	foreign       bool   // it refers to another table
	numbered      bool   // the database makes up its values, by counting
	whole         bool   // its numbers have no fraction and fit 64 bits
	bytewise      bool   // its text is ordered by its bytes
}

// readRelation finds a table and how many pages it has; of a partitioned table,
// all its partitions have, as long as all of them have pages and may be read.
const readRelation = `WITH RECURSIVE part(oid) AS (
	SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2
	UNION ALL SELECT i.inhrelid FROM part p JOIN pg_inherits i ON i.inhparent = p.oid JOIN pg_class c ON c.oid = i.inhparent WHERE c.relkind = 'p'
)
SELECT (SELECT oid FROM part LIMIT 1)::text, (SELECT relkind FROM pg_class WHERE oid = (SELECT oid FROM part LIMIT 1))::text,
	(SELECT COALESCE(sum(CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) / current_setting('block_size')::bigint END), 0)
		FROM part p JOIN pg_class c ON c.oid = p.oid)::text,
	(SELECT bool_and(c.relkind = 'p' OR c.relkind IN ('r', 'm') AND (NOT c.relispartition OR has_table_privilege(c.oid, 'SELECT')))
		FROM part p JOIN pg_class c ON c.oid = p.oid)::text`

// readColumns reads the columns of table $1; a domain is followed to its type.
const readColumns = `SELECT a.attname::text, COALESCE(col_description(a.attrelid, a.attnum), ''), format_type(a.atttypid, a.atttypmod),
	CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN t.typname ELSE format_type(t.oid, NULL) END, t.typtype::text,
	CASE WHEN t.typcategory = 'A' THEN format_type(t.typelem, NULL) ELSE '' END,
	has_column_privilege(a.attrelid, a.attnum, 'SELECT')::text,
	EXISTS (SELECT FROM pg_constraint f WHERE f.conrelid = a.attrelid AND f.contype = 'f' AND a.attnum = ANY (f.conkey))::text,
	(a.attidentity <> '' OR COALESCE(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false))::text,
	(t.typname = 'numeric' AND m.mod >= 4 AND (m.mod - 4) >> 16 <= 18 AND (m.mod - 4) & 65535 = 0)::text,
	(CASE WHEN a.attcollation = 0 THEN true WHEN o.collname = 'default' THEN 'a'::text > 'B'::text ELSE o.collname IN ('C', 'POSIX', 'ucs_basic') END)::text
FROM pg_attribute a
JOIN LATERAL (WITH RECURSIVE b AS (SELECT y.*, a.atttypmod AS mod FROM pg_type y WHERE y.oid = a.atttypid
	UNION ALL SELECT y.*, b.typtypmod FROM pg_type y JOIN b ON b.typtype = 'd' AND y.oid = b.typbasetype) SELECT * FROM b WHERE typtype <> 'd') t ON true
CROSS JOIN LATERAL (SELECT t.mod) m
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation o ON o.oid = a.attcollation
WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`

// readKeys lists the columns of the keys without duplicates of table $1, the
// primary key first. usable are those that rows can be read by: never NULL, in
// ascending order, by the usual comparison, of text that differs if its bytes do.
const readKeys = `SELECT x.relname::text, COALESCE(a.attname, '')::text, i.indisprimary::text,
	COALESCE(a.attnotnull AND k.opt & 1 = 0 AND c.opcdefault AND k.coll = a.attcollation
		AND (o.oid IS NULL OR o.collisdeterministic), false)::text
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
CROSS JOIN LATERAL unnest(i.indkey::int2[], i.indoption::int2[], i.indclass::oid[], i.indcollation::oid[]) WITH ORDINALITY k(att, opt, class, coll, n)
LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.att AND k.att > 0
LEFT JOIN pg_opclass c ON c.oid = k.class
LEFT JOIN pg_collation o ON o.oid = k.coll
WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree' AND k.n <= i.indnkeyatts
ORDER BY NOT i.indisprimary, x.relname, k.n`

// schema finds out what there is to know of the table; it is false if there is
// no such table.
func (t *table) schema(ctx context.Context) (bool, error) {
	r, err := t.x.one(ctx, readRelation, t.namespace, t.name)
	if err != nil || len(r) == 0 || r[0] == nil {
		return false, err
	}
	t.oid, t.kind = *r[0], *r[1]
	if *r[3] == "true" {
		t.pages, _ = strconv.ParseInt(*r[2], 10, 64)
	}
	err = t.x.each(ctx, readColumns, []string{t.oid}, func(v [][]byte) error {
		t.all = append(t.all, column{
			name: string(v[0]), comment: string(v[1]), declared: string(v[2]), base: string(v[3]), kind: string(v[4]), element: string(v[5]),
			readable: isTrue(v[6]), foreign: isTrue(v[7]), numbered: isTrue(v[8]), whole: isTrue(v[9]), bytewise: isTrue(v[10]),
		})
		return nil
	})
	if err != nil {
		return false, err
	}
	var keys []sqlsample.KeyPart
	err = t.x.each(ctx, readKeys, []string{t.oid}, func(v [][]byte) error {
		keys = append(keys, sqlsample.KeyPart{Key: string(v[0]), Column: string(v[1]), Primary: isTrue(v[2]), Usable: isTrue(v[3])})
		return nil
	})
	t.primary = sqlsample.PrimaryKey(keys)
	t.key = t.columnsOf(keys)
	return true, err
}

func isTrue(v []byte) bool { return string(v) == "true" }

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

// long are the types whose values can be longer than what is examined.
var long = []string{"text", "varchar", "bpchar", "xml", "json", "jsonb", "bytea", "tsvector"}

// unsupported says why values of a column are not read; empty if they are.
func (c column) unsupported() string {
	switch {
	case c.element == "bytea":
		return "arrays of bytea are not read"
	case c.base == "geometry" || c.base == "geography" || c.base == "raster":
		return "values of type " + c.base + " have no text form"
	}
	return ""
}

// expression reads the column as text or bytea.
func (c column) expression() string {
	name := quote(c.name)
	switch {
	case c.element != "" || c.kind == "c": // the paths of a document are its fields
		return fmt.Sprintf("left(to_json(%s)::text, %d)", name, sqlsample.MaxValue+1)
	case c.base == "bytea":
		return fmt.Sprintf("substring(%s FROM 1 FOR %d)", name, sqlsample.MaxValue+1)
	case c.base == "float4" || c.base == "float8":
		// A number of a phone or a card must not come as 4.1e15.
		return fmt.Sprintf("CASE WHEN %s = floor(%[1]s) AND abs(%[1]s) < 1e18 THEN %[1]s::bigint::text ELSE %[1]s::text END", name)
	case c.kind == "b" && slices.Contains(long, c.base):
		return fmt.Sprintf("left(%s::text, %d)", name, sqlsample.MaxValue+1)
	}
	return name + "::text"
}

// shape describes the table to sqlsample.
func (t *table) shape() sqlsample.Shape {
	shape := sqlsample.Shape{View: t.isView(), Bytewise: true}
	for _, c := range t.all {
		col := sqlsample.Column{Field: assay.Field{Path: c.name, Type: c.declared, Comment: c.comment, Key: c.foreign || slices.Contains(t.primary, c.name)}}
		switch detail := c.unsupported(); {
		case !c.readable:
			col.Skip, col.SkipDetail = assay.ReasonDenied, "the user has no SELECT on the column"
		case detail != "":
			col.Skip, col.SkipDetail = assay.ReasonUnsupported, detail
		default:
			t.columns = append(t.columns, c.expression())
		}
		shape.Columns = append(shape.Columns, col)
	}
	for _, k := range t.key {
		shape.Key = append(shape.Key, k.name)
		shape.Bytewise = shape.Bytewise && k.bytewise
	}
	shape.Fold = !shape.Bytewise // letters are ordered by the alphabet, and by their case only after that
	shape.ShowRange = len(t.key) == 1 && t.key[0].numbered
	return shape
}
