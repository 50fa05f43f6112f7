package config

import (
	"strings"
	"testing"
)

// Files that would keep the parser busy for seconds, or for ever, are refused.
func TestBounded(t *testing.T) {
	for name, file := range map[string]string{
		"lists":        strings.Repeat("[", 10_000),
		"maps":         strings.Repeat("{a: ", 10_000),
		"block lists":  strings.Repeat("- ", 10_000),
		"mixed":        strings.Repeat("- [", 10_000),
		"over lines":   strings.Repeat("- [\n", 10_000),
		"keys":         strings.Repeat("? ", 10_000),
		"long":         strings.Repeat("# a comment\n", 30_000),
		"in the midst": "data: x\nstores: " + strings.Repeat("{a: [", 50),
	} {
		if _, err := load(t, file, nil, nil); err == nil || len(err.Error()) > 300 {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := load(t, strings.Repeat("# [a] {b} - c\n", 5000), nil, nil); err != nil {
		t.Errorf("brackets that close: %v", err)
	}
}
