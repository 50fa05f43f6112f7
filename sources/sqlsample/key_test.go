package sqlsample

import (
	"slices"
	"testing"
)

func TestKeys(t *testing.T) {
	primary := []KeyPart{{"pk", "a", true, true}, {"pk", "b", true, false}}
	first := []KeyPart{{"k1", "c", false, false}, {"k1", "d", false, true}}
	second := []KeyPart{{"k2", "e", false, true}, {"k2", "f", false, true}}
	third := []KeyPart{{"k3", "g", false, true}}
	for _, c := range []struct {
		name          string
		parts         []KeyPart
		primary, best []string
	}{
		{"no key", nil, nil, nil},
		{"a usable primary key", primary[:1], []string{"a"}, []string{"a"}},
		{"none is usable", slices.Concat(primary, first), []string{"a", "b"}, nil},
		{"the first usable one", slices.Concat(primary, first, second, third), []string{"a", "b"}, []string{"e", "f"}},
		{"the last one", slices.Concat(first, third), nil, []string{"g"}},
		{"the last one is not usable", first, nil, nil},
	} {
		if got := PrimaryKey(c.parts); !slices.Equal(got, c.primary) {
			t.Errorf("%s: primary key %v, want %v", c.name, got, c.primary)
		}
		if got := BestKey(c.parts); !slices.Equal(got, c.best) {
			t.Errorf("%s: best key %v, want %v", c.name, got, c.best)
		}
	}
}
