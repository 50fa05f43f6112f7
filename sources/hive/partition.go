package hive

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
)

// noValue is what Hive writes for a partition whose value is NULL or empty.
const noValue = "__HIVE_DEFAULT_PARTITION__"

// key is a column by which a table is partitioned.
type key struct{ name, kind string }

// numeric reports whether the values of a key are numbers.
func (k key) numeric() bool {
	kind, _, _ := strings.Cut(k.kind, "(")
	switch kind {
	case "tinyint", "smallint", "int", "integer", "bigint", "float", "double", "decimal":
		return true
	}
	return false
}

// partition is one partition of a table: the value of each key.
type partition []string

// parsePartition reads a name of a partition as the metastore writes it:
// ds=2026-03-01/city=S%C3%A3o%20Paulo.
func parsePartition(name string, keys []key) (partition, error) {
	parts := strings.Split(name, "/")
	if len(parts) != len(keys) {
		return nil, errors.New("the name of a partition has not one value for each key")
	}
	out := make(partition, len(keys))
	for i, part := range parts {
		k, v, ok := strings.Cut(part, "=")
		if !ok || !strings.EqualFold(unescape(k), keys[i].name) {
			return nil, errors.New("the name of a partition does not name its keys in their order")
		}
		out[i] = unescape(v)
	}
	return out, nil
}

// unescape replaces %41 by A, as Hive does; what is no such escape stays.
func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if high, low := hexDigit(s[i+1]), hexDigit(s[i+2]); high >= 0 && low >= 0 {
				out = append(out, byte(high<<4|low))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

func hexDigit(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	}
	return -1
}

// latest returns the n latest of the partitions, the latest first: those with
// the largest values, the first key counting most, and no value least. Numbers
// are compared as numbers.
func latest(partitions []partition, keys []key, n int) []partition {
	type ranked struct {
		partition
		numbers []*big.Rat // nil where a value is none
	}
	all := make([]ranked, len(partitions))
	for i, p := range partitions {
		all[i] = ranked{p, make([]*big.Rat, len(keys))}
		for j, k := range keys {
			if k.numeric() {
				all[i].numbers[j] = number(p[j])
			}
		}
	}
	slices.SortFunc(all, func(a, b ranked) int {
		for i := range keys {
			if c := compare(b.partition[i], a.partition[i], b.numbers[i], a.numbers[i]); c != 0 {
				return c
			}
		}
		return 0
	})
	out := make([]partition, 0, min(n, len(all)))
	for _, r := range all[:min(n, len(all))] {
		out = append(out, r.partition)
	}
	return out
}

// number returns the number that a text is; nil if it is none.
func number(s string) *big.Rat {
	if len(s) > 64 { // more than any type of Hive has
		return nil
	}
	if !numberForm.MatchString(s) {
		return nil
	}
	r, _ := new(big.Rat).SetString(s)
	return r
}

// numberForm is how Hive writes numbers; an exponent of more digits would make
// a number too large to be held.
var numberForm = regexp.MustCompile(`^[+-]?\d+(\.\d*)?([eE][+-]?\d{1,3})?$`)

// compare orders two values of a key, whose numbers are x and y.
func compare(a, b string, x, y *big.Rat) int {
	switch {
	case a == noValue || b == noValue:
		return cmp.Compare(order(a), order(b))
	case x != nil && y != nil:
		return x.Cmp(y)
	case x != nil || y != nil: // what should be a number and is none comes before
		return cmp.Compare(b2i(x != nil), b2i(y != nil))
	}
	return strings.Compare(a, b)
}

func order(v string) int { return b2i(v != noValue) }

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// condition returns the condition, in HiveQL, that a row is of a partition.
func (p partition) condition(keys []key) string {
	terms := make([]string, len(keys))
	for i, k := range keys {
		terms[i] = quote(k.name) + " = " + literal(k, p[i])
		if p[i] == noValue {
			terms[i] = quote(k.name) + " IS NULL"
			if k.kind == "string" || strings.HasPrefix(k.kind, "varchar") || strings.HasPrefix(k.kind, "char") {
				terms[i] = quote(k.name) + " = " + text(noValue)
			}
		}
	}
	return strings.Join(terms, " AND ")
}

// literal writes a value of a key.
func literal(k key, v string) string {
	switch {
	case k.numeric() && number(v) != nil:
		return v
	case k.kind == "date":
		return "CAST(" + text(v) + " AS DATE)"
	case strings.HasPrefix(k.kind, "timestamp"):
		return "CAST(" + text(v) + " AS TIMESTAMP)"
	}
	return text(v)
}

// text writes a string.
func text(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\x00", `\0`).Replace(s) + "'"
}

// openForm are values that a person may be shown: dates, hours, and other small
// numbers. The others can be content.
var openForm = regexp.MustCompile(`^(\d{1,2}|(19|20)\d\d([-/]?[01]\d([-/]?[0-3]\d)?)?)$`)

// String names the partition for a person: ds=2026-03-01, city=….
func (p partition) shown(keys []key) string {
	parts := make([]string, len(keys))
	for i, k := range keys {
		v := p[i]
		if !openForm.MatchString(v) && v != noValue {
			v = "…"
		}
		parts[i] = fmt.Sprintf("%s=%s", k.name, v)
	}
	return strings.Join(parts, "/")
}
