package verifiers_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/assay"
	"example.com/assay/seal"
	"example.com/assay/store/sqlite"
	"example.com/assay/verifiers"
)

var products = assay.Column{Store: "shop", Asset: "mysql://db/shop/products", Field: "name"}

const productDefinition = `{"element": "badge", "title": "Product", "class": "business", "doc": "A product that is not public yet.",
	"detect": {"trie": {"column": {"store": "shop", "asset": "mysql://db/shop/products", "field": "name"}, "words": ["Example Widget"]}},
	"match": ["an Example Widget"], "noMatch": ["nothing"]}`

func newSealer(t *testing.T) *seal.Sealer {
	t.Helper()
	key, err := seal.CreateFile(filepath.Join(t.TempDir(), "key.json"))
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := seal.New(key)
	if err != nil {
		t.Fatal(err)
	}
	return sealer
}

// TestColumnDictionary: a verifier whose dictionary is a column does not run
// before there is a snapshot of it, and then with the newest one.
func TestColumnDictionary(t *testing.T) {
	s := openStore(t)
	snapshots := verifiers.Snapshots{SnapshotStore: s, Sealer: newSealer(t)}
	live, err := verifiers.NewLive(s, snapshots, verifiers.Options{})
	if err != nil {
		t.Fatal(err)
	}
	add(t, s, json.RawMessage(productDefinition), assay.StateActive)
	refresh(t, live)
	if got := live.Refused(); len(got) != 1 || !strings.Contains(got[0].Err.Error(), "$.detect: dictionary from mysql://db/shop/products name: no snapshot") {
		t.Errorf("refused: %+v", got)
	}
	take := func(task string, words ...string) {
		t.Helper()
		if err := snapshots.Add(t.Context(), products, task, words); err != nil {
			t.Fatal(err)
		}
	}
	take("one", "Zephyr 9000", "Quokka Deluxe")
	refresh(t, live, "badge@1")
	first := live.Set().Rules()[0].Hash
	if hits := hitsOf(t, live.Set(), "the quokka deluxe is late"); hits != "badge@1" {
		t.Errorf("hits %q", hits)
	}
	take("two", "Numbat Mini")
	refresh(t, live, "badge@1")
	if hits := hitsOf(t, live.Set(), "quokka deluxe"); hits != "" {
		t.Errorf("hits of an older snapshot: %q", hits)
	}
	if second := live.Set().Rules()[0].Hash; second == first {
		t.Error("another dictionary has the same hash")
	}
	take("two", "Another")
	if changed, err := live.Refresh(t.Context()); changed || err != nil {
		t.Errorf("the same task again: changed %v, %v", changed, err)
	}
	if len(live.Refused()) != 0 {
		t.Errorf("refused: %v", live.Refused())
	}
}

// TestColumnDictionaryHidden: the words are nowhere in the store's files, and a
// row opens in no other place and with no other key.
func TestColumnDictionaryHidden(t *testing.T) {
	dir := t.TempDir()
	s, err := sqlite.Open(t.Context(), filepath.Join(dir, "assay.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	snapshots := verifiers.Snapshots{SnapshotStore: s, Sealer: newSealer(t)}
	if err := snapshots.Add(t.Context(), products, "one", []string{"Zephyr 9000", "Quokka Deluxe"}); err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte("Quokka")) || bytes.Contains(content, []byte("Zephyr")) {
			t.Errorf("%s holds the words", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if words, version, err := snapshots.Words(t.Context(), products); len(words) != 2 || version != 1 || err != nil {
		t.Errorf("%d words of version %d, %v", len(words), version, err)
	}
	moved, err := s.Snapshot(t.Context(), products)
	if err != nil {
		t.Fatal(err)
	}
	moved.Version, moved.Field = 0, "code"
	if err := s.AddSnapshot(t.Context(), moved); err != nil {
		t.Fatal(err)
	}
	if _, _, err := snapshots.Words(t.Context(), moved.Column); err == nil {
		t.Error("a snapshot opens as that of another column")
	}
	other := verifiers.Snapshots{SnapshotStore: s, Sealer: newSealer(t)}
	if _, _, err := other.Words(t.Context(), products); err == nil {
		t.Error("a snapshot opens with another key")
	}
}

// TestColumnDefinition: what a definition with a column must have, and that its
// examples are run with the words that it holds itself.
func TestColumnDefinition(t *testing.T) {
	def, err := verifiers.Parse("product.json", []byte(productDefinition))
	if err != nil {
		t.Fatal(err)
	}
	if columns := def.Columns(); len(columns) != 1 || columns[0] != products {
		t.Errorf("columns %v", columns)
	}
	if err := verifiers.Prove(t.Context(), def, verifiers.Options{}, nil); err != nil {
		t.Error(err)
	}
	if _, err := verifiers.Compile([]verifiers.Definition{def}, verifiers.Options{}); err == nil {
		t.Error("compiles without its dictionary, and so would find nothing")
	}
	for old, want := range map[string]string{
		`, "words": ["Example Widget"]`: "$.detect.trie.words: is missing",
		`"store": "shop", `:             "$.detect.trie.column.store: is missing",
		`"field": "name"`:               "$.detect.trie.column.field: is missing",
	} {
		wrong := strings.Replace(productDefinition, old, "", 1)
		if old == `"field": "name"` {
			wrong = strings.Replace(productDefinition, `, "field": "name"`, "", 1)
		}
		if _, err := verifiers.Parse("product.json", []byte(wrong)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("without %s: %v, want %s", old, err, want)
		}
	}
}
