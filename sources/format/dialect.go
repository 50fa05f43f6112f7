package format

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"unicode"
)

// dialect is how delimited text is written.
type dialect struct {
	comma   byte
	header  bool     // the first record names the columns
	columns []string // one name for each column, distinct
}

// sniffRows is how many records decide on the dialect.
const sniffRows = 200

// splitCSV returns the first records of a text. When the text is not whole, a
// record that reaches its end is left out.
func splitCSV(text []byte, comma byte, whole bool) [][]string {
	r := newCSVReader(text, comma)
	r.LazyQuotes = true
	var rows [][]string
	for len(rows) < sniffRows {
		row, err := r.Read()
		if err != nil || !whole && r.InputOffset() == int64(len(text)) {
			break
		}
		rows = append(rows, row)
	}
	return rows
}

func newCSVReader(text []byte, comma byte) *csv.Reader {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = rune(comma), -1, comma != '\t'
	return r
}

// sniffCSV recognises delimited text: nearly all of its first records have the
// same number of columns.
func sniffCSV(head []byte, whole bool, name string) (dialect, bool) {
	named := false
	switch extension(name) {
	case ".csv", ".tsv", ".tab", ".psv":
		named = true
	}
	var best dialect
	for _, comma := range []byte("\t,;|") {
		rows := splitCSV(head, comma, whole)
		if !regular(rows) || len(rows[0]) <= len(best.columns) {
			continue
		}
		d := describe(rows, comma)
		if named || likely(d, len(rows)) {
			best = d
		}
	}
	if best.columns != nil {
		return best, true
	}
	// A list of one column has no delimiter: only its name says what it is.
	if rows := splitCSV(head, ',', whole); named && len(rows) > 1 {
		return describe(rows, ','), true
	}
	return dialect{}, false
}

// likely reports whether regular records of a file whose name says nothing are
// a table rather than a few lines of prose or code with a comma in each.
func likely(d dialect, rows int) bool {
	switch {
	case len(d.columns) > 2:
		return rows >= 2
	case d.header:
		return rows >= 3
	}
	return rows >= 5 && d.comma != ','
}

// regular reports whether the records look like rows of a table: as wide as the
// first in 95 % of cases, and not just one value and an end mark.
func regular(rows [][]string) bool {
	if len(rows) == 0 || len(rows[0]) < 2 {
		return false
	}
	same, filled := 0, 0
	for _, r := range rows {
		if len(r) == len(rows[0]) {
			same++
		}
		values := 0
		for _, v := range r {
			if strings.TrimSpace(v) != "" {
				values++
			}
		}
		if values >= 2 {
			filled++
		}
	}
	return same*20 >= len(rows)*19 && filled*2 >= len(rows)
}

// describe names the columns.
func describe(rows [][]string, comma byte) dialect {
	d := dialect{comma: comma, header: isHeader(rows)}
	seen := map[string]int{}
	for i, cell := range rows[0] {
		if i == maxFields {
			break
		}
		name := strings.TrimSpace(cell)
		if !d.header || !isName(name) {
			name = fmt.Sprintf("column_%d", i+1)
		}
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s_%d", name, seen[name])
		}
		d.columns = append(d.columns, name)
	}
	return d
}

// isHeader reports whether the first record names the columns. Each of its
// cells must look like a name, and one must differ in kind from what is below
// it; where nothing is below, or all are words, the cells must be written as
// programmers write names.
func isHeader(rows [][]string) bool {
	for _, cell := range rows[0] {
		if cell != "" && !isName(strings.TrimSpace(cell)) {
			return false
		}
	}
	for i, cell := range rows[0] {
		values, other := 0, 0
		for _, r := range rows[1:] {
			if i >= len(r) || r[i] == "" {
				continue
			}
			if r[i] == cell {
				return false // a value like any other
			}
			if values++; !isWords(r[i]) {
				other++
			}
		}
		if cell != "" && isWords(cell) && other*10 >= values*8 && other > 0 {
			return true
		}
	}
	named := 0
	for _, cell := range rows[0] {
		if isIdentifier(cell) || columnWords[strings.ToLower(strings.TrimSpace(cell))] {
			named++
		}
	}
	return named*2 > len(rows[0])
}

// isWords reports whether s holds nothing but letters and what joins words.
func isWords(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune(" _-.()/#%?&", r) {
			return false
		}
	}
	return true
}

// isIdentifier reports whether s is written like a variable: lower case, or with
// an underscore.
func isIdentifier(s string) bool {
	return s != "" && !strings.ContainsAny(s, " .") && (s == strings.ToLower(s) || strings.Contains(s, "_"))
}

// columnWords are headings of tables that hold nothing but words.
var columnWords = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Split("id|name|first name|last name|surname|given name|family name|full name|title|city|town|"+
		"country|state|region|street|address|department|company|role|position|status|type|category|description|comment|note|notes|"+
		"gender|sex|nationality|language|e-mail|email|phone|date|value|key", "|") {
		m[w] = true
	}
	return m
}()
