package catalog

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/catalog/catalogtest"

	"github.com/google/go-cmp/cmp"
)

func TestFiles(t *testing.T) {
	for _, name := range []string{"world.jsonl", "world.csv", "world.yaml"} {
		t.Run(name, func(t *testing.T) {
			catalogtest.Run(t, func(t *testing.T) assay.Catalogue { return openFile(t, filepath.Join("testdata", name)) })
		})
	}
}

func openFile(t *testing.T, path string) *File {
	t.Helper()
	f, err := NewFile(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// written writes an inventory.
func written(t *testing.T, name, text string) *File {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return openFile(t, path)
}

// stores reads a catalogue's stores, or returns the error.
func stores(t *testing.T, c assay.Catalogue) (out []assay.DataStore, err error) {
	t.Helper()
	for s, err := range c.Stores(t.Context()) {
		if err != nil {
			return out, err
		}
		out = append(out, s)
	}
	return out, nil
}

// What is wrong is named with its line and how to mend it.
func TestWrongLines(t *testing.T) {
	const good = `{"store":"s","id":"mysql://h:3306/a/b","kind":"table"}` + "\n"
	planted := strings.Repeat("geheim", 2)
	for name, tt := range map[string]struct{ file, text, want string }{
		"not JSON":            {"a.jsonl", good + "nonsense", "a.jsonl:2: not a JSON object (write one a line)"},
		"cut":                 {"a.jsonl", good + `{"store":"s"`, "a.jsonl:2: not a JSON object"},
		"two on a line":       {"a.jsonl", good + `{"store":"s","uri":"x:y"} {}`, "a.jsonl:2: more than one JSON value"},
		"misspelt":            {"a.jsonl", good + `{"store":"s","id":"x:y","kind":"table","onwer":"me"}`, `a.jsonl:2: unknown field "onwer"`},
		"text for a number":   {"a.jsonl", good + `{"store":"s","id":"x:y","kind":"table","rows":"many"}`, "a.jsonl:2: rows is a JSON string, want a whole number"},
		"no store":            {"a.jsonl", good + `{"id":"x:y","kind":"table"}`, "a.jsonl:2: no store (name the one under which"},
		"unknown kind":        {"a.jsonl", good + "\n" + `{"store":"s","id":"x:y","kind":"tabel"}`, `a.jsonl:3: kind "tabel" is none of table, view, object, file, logday`},
		"no URI":              {"a.jsonl", `{"store":"s","id":"users","kind":"table"}`, `a.jsonl:1: id "users" is not a URI with a scheme, such as mysql://host:3306/shop`},
		"a password":          {"a.jsonl", `{"store":"s","id":"mysql://root:` + planted + `@h/a/b","kind":"table"}`, "a.jsonl:1: id holds a password (leave user and password out"},
		"a user":              {"a.jsonl", `{"store":"s","uri":"mysql://root@h/a"}`, "a.jsonl:1: store s: uri names a user (leave it out"},
		"negative":            {"a.jsonl", `{"store":"s","id":"x:y","kind":"table","bytes":-7}`, "a.jsonl:1: bytes is -7 (leave it out where it is unknown)"},
		"no element":          {"a.jsonl", `{"store":"s","id":"x:y","kind":"table","declared":{"f":["E-Mail"]}}`, `a.jsonl:1: declared element "E-Mail" of field "f" is not of the form email_address`},
		"described twice":     {"a.jsonl", `{"store":"s","uri":"x:y"}` + "\n" + `{"store":"s","uri":"x:z"}`, "a.jsonl:2: store s is described a second time"},
		"service without uri": {"a.jsonl", `{"store":"s","services":[{"name":"web"}]}`, "a.jsonl:1: store s: it has services and no uri"},
		"too many days":       {"a.jsonl", `{"store":"s","uri":"es://h:9200","services":[{"name":"web","days":1000}]}`, "want a name, and 1 to 366 days"},
		"too long":            {"a.jsonl", good + strings.Repeat("x", maxLine+1), "a.jsonl:2: the line is longer than 1 MiB"},
		"no header":           {"a.csv", "", "a.csv:1: no line that names the columns"},
		"unknown column":      {"a.csv", "store,ID,size\n", `a.csv:1: unknown column "size" (known: store, uri`},
		"column twice":        {"a.csv", "store,id,Id\n", "a.csv:1: column id comes twice"},
		"no column store":     {"a.csv", "id,kind\n", "a.csv:1: no column store"},
		"too few cells":       {"a.csv", "store,id,kind\ns,x:y\n", "a.csv:2: 2 cells, and 3 columns"},
		"open quote":          {"a.csv", "store,id,kind\ns,\"x:y,table\n", `a.csv:2: extraneous or missing " in quoted-field`},
		"no number":           {"a.csv", "store;id;kind;rows\ns;x:y;table;\ns;x:z;table;1,000\n", `a.csv:3: rows: "1,000" is not a whole number`},
		"no time":             {"a.csv", "store,id,kind,modified\ns,x:y,table,yesterday\n", `a.csv:2: modified: "yesterday" is not a time such as 2026-11-22T08:00:00Z or 2026-11-22`},
		"no pair":             {"a.csv", "store,id,kind,declared\ns,x:y,table,a=\n", `a.csv:2: declared: "a=" is not of the form field=element;field=element`},
		"no truth":            {"a.csv", "store,discover\ns,perhaps\n", `a.csv:2: discover: "perhaps" is neither true nor false`},
		"not YAML":            {"a.yaml", "stores:\n  - name: [\n", "a.yaml:"},
		"no stores":           {"a.yaml", "shops: []\n", "a.yaml:1: want one key, stores, with a list of stores"},
		"empty":               {"a.yaml", "", "a.yaml:1: want keys with values"},
		"no list":             {"a.yaml", "stores: shop\n", "a.yaml:1: stores is no list"},
		"a store is a text":   {"a.yaml", "stores:\n  - shop\n", "a.yaml:2: want keys with values"},
		"assets are a text":   {"a.yaml", "stores:\n  - name: s\n    assets: many\n", "a.yaml:3: assets is no list"},
		"no id":               {"a.yaml", "stores:\n  - name: s\n    assets:\n      - kind: table\n", "a.yaml:4: an asset has no id"},
		"misspelt key":        {"a.yaml", "stores:\n  - name: s\n    assets:\n      - id: x:y\n        kind: table\n      - idd: x:y\n", "a.yaml:6: an asset has no id"},
		"nameless":            {"a.yaml", "stores:\n  - uri: x:y\n", "a.yaml:2: no store"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := stores(t, written(t, tt.file, tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			if strings.Contains(err.Error(), planted) {
				t.Errorf("the error repeats a password: %v", err)
			}
			if assay.Explain(err) != assay.ReasonUnreadable {
				t.Errorf("reason %s", assay.Explain(err))
			}
		})
	}
}

// All wrong lines are named, up to a number.
func TestManyWrongLines(t *testing.T) {
	_, err := stores(t, written(t, "a.jsonl", strings.Repeat(`{"store":"s","id":"x:y","kind":"tabel"}`+"\n", 100)))
	if n := strings.Count(err.Error(), "tabel"); n != mostErrors {
		t.Errorf("%d lines are named, want %d", n, mostErrors)
	}
}

func TestNewFile(t *testing.T) {
	if _, err := NewFile("inventory.xls", Options{}); err == nil || !strings.Contains(err.Error(), ".jsonl, .csv, .yaml") {
		t.Errorf("got %v", err)
	}
	if _, err := stores(t, openFile(t, "testdata/nowhere.csv")); assay.Explain(err) != assay.ReasonVanished {
		t.Errorf("got %v", err)
	}
}

// A store may be left to discovery, and have services with logs.
func TestDiscoverAndDays(t *testing.T) {
	f := written(t, "a.yaml", `
stores:
  - name: logs
    uri: es://logs.example.com:9200/
    owner: ops
    discover: true
    services:
      - {name: check out, index: "logs-checkout-*", days: 2}
      - {name: web, owner: web team}
    assets:
      - {id: "es://logs.example.com:9200/old/2020-01-01", kind: logday, rows: 5}
`)
	found := assay.Asset{ID: "es://logs.example.com:9200/found/2026-11-21", Kind: assay.KindLogDay}
	f.options.Now = func() time.Time { return time.Date(2026, 11, 22, 0, 30, 0, 0, time.FixedZone("CET", 3600)) } // still the 21st in UTC
	f.options.Discover = func(_ context.Context, s assay.DataStore) iter.Seq2[assay.Asset, error] {
		if s.Name != "logs" || s.Owner != "ops" {
			t.Errorf("asked for %+v", s)
		}
		return func(yield func(assay.Asset, error) bool) { yield(found, nil) }
	}
	got := assetsOf(t, f, "logs")
	day := func(service, index, owner, date string) assay.Asset {
		modified, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		a := assay.Asset{ID: assay.AssetID("es://logs.example.com:9200/" + service + "/" + date), Kind: assay.KindLogDay, Rows: -1, Bytes: -1,
			Owner: owner, Modified: modified.AddDate(0, 0, 1), Attributes: map[string]string{"service": strings.ReplaceAll(service, "%20", " ")}}
		if index != "" {
			a.Attributes["index"] = index
		}
		return a
	}
	want := []assay.Asset{
		{ID: "es://logs.example.com:9200/old/2020-01-01", Kind: assay.KindLogDay, Rows: 5, Bytes: -1, Owner: "ops"}, found,
		day("check%20out", "logs-checkout-*", "ops", "2026-11-20"), day("check%20out", "logs-checkout-*", "ops", "2026-11-19"),
		day("web", "", "web team", "2026-11-20"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("assets (-want +got):\n%s", diff)
	}
	f.options.Discover = nil
	listing, err := f.List(t.Context(), assay.DataStore{Name: "logs"}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range listing.Assets {
		err = e
	}
	if assay.Explain(err) != assay.ReasonUnsupported {
		t.Errorf("without discovery: %v", err)
	}
}

// assetsOf reads the list of a store.
func assetsOf(t *testing.T, c assay.Catalogue, store string) (out []assay.Asset) {
	t.Helper()
	listing, err := c.List(t.Context(), assay.DataStore{Name: store}, "")
	if err != nil {
		t.Fatal(err)
	}
	for a, err := range listing.Assets {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, a)
	}
	return out
}

func FuzzInventory(f *testing.F) {
	for name := range readers {
		for _, seed := range []string{"world.jsonl", "world.csv", "world.yaml"} {
			text, err := os.ReadFile(filepath.Join("testdata", seed))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(name, text)
		}
	}
	f.Fuzz(func(t *testing.T, kind string, text []byte) {
		read := readers[kind]
		if read == nil {
			t.Skip()
		}
		lines := 1 + strings.Count(string(text), "\n") + strings.Count(string(text), "\r")
		read(strings.NewReader(string(text)), func(l line, err error) bool {
			if l.number < 0 || l.number > lines+1 {
				t.Errorf("line %d of %d", l.number, lines)
			}
			if err == nil {
				if a, err := l.asset(); err == nil && strings.Contains(string(a.ID), "@") && checkURI(string(a.ID)) != nil {
					t.Errorf("asset %q", a.ID)
				}
			}
			return true
		})
	})
}
