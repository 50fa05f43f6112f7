package sqlsample

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
)

// gather collects values of a single column v.
func gather(t *testing.T, values ...string) (map[string][]string, *collector) {
	t.Helper()
	got := map[string][]string{}
	c := newCollector([]Column{{Field: assay.Field{Path: "v"}}}, 1<<30, func(d assay.Datum) error {
		got[d.Field.Path] = append(got[d.Field.Path], string(d.Value))
		return nil
	})
	for i, v := range values {
		if err := c.row([][]byte{fmt.Append(nil, i)}, [][]byte{[]byte(v)}); err != nil {
			t.Fatal(err)
		}
	}
	return got, c
}

func TestJSON(t *testing.T) {
	tests := []struct {
		name, value string
		want        map[string][]string
	}{
		{"paths", `{"user":{"email":"x@y"},"tags":["a",{"b":1}]}`, map[string][]string{"v.$.user.email": {"x@y"}, "v.$.tags[*]": {"a"}, "v.$.tags[*].b": {"1"}}},
		{"scalars", ` [1.50, true, false, null, "", "é\n"]`, map[string][]string{"v.$[*]": {"1.50", "true", "false", "é\n"}}},
		{"keys that are data", `{"x@y.z":1,"+49 170 1234567":2,"":3}`, map[string][]string{"v.$.*~": {"x@y.z", "+49 170 1234567"}, "v.$.*": {"1", "2", "3"}}},
		{"odd names", `{"a.b":1,"$":2,"c d":3}`, map[string][]string{"v.$['a.b']": {"1"}, "v.$['c d']": {"3"}, "v.$.*~": {"$"}, "v.$.*": {"2"}}},
		{"not JSON", `{not json}`, map[string][]string{"v": {`{not json}`}}},
		{"cut off", `{"a":1`, map[string][]string{"v": {`{"a":1`}}},
		{"number", `12`, map[string][]string{"v": {"12"}}},
		{"empty object", `{}`, map[string][]string{}},
		{"NUL in a string", `{"a":"x\u0000y","b":"z"}`, map[string][]string{"v.$.b": {"z"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, c := gather(t, tt.value)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
			for _, r := range c.readings() {
				if r.Sampled != len(tt.want[r.Field.Path]) {
					t.Errorf("%s: %d sampled", r.Field.Path, r.Sampled)
				}
			}
		})
	}
}

// TestColumnOfDocuments holds that a column is a field of its own only where it
// held something beside documents: as one that no value was read from it would
// pass for not examined.
func TestColumnOfDocuments(t *testing.T) {
	type reading struct {
		Path           string
		Sampled, Empty int
		Status         assay.Status
	}
	tests := []struct {
		name   string
		values []string
		want   []reading
	}{
		{"documents only", []string{`{"a":1}`, `{"a":2,"b":null}`}, []reading{{"v.$.a", 2, 0, assay.StatusScanned}, {"v.$.b", 0, 1, assay.StatusScanned}}},
		{"and empty ones", []string{`{"a":1}`, `{}`, `[[]]`}, []reading{{"v", 0, 2, assay.StatusScanned}, {"v.$.a", 1, 0, assay.StatusScanned}}},
		{"empty ones only", []string{`{}`}, []reading{{"v", 0, 1, assay.StatusScanned}}},
		{"and NULL", []string{`{"a":1}`, ""}, []reading{{"v", 0, 1, assay.StatusScanned}, {"v.$.a", 1, 0, assay.StatusScanned}}},
		{"and text", []string{`{"a":1}`, "x"}, []reading{{"v", 1, 0, assay.StatusScanned}, {"v.$.a", 1, 0, assay.StatusScanned}}},
		{"and binary", []string{`{"a":1}`, "\xff\x00"}, []reading{{"v", 0, 0, assay.StatusPartial}, {"v.$.a", 1, 0, assay.StatusScanned}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, c := gather(t, tt.values...)
			var got []reading
			for _, r := range c.readings() {
				got = append(got, reading{r.Field.Path, r.Sampled, r.Empty, r.Status})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("readings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJSONFieldsAreBounded(t *testing.T) {
	var values []string
	for i := range 20_000 {
		values = append(values, fmt.Sprintf(`{"%s":{"%s":1}}`, letters(i/100), letters(i)))
	}
	got, _ := gather(t, values...)
	if len(got) > maxFields+2 {
		t.Errorf("%d fields", len(got))
	}
	n := 0
	for path, v := range got {
		if !strings.HasSuffix(path, "*~") {
			n += len(v)
		}
	}
	if n != len(values) {
		t.Errorf("%d values, want %d: some were lost", n, len(values))
	}
	deep := strings.Repeat("[", 9000) + "1" + strings.Repeat("]", 9000)
	if got, _ := gather(t, deep); len(got) != 1 {
		t.Errorf("%d fields of a deep document", len(got))
	}
}

// letters spells a number in letters only.
func letters(i int) string {
	return strings.Map(func(r rune) rune { return r - '0' + 'a' }, fmt.Sprint(i))
}

func TestColumnStatus(t *testing.T) {
	source := rand.NewChaCha8([32]byte{1})
	random := func(n int) string {
		b := make([]byte, n)
		source.Read(b)
		return string(b)
	}
	var encrypted, tokens, pictures []string
	for range 100 {
		encrypted = append(encrypted, random(48))
		tokens = append(tokens, "\x00"+random(8))
		pictures = append(pictures, "\x89PNG\r\n\x1a\n"+random(90))
	}
	tests := []struct {
		name   string
		values []string
		status assay.Status
		reason assay.Reason
	}{
		{"text", []string{"a", "b\tc\r\n", "ü"}, assay.StatusScanned, ""},
		{"nothing", nil, assay.StatusScanned, ""},
		{"empty", []string{"", ""}, assay.StatusScanned, ""},
		{"some binary", []string{"a", "\xff\x00"}, assay.StatusPartial, assay.ReasonBinary},
		{"all binary", []string{"\x00\x01", "\xff"}, assay.StatusNotExamined, assay.ReasonBinary},
		{"encrypted", encrypted, assay.StatusNotExamined, assay.ReasonEncrypted},
		{"too short to tell", tokens, assay.StatusNotExamined, assay.ReasonBinary},
		{"pictures", pictures, assay.StatusNotExamined, assay.ReasonBinary},
		{"long", []string{strings.Repeat("x", MaxValue+1)}, assay.StatusPartial, assay.ReasonBudget},
		{"as long as can be", []string{strings.Repeat("x", MaxValue)}, assay.StatusScanned, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, c := gather(t, tt.values...)
			r := c.readings()[0]
			if r.Status != tt.status || r.Reason != tt.reason || (r.Reason == "") != (r.Detail == "") {
				t.Errorf("%s %s %q, want %s %s", r.Status, r.Reason, r.Detail, tt.status, tt.reason)
			}
		})
	}
}

func TestSkippedColumns(t *testing.T) {
	columns := []Column{
		{Field: assay.Field{Path: "a"}},
		{Field: assay.Field{Path: "b"}, Skip: assay.ReasonDenied, SkipDetail: "no right"},
		{Field: assay.Field{Path: "c"}, Empty: func(v []byte) bool { return string(v) == "none" }},
	}
	var got []string
	c := newCollector(columns, 1<<20, func(d assay.Datum) error {
		got = append(got, d.Field.Path+"="+string(d.Value))
		return nil
	})
	for _, v := range []string{"some", "none"} {
		if err := c.row([][]byte{[]byte("1"), []byte("x\xff")}, [][]byte{[]byte("v"), []byte(v)}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"a=v", "c=some", "a=v"}, got); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	r := c.readings()
	if r[1].Status != assay.StatusNotExamined || r[1].Reason != assay.ReasonDenied || r[1].Detail != "no right" {
		t.Errorf("skipped column: %+v", r[1])
	}
	if r[2].Empty != 1 {
		t.Errorf("empty values: %+v", r[2])
	}
}

func TestBudget(t *testing.T) {
	c := newCollector([]Column{{Field: assay.Field{Path: "v"}}}, 100, func(assay.Datum) error { return nil })
	rows := 0
	var err error
	for ; err == nil && rows < 50; rows++ {
		err = c.row(nil, [][]byte{bytes.Repeat([]byte("x"), 30)})
	}
	if !errors.Is(err, errBudget) || rows != 4 {
		t.Errorf("error %v after %d rows", err, rows)
	}
	c.stopped(nil)
	if r := c.readings()[0]; r.Status != assay.StatusPartial || r.Reason != assay.ReasonBudget {
		t.Errorf("%+v", r)
	}
}

func TestKeysOfRows(t *testing.T) {
	if got := string(display([][]byte{[]byte("a"), {0xff, 0}})); got != "a,ff00" {
		t.Errorf("display: %q", got)
	}
	if identity([][]byte{[]byte("a"), []byte("bc")}) == identity([][]byte{[]byte("ab"), []byte("c")}) {
		t.Error("two keys have the same identity")
	}
}

func TestCutRunes(t *testing.T) {
	for n := 1; n < 20; n++ {
		got := cutRunes([]byte("aü€😀 aü€😀 aü€😀"), n)
		if !utf8.Valid(got) || len(got) > n || len(got) < n-3 {
			t.Errorf("cut to %d: %q", n, got)
		}
	}
	if got := cutRunes([]byte{0xff, 0xfe, 0x80, 0x80, 0x80, 0x80}, 5); len(got) != 5 {
		t.Errorf("what is no UTF-8 was cut to %d bytes, want 5", len(got))
	}
}
