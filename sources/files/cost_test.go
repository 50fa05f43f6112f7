package files_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"example.com/assay"
	"example.com/assay/sources/files"
)

// TestCost holds that a task reads about the same bytes when its file grows a
// hundredfold: a sample enters a large file at random places.
func TestCost(t *testing.T) {
	read := func(kind string, lines int, line func(i int) string) int64 {
		t.Helper()
		var text bytes.Buffer
		for i := range lines {
			text.WriteString(line(i))
		}
		file := filepath.Join(t.TempDir(), "data."+kind)
		if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		source, err := files.Open(t.Context(), file, files.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer source.Close()
		for asset, err := range source.Assets(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			reading, err := source.Sample(t.Context(), asset, assay.Plan{Rows: 200, Seed: 7}, func(assay.Datum) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			return reading.Bytes
		}
		t.Fatal("no asset")
		return 0
	}
	for kind, line := range map[string]func(i int) string{
		"csv":   func(i int) string { return fmt.Sprintf("%d,name %d,%d\n", i, i*7, i*i) },
		"jsonl": func(i int) string { return fmt.Sprintf("{\"id\":%d,\"name\":\"name %d\"}\n", i, i*7) },
		"log":   func(i int) string { return fmt.Sprintf("2026-01-02T03:04:05Z INFO line %d of many\n", i) },
	} {
		small, large := read(kind, 20_000, line), read(kind, 2_000_000, line)
		t.Logf("%s: %d bytes read of 20,000 lines, %d of 2,000,000", kind, small, large)
		if large > 2*small {
			t.Errorf("%s: %d bytes read of a file a hundred times as long, %d of the short one", kind, large, small)
		}
	}
}
