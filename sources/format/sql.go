package format

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"
)

// sqlReader reads a dump of a SQL database: the rows of INSERT statements, as
// mysqldump writes them, and those of COPY, as pg_dump does. A field is named
// after table and column: users.email. All else — comments, definitions — is text.
type sqlReader struct {
	rec     *recorder
	rows    int // most rows of one table that are yielded; 0 for all
	tables  map[string]*sqlTable
	into    *sqlTable // that a statement is putting rows into
	columns []int     // of the table, in the order of the statement; nil for all
	copying bool      // the rows are lines, by COPY
	escapes bool      // a backslash in quotes stands for something, as in MySQL
	making  *sqlTable // whose definition is being read
	text    *lineReader
	sink    sink
	raw     []byte // the beginning of a value, by which it is judged
	dropped bool   // the value at hand is not yielded: its row does not count, or it is binary
	binary  bool
}

// sqlTable is a table of a dump.
type sqlTable struct {
	name    string
	columns []string
	nodes   map[int]*node
	rows    int
}

func newSQL(rec *recorder, rows int, head []byte) *sqlReader {
	return &sqlReader{rec: rec, rows: rows, tables: map[string]*sqlTable{}, text: newLines(rec, false),
		sink:    sink{rec: rec, sub: newJSON(rec, nil, false)},
		escapes: bytes.Contains(head, []byte("`")) || bytes.Contains(head, []byte("-- MySQL dump")) || bytes.Contains(head, []byte("-- MariaDB dump"))}
}

// The statements that hold rows, or tell the names of columns, at the beginning of
// a line.
var (
	insertInto  = regexp.MustCompile("(?is)^(?:INSERT|REPLACE)\\s+(?:(?:LOW_PRIORITY|DELAYED|HIGH_PRIORITY|IGNORE)\\s+)*INTO\\s+([\\w.\"`$\\x80-\\xff-]+)\\s*(\\([^()']*\\))?\\s*(?:OVERRIDING\\s+\\w+\\s+VALUE\\s+)?VALUES\\s*")
	copyFrom    = regexp.MustCompile(`(?i)^COPY\s+([\w."$\x80-\xff-]+)\s*(\([^()']*\))?\s*FROM\s+stdin[^\n]*;[ \t\r]*\n`)
	createTable = regexp.MustCompile("(?i)^CREATE\\s+(?:TEMPORARY\\s+|UNLOGGED\\s+|FOREIGN\\s+)*TABLE\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?([\\w.\"`$\\x80-\\xff-]+)\\s*\\(")
	columnName  = regexp.MustCompile("^\\s*(?:`([^`]+)`|\"([^\"]+)\"|([A-Za-z_\\x80-\\xff][\\w$\\x80-\\xff]*))\\s+\\S")
	noColumn    = regexp.MustCompile(`(?i)^\s*(PRIMARY|UNIQUE|KEY|CONSTRAINT|INDEX|FULLTEXT|SPATIAL|FOREIGN|CHECK|EXCLUDE|LIKE|PERIOD)\b`)
)

// sqlHead is how much of a statement is looked at to find its first row.
const sqlHead = 32 << 10

// isSQL reports whether a text looks like a dump with rows in it.
func isSQL(head []byte) bool {
	for line := range bytes.Lines(head) {
		if insertInto.Match(line) || copyFrom.Match(line) {
			return true
		}
		if bytes.HasPrefix(line, []byte("-- MySQL dump")) || bytes.HasPrefix(line, []byte("-- MariaDB dump")) || bytes.HasPrefix(line, []byte("-- PostgreSQL database dump")) {
			return true
		}
	}
	return false
}

func (q *sqlReader) start(*source) error { return nil }

// sync is not used: what a row means stands at the beginning of its statement.
func (q *sqlReader) sync(*source) (bool, error) { return false, nil }

func (q *sqlReader) flush() error { return q.text.flush() }

func (q *sqlReader) record(s *source) error {
	switch {
	case q.into != nil && q.copying:
		return q.line(s)
	case q.into != nil:
		return q.tuple(s)
	}
	head := s.ahead(sqlHead)
	if len(head) == 0 {
		_, err := s.peek()
		return err
	}
	if m := insertInto.FindSubmatchIndex(head); m != nil && m[1] < len(head) && head[m[1]] == '(' {
		return q.begin(s, head, m, false)
	}
	if m := copyFrom.FindSubmatchIndex(head); m != nil {
		return q.begin(s, head, m, true)
	}
	q.definition(head)
	return q.text.record(s)
}

// begin reads what stands before the first row of a statement.
func (q *sqlReader) begin(s *source, head []byte, m []int, copying bool) error {
	if err := q.text.flush(); err != nil {
		return err
	}
	q.into, q.copying, q.columns, q.making = q.table(string(head[m[2]:m[3]])), copying, nil, nil
	if m[4] >= 0 {
		for _, c := range strings.Split(string(head[m[4]+1:m[5]-1]), ",") {
			q.columns = append(q.columns, q.into.column(unquoted(strings.TrimSpace(c))))
		}
	}
	s.skip(m[1])
	return q.record(s)
}

// table returns the table with a name as it is written.
func (q *sqlReader) table(written string) *sqlTable {
	var parts []string
	for _, p := range strings.Split(written, ".") {
		parts = append(parts, unquoted(p))
	}
	name := strings.Join(parts, ".")
	t := q.tables[name]
	if t == nil {
		t = &sqlTable{name: name, nodes: map[int]*node{}}
		if len(q.tables) < maxFields {
			q.tables[name] = t
		}
	}
	return t
}

func unquoted(name string) string { return strings.Trim(name, "`\"") }

// column returns the place of a column, which it adds if it is not known.
func (t *sqlTable) column(name string) int {
	for i, c := range t.columns {
		if c == name {
			return i
		}
	}
	t.columns = append(t.columns, name)
	return len(t.columns) - 1
}

// definition learns the names of columns from the lines of CREATE TABLE.
func (q *sqlReader) definition(head []byte) {
	line, _, _ := bytes.Cut(head, newline)
	if m := createTable.FindSubmatchIndex(line); m != nil {
		q.making = q.table(string(line[m[2]:m[3]]))
		q.making.columns = nil
		line = line[m[1]:]
	}
	if q.making == nil {
		return
	}
	trimmed := bytes.TrimSpace(line)
	if bytes.HasPrefix(trimmed, []byte(")")) {
		q.making = nil
		return
	}
	for part := range definitions(line) {
		if m := columnName.FindSubmatch(part); m != nil && !noColumn.Match(part) && len(q.making.columns) < maxFields {
			q.making.column(string(bytes.Join(m[1:], nil)))
		}
	}
	if bytes.HasSuffix(trimmed, []byte(";")) { // all in one line
		q.making = nil
	}
}

// definitions yields the parts of a line that commas outside of parentheses
// separate.
func definitions(line []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		depth, from := 0, 0
		for i, b := range line {
			switch {
			case b == '(':
				depth++
			case b == ')':
				depth--
			case b == ',' && depth == 0:
				if !yield(line[from:i]) {
					return
				}
				from = i + 1
			}
		}
		yield(line[from:])
	}
}

// node returns the node of the i-th value of a row.
func (q *sqlReader) node(i int) *node {
	t := q.into
	if q.columns != nil && i < len(q.columns) {
		i = q.columns[i]
	}
	if n := t.nodes[i]; n != nil {
		return n
	}
	name := fmt.Sprintf("column_%d", i+1)
	if i < len(t.columns) && isName(t.columns[i]) {
		name = t.columns[i]
	}
	if i >= maxFields || !isName(t.name) || q.rec.nodes >= 4*maxFields {
		return q.rec.rest
	}
	q.rec.nodes++
	t.nodes[i] = &node{rec: q.rec, path: t.name + "." + name}
	return t.nodes[i]
}

// counts reports whether the row at hand is to be yielded; of a table, the first
// rows are. The others are passed over, and are no records of the sample.
func (q *sqlReader) counts() bool {
	q.into.rows++
	if q.rows <= 0 || q.into.rows <= q.rows {
		return true
	}
	q.rec.units--
	if q.into.rows == q.rows+1 {
		for _, n := range q.into.nodes {
			n.field().cut = fmt.Sprintf("only the first %d rows of the table were read", q.rows)
		}
	}
	return false
}

// line reads one row of COPY (PostgreSQL, "COPY, Text Format").
func (q *sqlReader) line(s *source) error {
	if b := s.ahead(3); len(b) >= 2 && string(b[:2]) == `\.` {
		q.into = nil
		return s.skipLine()
	}
	if _, err := s.peek(); err != nil {
		return q.cutOff(err)
	}
	if !q.counts() {
		return q.cutOff(s.skipLine())
	}
	for i := 0; ; i++ {
		q.begun(s, i)
		if err := q.copied(s); err != nil && err != io.EOF {
			return err
		}
		if err := q.end(string(q.raw) == `\N`); err != nil {
			return err
		}
		if b, err := s.next(); err != nil || b == '\n' {
			return q.cutOff(err)
		}
	}
}

var copyStops = stopAt("\t\n\\")

// copied reads one value of a line.
func (q *sqlReader) copied(s *source) error {
	for {
		if err := s.until(copyStops, q.add); err != nil {
			return err
		}
		b, _ := s.peek()
		if b != '\\' {
			return nil
		}
		s.skip(1)
		e, err := s.next()
		if err != nil {
			return err
		}
		if e == 'N' && len(q.raw) == 0 {
			q.raw = append(q.raw, `\N`...)
			continue
		}
		if err := q.add([]byte{escaped(e)}); err != nil {
			return err
		}
	}
}

// escaped is what a letter behind a backslash stands for.
func escaped(b byte) byte {
	if i := strings.IndexByte("0bnrtvZf", b); i >= 0 {
		return "\x00\b\n\r\t\v\x1A\f"[i]
	}
	return b
}

// tuple reads one row of INSERT and what separates it from the next.
func (q *sqlReader) tuple(s *source) error {
	if err := blanks(s); err != nil {
		return err
	}
	if b, _ := s.peek(); b != '(' {
		q.into = nil // the statement's end, or something else, which is text
		return q.record(s)
	}
	s.skip(1)
	yields := q.counts()
	for i, b := 0, byte(','); b == ','; i++ {
		if err := blanks(s); err != nil {
			return q.cutOff(err)
		}
		q.begun(s, i)
		q.dropped = !yields
		null, err := q.value(s)
		if err != nil {
			return q.cutOff(err)
		}
		if yields {
			if err := q.end(null); err != nil {
				return err
			}
		}
		if b, err = s.next(); err != nil {
			return q.cutOff(err)
		}
	}
	return q.after(s)
}

// after reads what stands behind a row: a comma if more follow.
func (q *sqlReader) after(s *source) error {
	if err := blanks(s); err != nil {
		return q.cutOff(err)
	}
	b, _ := s.peek()
	if b == ',' || b == ';' {
		s.skip(1)
	}
	if b == ',' {
		return q.cutOff(blanks(s))
	}
	q.into = nil
	if err := blanks(s); err != io.EOF { // or the line's end would be a text
		return err
	}
	return nil
}

// cutOff notes that the dump ends inside a statement, if it does.
func (q *sqlReader) cutOff(err error) error {
	if err == io.EOF {
		q.rec.broken++
	}
	return err
}
