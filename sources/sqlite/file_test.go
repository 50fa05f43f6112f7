package sqlite

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
)

// TestReadOnly checks that nothing appears beside the file and nothing in it
// changes, in both journal modes.
func TestReadOnly(t *testing.T) {
	for _, mode := range []string{"DELETE", "WAL"} {
		t.Run(mode, func(t *testing.T) {
			path, db := newFile(t, "PRAGMA journal_mode = "+mode, "CREATE TABLE t (v)", "INSERT INTO t VALUES ('x')")
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			before := contents(t, filepath.Dir(path))
			if got := take(t.Context(), openFile(t, path), "t", assay.Plan{}); got.err != nil || len(got.values["v"]) != 1 {
				t.Fatalf("%+v", got)
			}
			if diff := cmp.Diff(before, contents(t, filepath.Dir(path))); diff != "" {
				t.Error("the folder changed")
			}
		})
	}
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(b)
	}
	return out
}

// TestWriterAtWork reads a file in WAL mode that another connection writes to.
func TestWriterAtWork(t *testing.T) {
	path, db := newFile(t, "PRAGMA journal_mode = WAL", "CREATE TABLE t (v)", "INSERT INTO t VALUES ('x')")
	s := openFile(t, path)
	if _, err := db.Exec("INSERT INTO t VALUES ('y')"); err != nil {
		t.Fatal(err)
	}
	if got := take(t.Context(), s, "t", assay.Plan{}); got.err != nil || len(got.values["v"]) != 2 {
		t.Errorf("%+v", got)
	}
}

func TestBadFiles(t *testing.T) {
	good, db := newFile(t, "CREATE TABLE t (v)", "INSERT INTO t WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < 9000) SELECT 'row '||i FROM c")
	db.Close()
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	random := make([]byte, 40960)
	rand.Read(random)
	damaged := bytes.Clone(whole)
	copy(damaged[8192:], random[:20000])
	tests := []struct {
		name    string
		content []byte
		reason  assay.Reason
		text    []string
	}{
		{"text", []byte("id,name\n1,x\n"), assay.ReasonUnreadable, []string{"not a SQLite database", "as a file"}},
		{"encrypted", random, assay.ReasonEncrypted, []string{"encrypted", "SQLCipher"}},
		{"header only", whole[:50], assay.ReasonUnreadable, []string{"truncated"}},
		{"truncated", whole[:len(whole)/2], assay.ReasonUnreadable, []string{"truncated", ".recover"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bad.db")
			if err := os.WriteFile(path, tt.content, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(t.Context(), path)
			if assay.Explain(err) != tt.reason {
				t.Errorf("reason %s of %v, want %s", assay.Explain(err), err, tt.reason)
			}
			for _, text := range append(tt.text, path) {
				if err == nil || !strings.Contains(err.Error(), text) {
					t.Errorf("error %q does not say %q", err, text)
				}
			}
		})
	}
	t.Run("damaged inside", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "bad.db")
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		got := take(t.Context(), openFile(t, path), "t", assay.Plan{Rows: 10000})
		if assay.Explain(got.err) != assay.ReasonUnreadable || !strings.Contains(got.err.Error(), ".recover") {
			t.Errorf("error %v", got.err)
		}
		if f := got.field("v"); f.Status == assay.StatusScanned {
			t.Errorf("%+v", f)
		}
	})
	t.Run("missing", func(t *testing.T) {
		_, err := Open(t.Context(), filepath.Join(t.TempDir(), "none.db"))
		if assay.Explain(err) != assay.ReasonVanished || strings.Count(err.Error(), "none.db") != 1 {
			t.Errorf("error %v", err)
		}
	})
	t.Run("folder", func(t *testing.T) {
		if _, err := Open(t.Context(), t.TempDir()); err == nil {
			t.Error("a folder was opened")
		}
	})
	t.Run("empty", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "empty.db")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		for a, err := range openFile(t, path).Assets(t.Context()) {
			t.Errorf("asset %v, error %v", a, err)
		}
	})
}
