package corpus

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/nyaruka/phonenumbers"
)

func newCorpus(t *testing.T, seed uint64) *Corpus {
	t.Helper()
	c, err := New(seed)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSizes(t *testing.T) {
	c := newCorpus(t, 1)
	languages := map[string]bool{}
	for _, l := range c.templates {
		languages[l.language] = true
	}
	if len(c.locales) < 30 || len(languages) < 15 || len(c.schemas) < 20 {
		t.Errorf("%d locales, %d languages, %d schemas", len(c.locales), len(languages), len(c.schemas))
	}
	tables, err := c.Tables(2)
	if err != nil {
		t.Fatal(err)
	}
	columns := 0
	for _, table := range tables {
		columns += len(table.Columns)
	}
	t.Logf("%d locales, %d languages, %d templates, %d schemas, %d tables, %d columns, %d national numbers, %d innocent kinds",
		len(c.locales), len(languages), len(c.templates), len(c.schemas), len(tables), columns, len(nationalIDs()), len(technicalKinds)+len(thingKinds))
	for _, l := range c.locales {
		if len(l.given) < 5 || len(l.family) < 5 || len(l.streets) < 3 || len(l.cities) < 3 || len(l.phones) == 0 ||
			len(l.dates) == 0 || len(l.plates) == 0 || len(l.address) == 0 || l.months != nil && len(l.months) != 12 {
			t.Errorf("locale %s is incomplete", l.Name)
		}
	}
}

func TestSameSeed(t *testing.T) {
	both := func(seed uint64) (any, []Value) {
		c := newCorpus(t, seed)
		texts, err := c.Texts(2)
		if err != nil {
			t.Fatal(err)
		}
		tables, err := c.Tables(3)
		if err != nil {
			t.Fatal(err)
		}
		return []any{texts, tables, c.Innocent(2), c.Digits(9, 3)}, c.Values(2)
	}
	all, values := both(7)
	again, valuesAgain := both(7)
	if diff := cmp.Diff(all, again); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(values, valuesAgain); diff != "" {
		t.Error(diff)
	}
	if _, other := both(8); cmp.Equal(values, other) {
		t.Error("another seed gives the same values")
	}
}

func TestSpans(t *testing.T) {
	texts, err := newCorpus(t, 3).Texts(4)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range texts {
		if !utf8.ValidString(text.Text) || strings.ContainsAny(text.Text, "{}") && text.Language != "json" && text.Language != "code" && !strings.Contains(text.Text, "{{") {
			t.Errorf("%s: %q", text.Template, text.Text)
		}
		last := 0
		for _, s := range text.Spans {
			if s.Start < last || s.End <= s.Start || s.End > len(text.Text) {
				t.Errorf("%s: span %+v in %d bytes", text.Template, s, len(text.Text))
			}
			last = s.End
		}
	}
}

// Both parts must have something of each sort, the one held back about a third.
func TestHeldBack(t *testing.T) {
	c := newCorpus(t, 3)
	texts, _ := c.Texts(1)
	tables, _ := c.Tables(1)
	share := func(name string, n int, held func(int) bool) {
		count := 0
		for i := range n {
			if held(i) {
				count++
			}
		}
		if s := float64(count) / float64(n); s < 0.2 || s > 0.5 {
			t.Errorf("%s: %.2f is held back", name, s)
		}
	}
	values := c.Values(2)
	share("values", len(values), func(i int) bool { return values[i].Held })
	share("texts", len(texts), func(i int) bool { return texts[i].Held })
	share("tables", len(tables), func(i int) bool { return tables[i].Held })
}

// Numbers that the numbering plans do not know would be unfair to measure with.
func TestPhones(t *testing.T) {
	c := newCorpus(t, 5)
	for _, v := range c.Values(40) {
		if v.Kind != "phone" {
			continue
		}
		region := v.Locale[len(v.Locale)-2:]
		number, err := phonenumbers.Parse(v.Text, region)
		if err != nil || !phonenumbers.IsValidNumber(number) {
			t.Errorf("%s: %q is no number there", v.Locale, v.Text)
		}
	}
}

// Known values from the publications of the algorithms.
func TestCheckDigits(t *testing.T) {
	tests := []struct{ name, got, want string }{
		{"Luhn, ISO 7812", luhn("7992739871"), "3"},
		{"Verhoeff", verhoeff("236"), "3"},
		{"MOD 97-10", mod9710("WEST12345698765432" + "GB"), "82"},
		{"MOD 11,10", mod1110("0794"), "5"},
		{"MOD 11-2", mod112("079"), "X"},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("%s: %s, want %s", test.name, test.got, test.want)
		}
	}
}

func TestBadLists(t *testing.T) {
	if _, err := parseLocales("[xx-XX] X\nnonsense a"); err == nil {
		t.Error("an unknown key of a locale is taken")
	}
	if _, err := parseTemplates("a template"); err == nil {
		t.Error("a template without a language is taken")
	}
	if _, err := parseSchemas("app a en-US\nt x:nonsense"); err == nil {
		t.Error("an unknown kind of column is taken")
	}
	c := newCorpus(t, 1)
	if _, err := c.maker(c.locales[0], "x").text(template{text: "{nonsense}"}); err == nil {
		t.Error("an unknown kind in a template is taken")
	}
	c.schemas[0].locales = []string{"xx-XX"}
	if _, err := c.Tables(1); err == nil {
		t.Error("an unknown locale is taken")
	}
}

func TestKindsAreUnique(t *testing.T) {
	var all []Kind
	for _, list := range [][]made{personKinds, worldKinds, wordedKinds, secretKinds, technicalKinds, thingKinds} {
		for _, k := range list {
			all = append(all, k.kind)
		}
	}
	for _, n := range nationalIDs() {
		all = append(all, n.kind)
	}
	slices.Sort(all)
	if unique := slices.Compact(slices.Clone(all)); len(unique) != len(all) {
		t.Error("two kinds have the same name")
	}
}
