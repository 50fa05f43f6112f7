package sqlsample

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"example.com/assay"
)

// FuzzValue checks that no value of a column breaks the collector, that all that
// it yields is text, and that a value which is not yielded is accounted for.
func FuzzValue(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":null}],"x@y":"z"}`, `[[[]]]`, "plain", "\x00\xff", `{"a":"\ud800"}`, `{"":""}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		yielded := 0
		c := newCollector([]Column{{Field: assay.Field{Path: "v"}}}, 1<<30, func(d assay.Datum) error {
			yielded++
			if len(d.Value) == 0 || !utf8.Valid(d.Value) {
				t.Errorf("yielded %q", []byte(d.Value))
			}
			return nil
		})
		if err := c.row(nil, [][]byte{value}); err != nil {
			t.Fatal(err)
		}
		sampled, empty, flawed := 0, 0, false
		for _, r := range c.readings() {
			sampled, empty = sampled+r.Sampled, empty+r.Empty
			flawed = flawed || r.Status != assay.StatusScanned
		}
		if sampled != yielded {
			t.Errorf("%d values were yielded, the readings say %d", yielded, sampled)
		}
		var leaves any
		hasLeaf := json.Unmarshal(value, &leaves) != nil || holdsValue(leaves)
		if yielded == 0 && empty == 0 && !flawed && hasLeaf {
			t.Errorf("%q left no trace", value)
		}
	})
}

// holdsValue reports whether a JSON document holds anything but brackets.
func holdsValue(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, m := range v {
			if holdsValue(m) {
				return true
			}
		}
		return false
	case []any:
		for _, m := range v {
			if holdsValue(m) {
				return true
			}
		}
		return false
	}
	return true
}
