package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFleetSnapshot: a verifier's dictionary is a column of the shop, which a
// scanner reads and seals, and all scanners use; it is nowhere in the clear.
func TestFleetSnapshot(t *testing.T) {
	f := newFleetTest(t, 2, "scanner: {refresh: 300ms}\n")
	f.assay("key", "create")
	column := f.fillProducts()
	definition := filepath.Join(f.dir, "product.json")
	if err := os.WriteFile(definition, fmt.Appendf(nil, `{"element": "secret_product", "title": "Product", "class": "business",
		"doc": "A product that is not public yet.", "detect": {"trie": {"column": %s, "words": ["Example Widget"]}},
		"match": ["an Example Widget"], "noMatch": ["nothing"]}`, column), 0o600); err != nil {
		t.Fatal(err)
	}
	processes := []*process{f.scanner(), f.scanner()}
	if got := f.assay("verifiers", "add", definition, "--author", "ada", "--reason", "leaks", "--now"); !strings.Contains(got, "once its dictionary was read") {
		t.Errorf("add prints %q", got)
	}
	for _, p := range processes {
		f.until("an alarm before there is a snapshot", func() bool { return p.metric("assay_verifiers_refused 1") })
	}
	if got := f.assay("verifiers", "snapshot"); got != "1 snapshots queued\n" {
		t.Errorf("snapshot prints %q", got)
	}
	for _, p := range processes {
		f.until("the dictionary", func() bool { return p.metric("assay_verifiers_refused 0") })
	}
	f.tables = 3 // with the products
	f.create("one")
	f.drained()
	got := strings.Join(f.findings("secret_product"), "\n")
	if !strings.Contains(got, "customers_000 note") || !strings.Contains(got, "products name") {
		t.Errorf("findings of products: %s", got)
	}
	for _, p := range processes {
		f.stop(p)
		f.wantHidden("the log", []byte(p.text()))
	}
	f.wantHidden("the database", f.dump())
}

// secretWord is in the products' column, and in a note.
const secretWord = "Quokkatron"

// fillProducts makes the column of products, a customer's note that names one,
// and returns the column as definitions name it.
func (f *fleetTest) fillProducts() string {
	f.Helper()
	source, err := openStore(f.cfg)(f.Context(), "shop")
	if err != nil {
		f.Fatal(err)
	}
	defer source.Close()
	db := f.shop.Open(f.T)
	for _, statement := range []string{
		"CREATE TABLE products (id INT PRIMARY KEY, name VARCHAR(100))",
		"INSERT INTO products VALUES (1, '" + secretWord + " Deluxe'), (2, 'Numbatulator')",
		"UPDATE customers_000 SET note = 'asks for a " + secretWord + " Deluxe' WHERE id % 2 = 0",
	} {
		if _, err := db.Exec(statement); err != nil {
			f.Fatal(err)
		}
	}
	for asset, err := range source.Assets(f.Context()) {
		if err == nil && strings.HasSuffix(string(asset.ID), "/products") {
			return fmt.Sprintf(`{"store": "shop", "asset": %q, "field": "name"}`, asset.ID)
		}
	}
	f.Fatal("the table of products is not listed")
	return ""
}

// dump returns all that the fleet's database holds.
func (f *fleetTest) dump() []byte {
	f.Helper()
	db := f.kept.Open(f.T)
	tables, err := db.Query("SHOW TABLES")
	if err != nil {
		f.Fatal(err)
	}
	defer tables.Close()
	var out bytes.Buffer
	for tables.Next() {
		var name string
		if err := tables.Scan(&name); err != nil {
			f.Fatal(err)
		}
		rows, err := db.Query("SELECT * FROM `" + name + "`")
		if err != nil {
			f.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			f.Fatal(err)
		}
		cells := make([][]byte, len(columns))
		into := make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				f.Fatal(err)
			}
			out.Write(bytes.Join(append(cells, nil), []byte(" ")))
		}
		rows.Close()
	}
	if !strings.Contains(out.String(), "secret_product") {
		f.Fatal("the dump is not what it should be")
	}
	return out.Bytes()
}

// wantHidden checks that something holds no word of the dictionary.
func (f *fleetTest) wantHidden(what string, content []byte) {
	f.Helper()
	for _, word := range []string{secretWord, "Numbatulator"} {
		if bytes.Contains(bytes.ToLower(content), []byte(strings.ToLower(word))) {
			f.Errorf("%s holds %q", what, word)
		}
	}
}
