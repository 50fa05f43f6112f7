package postgres

import (
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// class is what a column's values are, as far as it matters for a key.
type class int

const (
	classOther class = iota // no random positions can be drawn from it
	classSigned
	classFloat
	classTime
	classText
	classBytes
)

// keyTypes are the types that keys can be drawn from, and the type that a
// position is sent as.
var keyTypes = map[string]struct {
	class class
	sent  string
}{
	"int2": {classSigned, "bigint"}, "int4": {classSigned, "bigint"}, "int8": {classSigned, "bigint"}, "oid": {classSigned, "bigint"},
	"float4": {classFloat, "float8"}, "float8": {classFloat, "float8"}, "numeric": {classFloat, "numeric"},
	"date": {classTime, "timestamp"}, "timestamp": {classTime, "timestamp"}, "timestamptz": {classTime, "timestamptz"},
	"text": {classText, "text"}, "varchar": {classText, "text"}, "bpchar": {classText, "bpchar"}, "name": {classText, "text"},
	"uuid": {classBytes, "uuid"}, "bytea": {classBytes, "bytea"},
}

func (c column) class() class {
	switch {
	case c.kind != "b" || c.element != "":
		return classOther
	case c.whole:
		return classSigned
	}
	return keyTypes[c.base].class
}

// mark is the n-th placeholder of a statement, for a value of the key's column.
func (c column) mark(n int) string {
	if c.base == "bytea" {
		return fmt.Sprintf("decode($%d, 'hex')", n)
	}
	return fmt.Sprintf("$%d::%s", n, keyTypes[c.base].sent)
}

// read is the expression that reads the key's column, as text.
func (c column) read() string {
	if c.base == "bytea" {
		return "encode(" + quote(c.name) + ", 'hex')"
	}
	return quote(c.name) + "::text"
}

// ordered is the column where a statement compares and orders by it. Without the
// table's name, ORDER BY would mean the text that read makes of it.
func (c column) ordered() string { return "t." + quote(c.name) }

// datetime is the form of a time in which PostgreSQL takes and, in the ISO date
// style, shows each of its types; one with a zone has +00 at its end, as UTC is set.
const datetime = "2006-01-02 15:04:05.999999"

// bind makes a key's value the text that the server makes the value of.
func (c column) bind(v any) string {
	switch v := v.(type) {
	case []byte:
		if c.base == "uuid" { // which may be written without hyphens, but has all its bytes
			v = append(slices.Clone(v), make([]byte, 16)...)[:16]
		}
		return hex.EncodeToString(v)
	case time.Time:
		return v.Format(datetime)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// value makes a key's value of what the server sent; nil if it cannot, as of
// infinity and of years before Christ.
func (c column) value(raw *string) any {
	if raw == nil {
		return nil
	}
	var v any
	var err error
	switch s := *raw; c.class() {
	case classSigned:
		v, err = strconv.ParseInt(s, 10, 64)
	case classFloat:
		var f float64
		f, err = strconv.ParseFloat(s, 64)
		if v = f; math.IsNaN(f) || math.IsInf(f, 0) {
			return nil
		}
	case classTime:
		v, err = parseTime(strings.TrimSuffix(s, "+00"))
	case classBytes:
		v, err = hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	default:
		return s
	}
	if err != nil {
		return nil
	}
	return v
}

func parseTime(s string) (time.Time, error) {
	if len(s) == len(time.DateOnly) {
		return time.Parse(time.DateOnly, s)
	}
	return time.Parse(datetime, s)
}
