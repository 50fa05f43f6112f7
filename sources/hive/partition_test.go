package hive

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestLatest(t *testing.T) {
	tests := []struct {
		kinds, names string // separated by blanks
		want         string // the partitions in their order
	}{
		{"string", "k=2026-03-01 k=2026-03-10 k=2026-03-02", "2026-03-10 2026-03-02 2026-03-01"},
		{"int", "k=9 k=10 k=-3 k=007", "10 9 007 -3"},
		{"decimal(10,2)", "k=9.5 k=10.25 k=9.50", "10.25 9.5 9.50"},
		{"bigint", "k=9223372036854775807 k=9223372036854775806", "9223372036854775807 9223372036854775806"},
		{"double", "k=1.0E10 k=9.9E9 k=NaN", "1.0E10 9.9E9 NaN"},
		{"double", "k=1E999999999 k=1", "1 1E999999999"},
		{"string", "k=9 k=10", "9 10"},
		{"date", "k=2026-02-28 k=2026-03-01", "2026-03-01 2026-02-28"},
		{"string", "k=__HIVE_DEFAULT_PARTITION__ k=A", "A __HIVE_DEFAULT_PARTITION__"},
		{"int", "k=__HIVE_DEFAULT_PARTITION__ k=-5", "-5 __HIVE_DEFAULT_PARTITION__"},
		{"string int", "k=a/k=9 k=a/k=10 k=b/k=1", "b/1 a/10 a/9"},
		{"string string", "k=a%2Fb/k=x%3Dy%25 k=a/k=z", "a/b/x=y% a/z"},
		{"string", "k=%zz%4 k=%41", "A %zz%4"},
	}
	for _, tt := range tests {
		var keys []key
		for kind := range strings.FieldsSeq(tt.kinds) {
			keys = append(keys, key{"k", kind})
		}
		var all []partition
		for name := range strings.FieldsSeq(tt.names) {
			p, err := parsePartition(name, keys)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all = append(all, p)
		}
		var got []string
		for _, p := range latest(all, keys, len(all)) {
			got = append(got, strings.Join(p, "/"))
		}
		if want := strings.Fields(tt.want); !slices.Equal(got, want) {
			t.Errorf("%s of %s: %q, want %q", tt.names, tt.kinds, got, want)
		}
		if first := latest(all, keys, 1); len(first) != 1 || strings.Join(first[0], "/") != got[0] {
			t.Errorf("%s: the latest is %q", tt.names, first)
		}
	}
}

func TestBadNames(t *testing.T) {
	keys := []key{{"a", "string"}, {"b", "int"}}
	for _, name := range []string{"", "a=1", "a=1/b=2/c=3", "b=2/a=1", "a=1/b", "a/b=1"} {
		if p, err := parsePartition(name, keys); err == nil {
			t.Errorf("%q is %q", name, p)
		}
	}
}

func TestConditions(t *testing.T) {
	tests := []struct {
		kind, value, want, shown string
	}{
		{"string", "2026-03-01", "`k` = '2026-03-01'", "k=2026-03-01"},
		{"string", `a'b\c`, "`k` = 'a\\'b\\\\c'", "k=…"},
		{"string", noValue, "`k` = '__HIVE_DEFAULT_PARTITION__'", "k=" + noValue},
		{"int", noValue, "`k` IS NULL", "k=" + noValue},
		{"int", "7", "`k` = 7", "k=7"},
		{"int", "1 OR 1=1", "`k` = '1 OR 1=1'", "k=…"},
		{"bigint", "4915112345678", "`k` = 4915112345678", "k=…"},
		{"date", "2026-03-01", "`k` = CAST('2026-03-01' AS DATE)", "k=2026-03-01"},
		{"varchar(10)", "bob@example.com", "`k` = 'bob@example.com'", "k=…"},
	}
	for _, tt := range tests {
		p, keys := partition{tt.value}, []key{{"k", tt.kind}}
		if got := p.condition(keys); got != tt.want {
			t.Errorf("%s %q: %s, want %s", tt.kind, tt.value, got, tt.want)
		}
		if got := p.shown(keys); got != tt.shown {
			t.Errorf("%s %q is shown as %s, want %s", tt.kind, tt.value, got, tt.shown)
		}
	}
}

func FuzzPartition(f *testing.F) {
	f.Add("a=2026/b=7", "a=%41/b=__HIVE_DEFAULT_PARTITION__")
	f.Add("a='/b=\\", "a=/b=1e9")
	f.Fuzz(func(t *testing.T, one, other string) {
		keys := []key{{"a", "string"}, {"b", "double"}}
		p, err1 := parsePartition(one, keys)
		q, err2 := parsePartition(other, keys)
		if err1 != nil || err2 != nil {
			return
		}
		ab, ba := latest([]partition{p, q}, keys, 2), latest([]partition{q, p}, keys, 2)
		if fmt.Sprint(ab) != fmt.Sprint(ba) && compareAll(p, q, keys) != 0 {
			t.Errorf("the order of %q and %q depends on which comes first", one, other)
		}
		// What is between quotes in the condition must end where the value does.
		if c := p[:1].condition(keys[:1]); unquoted(strings.TrimPrefix(c, "`a` = ")) != p[0] {
			t.Errorf("%q becomes the condition %s", p[0], c)
		}
	})
}

func compareAll(p, q partition, keys []key) int {
	for i, k := range keys {
		x, y := number(p[i]), number(q[i])
		if !k.numeric() {
			x, y = nil, nil
		}
		if c := compare(p[i], q[i], x, y); c != 0 {
			return c
		}
	}
	return 0
}

// unquoted reads a string of HiveQL as Hive does; what is behind it makes it
// another one.
func unquoted(s string) string {
	if !strings.HasPrefix(s, "'") {
		return s + " is not quoted"
	}
	var out []byte
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\'':
			return string(out) + s[i+1:]
		case '\\':
			if i++; i < len(s) && s[i] == '0' {
				out = append(out, 0)
			} else if i < len(s) {
				out = append(out, s[i])
			}
		default:
			out = append(out, s[i])
		}
	}
	return string(out) + " has no end"
}

func FuzzParse(f *testing.F) {
	f.Add("hive://user:secret@host:10000/db/table?metastore=m:9083&auth=nosasl")
	f.Add("hive://h/a%2Fb/c")
	f.Fuzz(func(t *testing.T, uri string) {
		s := &Source{}
		if s.parse(uri) != nil || s.database == "" || s.table == "" {
			return
		}
		d, n, err := s.names(s.id(s.database, s.table))
		if err != nil || d != s.database || n != s.table {
			t.Errorf("%q: the id of %q.%q names %q.%q, %v", uri, s.database, s.table, d, n, err)
		}
	})
}
