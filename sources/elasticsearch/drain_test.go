package elasticsearch

import (
	"fmt"
	"strings"
	"testing"

	"example.com/assay"
)

func TestTemplatesOfMessages(t *testing.T) {
	var tree templates
	groups := [][]string{
		{"Receiving block blk_38865 src: /10.250.19.102:54106", "Receiving block blk_-1608 src: /10.250.10.6:40524"},
		{"Verification succeeded for blk_1", "Verification succeeded for blk_22"},
		{"delete table users now", "delete table orders now"},
		{"delete table of temporary things", "delete table of old things"},
		{"started", "started"},
		{"1 2 3", "44 55 66"},
		{"Größe überschritten", "Größe überschritten"},
		{"panic: index out of range\n\tgoroutine 1", "panic: index out of range\n\tother stack"},
		{"", "  \n"},
	}
	for want, messages := range groups {
		for _, m := range messages {
			if got := tree.add(m); got != want {
				t.Errorf("template of %q is %d, want %d", m, got, want)
			}
		}
	}
	if tree.count != len(groups) {
		t.Errorf("%d templates, want %d", tree.count, len(groups))
	}
}

// TestTemplatesAreBounded holds that messages of which each is its own template
// do not fill the memory.
func TestTemplatesAreBounded(t *testing.T) {
	var tree templates
	for i := range 3 * drainTemplates {
		word := strings.Map(func(r rune) rune { return 'a' + r - '0' }, fmt.Sprint(i))
		tree.add(word + " " + word + "x " + word + "y")
	}
	if tree.count != drainTemplates {
		t.Errorf("%d templates, want at most %d", tree.count, drainTemplates)
	}
	if got := tree.add("something quite different from everything"); got != drainTemplates {
		t.Errorf("a further template is number %d, want %d", got, drainTemplates)
	}
}

func TestStems(t *testing.T) {
	for index, want := range map[string]string{
		"logs-shop-2026.03.01": "logs-shop", "logs-shop-2026-03": "logs-shop", "logs-shop_20260301": "logs-shop", "logs-shop-000012": "logs-shop",
		"logs-shop-2026.03.01-000002": "logs-shop", "logs-2026.w09": "logs", "shop": "shop", "v2": "v2", "http-80": "http-80", "2026.03.01": "2026.03.01", "a-2026.03.01-b": "a-2026.03.01-b",
	} {
		if got := stemOf(index); got != want {
			t.Errorf("stem of %s is %s, want %s", index, got, want)
		}
	}
}

func FuzzTemplates(f *testing.F) {
	f.Add("user 5 logged in", "user 6 logged in")
	f.Add("", "\xff\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		var tree templates
		first := tree.add(a)
		tree.add(b)
		if again := tree.add(a); again != first && again != 1 {
			t.Errorf("%q is of template %d, then of %d", a, first, again)
		}
		if tree.add(a) > tree.count {
			t.Error("a number beyond the last")
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("es://user:secret@host:9200/shop/2026-03-01?index=logs-*&days=3")
	f.Add("es://h/?index=s%3Da,b,t%3Dc")
	f.Fuzz(func(t *testing.T, uri string) {
		s := &Source{}
		if s.parse(uri) != nil {
			return
		}
		if s.service == "" || s.day == "" {
			return
		}
		service, day, err := s.locate(s.id(s.service, s.day))
		if err != nil || service != s.service || day != s.day {
			t.Errorf("%q: the id of %q on %q names %q on %q, %v", uri, s.service, s.day, service, day, err)
		}
	})
}

// FuzzLine holds that a line of any JSON is read without a crash, and counted
// rightly.
func FuzzLine(f *testing.F) {
	f.Add(`{"a.b":{"c":["d",1,null,{"e":"{\"f\":[1]}"}]}}`)
	f.Add(`[[["x"]]]`)
	f.Fuzz(func(t *testing.T, line string) {
		yielded := map[string]int{}
		c := newCollector(t.Context(), counting(yielded))
		if c.line("1", []byte(line)) != nil {
			return
		}
		for _, r := range c.readings() {
			if r.Sampled != yielded[r.Field.Path] || r.Field.Path == "" {
				t.Errorf("%q: field %q: %d values, the reading says %d", line, r.Field.Path, yielded[r.Field.Path], r.Sampled)
			}
			delete(yielded, r.Field.Path)
		}
		if len(yielded) > 0 {
			t.Errorf("%q: not in the reading: %v", line, yielded)
		}
	})
}

func counting(yielded map[string]int) func(assay.Datum) error {
	return func(d assay.Datum) error { yielded[d.Field.Path]++; return nil }
}
