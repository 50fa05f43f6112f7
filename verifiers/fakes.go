package verifiers

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"sync"
)

// fakesJSON is the tables of values that are known to be nobody's: those that
// standards and vendors reserve for documentation and tests. A value with *, ?
// or [ is a pattern as in path.Match on the hit in lower case; others are
// compared without case, blanks, dashes and dots.
//
//go:embed fakes.json
var fakesJSON []byte

// fakeTable is one table of fakes.json.
type fakeTable struct {
	exact    []string // in the plain form that the engine compares
	patterns []string // lower case
}

// loadFakes returns the tables of fakes.json by name.
var loadFakes = sync.OnceValues(func() (map[string]fakeTable, error) {
	var written map[string]struct {
		Values []string `json:"values"`
	}
	if err := json.Unmarshal(fakesJSON, &written); err != nil {
		return nil, fmt.Errorf("fakes.json: %w", err)
	}
	tables := make(map[string]fakeTable, len(written))
	for name, w := range written {
		t, err := newFakeTable(w.Values)
		if err != nil {
			return nil, fmt.Errorf("fakes.json: table %s: %w", name, err)
		}
		tables[name] = t
	}
	return tables, nil
})

func newFakeTable(values []string) (fakeTable, error) {
	var t fakeTable
	for _, v := range values {
		if !strings.ContainsAny(v, `*?[\`) {
			t.exact = append(t.exact, plainForm(v))
			continue
		}
		if _, err := path.Match(v, ""); err != nil {
			return t, fmt.Errorf("%q: %w", v, err)
		}
		t.patterns = append(t.patterns, strings.ToLower(v))
	}
	return t, nil
}

// plainForm is a value in lower case without blanks, dashes and dots, as
// engine.ContentMethod.Except wants it.
func plainForm(v string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '.' {
			return -1
		}
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, v)
}
