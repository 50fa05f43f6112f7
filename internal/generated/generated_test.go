package generated_test

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/internal/generated"
	"example.com/assay/quality"
	"example.com/assay/seal"
	"example.com/assay/store/sqlite"
)

var library = []assay.Element{"height", "weight", "credit_card", "person_name", "phone_number", "iban", "us_ssn", "email_address", "ru_ogrn"}

type fixture struct {
	*testing.T
	store  *sqlite.Store
	sealer assay.Sealer
	maker  *quality.Maker
	source *generated.Source
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "store.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	key := filepath.Join(dir, "key.json")
	if _, err := seal.CreateFile(key); err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.Open(t.Context(), "file:"+key)
	if err != nil {
		t.Fatal(err)
	}
	maker, err := quality.NewMaker(t.Context(), store, sealer)
	if err != nil {
		t.Fatal(err)
	}
	source, err := generated.New(7)
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{t, store, sealer, maker, source}
}

func (f *fixture) fill(each int) int {
	f.Helper()
	n, err := f.source.Fill(f.Context(), f.store, f.maker, library, library, each)
	if err != nil {
		f.Fatal(err)
	}
	return n
}

// known returns the items of an element with their values and labels.
func (f *fixture) known(element assay.Element) (present, absent []string, items []assay.Item) {
	f.Helper()
	verdicts := map[string]assay.Label{}
	for l, err := range f.store.Labels(f.Context(), assay.LabelFilter{Element: element}) {
		if err != nil {
			f.Fatal(err)
		}
		verdicts[l.Item] = l
	}
	for item, err := range f.store.Items(f.Context(), assay.ItemFilter{Element: element}) {
		if err != nil {
			f.Fatal(err)
		}
		content, err := assay.OpenItem(f.Context(), f.sealer, item)
		if err != nil {
			f.Fatal(err)
		}
		if l := verdicts[item.ID]; l.By != quality.ByGenerator || l.Route != quality.RouteGenerated || item.Origin != assay.OriginGenerated || item.Store != "generated" {
			f.Errorf("item %+v has the label %+v", item, l)
		}
		if verdicts[item.ID].Verdict == assay.Present {
			present, items = append(present, string(content.Value)), append(items, item)
		} else {
			absent = append(absent, string(content.Value))
		}
	}
	return present, absent, items
}

// TestRareElements: height and weight are there from 30 locales and more, beside as
// many values that do not hold them.
func TestRareElements(t *testing.T) {
	f := newFixture(t)
	f.fill(100)
	for _, element := range []assay.Element{"height", "weight", "person_name", "phone_number"} {
		present, absent, items := f.known(element)
		locales, languages := map[string]bool{}, map[string]bool{}
		for _, i := range items {
			locales[path.Base(string(i.Asset))], languages[i.Language] = true, true
		}
		if len(present) < 45 || len(absent) < 45 || len(locales) < 30 || len(languages) < 25 {
			t.Errorf("%s: %d present from %d locales in %d languages, %d absent", element, len(present), len(locales), len(languages), len(absent))
		}
	}
	if present, _, _ := f.known("ru_ogrn"); present != nil {
		t.Errorf("of what nothing is made of there are %v", present)
	}
}

// TestHardNegatives: among what is no card are orders that pass Luhn, UUIDs,
// versions, epochs and templates.
func TestHardNegatives(t *testing.T) {
	f := newFixture(t)
	f.fill(600)
	_, absent, _ := f.known("credit_card")
	for name, is := range map[string]func(string) bool{
		"an order that passes Luhn": func(s string) bool { return len(s) == 16 && strings.Trim(s, "0123456789") == "" && luhn(s) },
		"a UUID":                    func(s string) bool { return len(s) == 36 && strings.Count(s, "-") == 4 },
		"a version": func(s string) bool {
			return len(s) < 20 && strings.Trim(strings.TrimPrefix(s, "v"), "0123456789.-+betaiuld") == "" && strings.Count(s, ".") >= 2
		},
		"an epoch": func(s string) bool {
			return len(s) == 10 && strings.HasPrefix(s, "1") && strings.Trim(s, "0123456789") == ""
		},
		"a template": func(s string) bool {
			return strings.Contains(s, "{{") || strings.Contains(s, "${") || strings.Contains(s, "<")
		},
	} {
		if !slices.ContainsFunc(absent, is) {
			t.Errorf("there is not %s among %d", name, len(absent))
		}
	}
}

func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// TestAgain: what is there stays, and nothing comes twice; what was purged comes
// again.
func TestAgain(t *testing.T) {
	f := newFixture(t)
	first := f.fill(40)
	if first == 0 || f.fill(40) != 0 {
		t.Errorf("%d the first time, and more the second", first)
	}
	if _, err := f.store.PurgeItems(t.Context(), f.now(), first); err != nil {
		t.Fatal(err)
	}
	if again := f.fill(40); again != first {
		t.Errorf("%d after the purge, want %d", again, first)
	}
}

func (f *fixture) now() time.Time { return time.Now().Add(time.Hour) }
