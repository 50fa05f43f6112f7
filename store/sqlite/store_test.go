package sqlite

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/internal/sqlitefile"
	"example.com/assay/store/storetest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func openStore(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store { return openStore(t, filepath.Join(t.TempDir(), "store.db")) })
}

func commitOne(t *testing.T, s *Store, asset assay.AssetID) {
	t.Helper()
	task := assay.NewTask(assay.TaskScan, "s", "1", assay.Asset{ID: asset}, assay.Plan{})
	if err := s.Commit(t.Context(), assay.Result{Task: task, Finished: time.Now(),
		Coverage: []assay.Coverage{{Asset: asset, Field: "$", Status: assay.StatusScanned}}}); err != nil {
		t.Error(err)
	}
}

// Stores opened side by side on one new file stand for processes.
func TestSeveralProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "a b?c%41#", "store.db")
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b", "c"} {
		wg.Go(func() {
			s, err := Open(t.Context(), path, Options{})
			if err != nil {
				t.Error(err)
				return
			}
			for _, n := range strings.Fields("1 2 3 4 5") {
				commitOne(t, s, assay.AssetID("file:/"+name+n))
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	n := 0
	for _, err := range openStore(t, path).Coverage(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 15 {
		t.Errorf("%d fields, want 15", n)
	}
}

func TestOnlyTheOwnerReads(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	path := filepath.Join(dir, "store.db")
	commitOne(t, openStore(t, path), "file:/a")
	for name, want := range map[string]os.FileMode{dir: 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600} {
		info, err := os.Stat(name)
		if err != nil {
			t.Error(err)
		} else if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", name, got, want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	junk := filepath.Join(dir, "junk.db")
	if err := os.WriteFile(junk, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"no database": junk, "a directory": dir, "below a file": filepath.Join(junk, "s.db")} {
		s, err := Open(t.Context(), path, Options{})
		if err == nil {
			t.Errorf("%s: opened", name)
			_ = s.Close()
		} else if !strings.Contains(err.Error(), path) {
			t.Errorf("%s: the error does not name the file: %v", name, err)
		}
	}
}

// An id's beginning that two findings share is refused.
func TestAmbiguousID(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "store.db"))
	task := assay.NewTask(assay.TaskScan, "s", "1", assay.Asset{ID: "file:/a"}, assay.Plan{})
	r := assay.Result{Task: task}
	for _, id := range []string{"abcdef0000", "abcdef1111"} {
		r.Findings = append(r.Findings, assay.Finding{ID: id, Asset: "file:/a", Field: "$", State: assay.StateActive})
	}
	if err := s.Commit(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Finding(t.Context(), "abcdef"); err == nil || !strings.Contains(err.Error(), "several") {
		t.Errorf("got %v, want that several begin so", err)
	}
	if got, err := s.Finding(t.Context(), "abcdef1"); err != nil || got.ID != "abcdef1111" {
		t.Errorf("got %q, %v", got.ID, err)
	}
}

// Who changed a verifier's state, and why, is kept in order.
func TestVerifierChanges(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	s := openStore(t, path)
	for range 2 {
		if _, err := s.AddVerifier(t.Context(), assay.VerifierVersion{Element: "iban", Definition: []byte("{}"), State: assay.StateActive, Author: "ada", Reason: "new"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.SetVerifierState(t.Context(), "iban", 1, assay.StateActive, "bob", "too many hits"); err != nil {
		t.Fatal(err)
	}
	file, err := sqlitefile.Open(path, sqlitefile.Full, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := file.Read.QueryContext(t.Context(), `SELECT version || ' ' || state || ' ' || author || ': ' || reason FROM verifier_changes ORDER BY rowid`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		got = append(got, line)
	}
	want := "1 active ada: new\n1 disabled ada: version 2 became active\n2 active ada: new\n2 disabled bob: version 1 became active\n1 active bob: too many hits"
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

func BenchmarkCommit(b *testing.B) {
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "store.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	task := assay.NewTask(assay.TaskScan, "s", "1", assay.Asset{ID: "file:/a"}, assay.Plan{})
	for b.Loop() {
		if err := s.Commit(b.Context(), assay.Result{Task: task}); err != nil {
			b.Fatal(err)
		}
	}
}
