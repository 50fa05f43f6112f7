package code

import (
	"bytes"
	"regexp"

	"example.com/assay/engine"
)

// insertText is the head of an INSERT with a list of columns (ISO 9075-2, 14.11).
var insertText = regexp.MustCompile("(?i)^insert\\s+(?:ignore\\s+)?into\\s+[\\w.`\"\\[\\]]+\\s*\\(([^()]+)\\)\\s*values\\s*")

// The most rows and bytes of one INSERT that are looked at.
const (
	maxInserted    = 200
	maxInsertBytes = 64 << 10
)

// findInserted finds the quoted values that an INSERT gives to columns of
// passwords.
func findInserted(text []byte, emit func(start, end int)) {
	for at := nextInsert(text, 0); at < len(text); at = nextInsert(text, at) {
		at += insertedInto(text[at:min(len(text), at+maxInsertBytes)], func(start, end int) { emit(at+start, at+end) })
	}
}

// insertedInto finds what the INSERT at the beginning of a text gives to columns of
// passwords, and returns how far it read.
func insertedInto(text []byte, emit func(start, end int)) int {
	head := insertText.FindSubmatchIndex(text)
	if head == nil {
		return 1
	}
	columns := passwordColumns(text[head[2]:head[3]])
	if len(columns) == 0 {
		return head[1]
	}
	row := sqlRow{text: text, at: head[1]}
	inColumn := func(column, start, end int) {
		if columns[column] {
			emit(start, end)
		}
	}
	for n := 0; n < maxInserted && row.next(inColumn); n++ {
	}
	return row.at
}

// nextInsert returns where the next INSERT begins at or after a place; the length
// of the text when there is none.
func nextInsert(text []byte, at int) int {
	const word = "insert "
	for ; at+len(word) <= len(text); at++ {
		if text[at]|0x20 == 'i' && bytes.EqualFold(text[at:at+len(word)], []byte(word)) {
			return at
		}
	}
	return len(text)
}

// passwordColumns returns which of the columns of a list hold passwords.
func passwordColumns(list []byte) map[int]bool {
	columns := map[int]bool{}
	for i, name := range bytes.Split(list, []byte(",")) {
		name = bytes.Trim(name, " \t\r\n`\"[]'")
		if (assignment{key: nameWords(name)}).ofPassword() {
			columns[i] = true
		}
	}
	return columns
}

// sqlRow reads the rows of VALUES, one after the other.
type sqlRow struct {
	text []byte
	at   int
}

// next reads a row and hands over its quoted values with their columns, from 0.
// It reports whether there was one, whole.
func (r *sqlRow) next(value func(column, start, end int)) bool {
	r.skip(" \t\r\n,")
	if r.at == len(r.text) || r.text[r.at] != '(' {
		return false
	}
	for column, depth := 0, 0; r.at < len(r.text); r.at++ {
		switch r.text[r.at] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				r.at++
				return true
			}
		case ',':
			if depth == 1 {
				column++
			}
		case '\'':
			start := r.at + 1
			if !r.quoted() {
				return false
			}
			if depth == 1 {
				value(column, start, r.at)
			}
		}
	}
	return false
}

// quoted goes to the end of the string that begins here; a quote in it is
// doubled, or behind a backslash.
func (r *sqlRow) quoted() bool {
	for r.at++; r.at < len(r.text); r.at++ {
		switch r.text[r.at] {
		case '\\':
			r.at++
		case '\'':
			if r.at+1 == len(r.text) || r.text[r.at+1] != '\'' {
				return true
			}
			r.at++
		}
	}
	return false
}

func (r *sqlRow) skip(cutset string) {
	for r.at < len(r.text) && bytes.IndexByte([]byte(cutset), r.text[r.at]) >= 0 {
		r.at++
	}
}

// judgeInserted takes what can be a password, and no hash of one.
func judgeInserted(c engine.Candidate) float64 {
	v := c.Bytes()
	if len(v) < 4 || len(v) > 128 || hasBlank(v) || v[0] == '$' || hashScheme.Match(v) {
		return 0
	}
	return ok(!standsFor(assignment{value: v}) && chosen(v) >= weakChoice)
}

// hashScheme is how hashes of passwords begin that name what they are made by.
var hashScheme = regexp.MustCompile(`(?i)^(?:\{?(?:s?sha|md5|s?md4|pbkdf2|bcrypt|argon2|scrypt|crypt)|\*[0-9A-F]{40}$|[0-9a-f]{32}(?:[0-9a-f]{8}|[0-9a-f]{32}|[0-9a-f]{96})?$|[0-9a-f]{8,}:[0-9a-f]{8,})`)
