package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/store/sqlite"
	"example.com/assay/store/storetest"

	"github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"
)

func openStore(t *testing.T, dsn string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dsn, Options{})
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
	storetest.Run(t, func(t *testing.T) storetest.Store { return openStore(t, testserver.MariaDB(t).DSN()) })
}

// result is one task's result with one finding.
func result(asset assay.AssetID, cycle int) assay.Result {
	task := assay.NewTask(assay.TaskScan, "s", fmt.Sprint(cycle), assay.Asset{ID: asset}, assay.Plan{})
	return assay.Result{Task: task, Finished: time.Now(),
		Findings: []assay.Finding{{ID: assay.FindingID(asset, "f", "iban"), Asset: asset, Field: "f", Element: "iban", State: assay.StateActive}},
		Coverage: []assay.Coverage{{Asset: asset, Field: "f", Status: assay.StatusScanned}}}
}

// Processes that start together on a new database migrate it once.
func TestSeveralProcesses(t *testing.T) {
	db := testserver.MariaDB(t)
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			s, err := Open(t.Context(), db.DSN(), Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if err := errors.Join(s.Commit(t.Context(), result(assay.AssetID(fmt.Sprintf("file:/%d", i)), 1)), s.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	n := 0
	for _, err := range openStore(t, db.DSN()).Coverage(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 4 {
		t.Errorf("%d fields, want 4", n)
	}
}

// A scanner that runs when all is migrated needs no right to change tables.
func TestLeastPrivilege(t *testing.T) {
	db := testserver.MariaDB(t)
	openStore(t, db.DSN())
	admin := db.Open(t)
	name := "scanner_" + db.Name
	for _, statement := range []string{
		fmt.Sprintf(`CREATE USER '%s'@'%%' IDENTIFIED BY 'pw'`, name),
		fmt.Sprintf(`GRANT SELECT, INSERT, UPDATE, DELETE ON %s.* TO '%s'@'%%'`, db.Name, name),
	} {
		if _, err := admin.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	db.User, db.Password = name, "pw"
	s := openStore(t, db.DSN())
	if err := s.Commit(t.Context(), result("file:/a", 1)); err != nil {
		t.Error(err)
	}
	if _, err := s.AddVerifier(t.Context(), assay.VerifierVersion{Element: "iban", Definition: []byte("{}"), State: assay.StateActive}); err != nil {
		t.Error(err)
	}
}

// A transaction of somebody else makes a deadlock, of which the commit is the
// victim, because it has changed less.
func TestDeadlock(t *testing.T) {
	db := testserver.MariaDB(t)
	s := openStore(t, db.DSN())
	first := result("file:/a", 1)
	if err := s.Commit(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	tx, err := db.Open(t).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := tx.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 50 {
		exec(`INSERT INTO store_locks (name) VALUES (?)`, fmt.Sprintf("weight %d", i))
	}
	exec(`UPDATE asset_elements SET owner = 'me'`)
	done := make(chan error, 1)
	go func() { done <- s.Commit(t.Context(), result("file:/a", 2)) }()
	waitForLock(t, db)
	exec(`UPDATE store_locks SET name = CONCAT(name, '!') WHERE name LIKE 'asset %'`) // which the commit holds
	select {
	case err := <-done:
		t.Fatalf("the commit did not wait: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("the commit was not begun again: %v", err)
	}
	for f, err := range s.Findings(t.Context(), assay.FindingFilter{}) {
		if err != nil || f.Owner != "" {
			t.Errorf("finding %+v, %v: want that of the later commit", f, err)
		}
	}
}

// waitForLock waits until a transaction waits for a lock.
func waitForLock(t *testing.T, db testserver.Database) {
	t.Helper()
	admin := db.Open(t)
	for n, end := 0, time.Now().Add(20*time.Second); n == 0; time.Sleep(200 * time.Millisecond) { // the server renews the table when nobody read it for 100 ms
		if err := admin.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM information_schema.innodb_lock_waits`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if time.Now().After(end) {
			t.Fatal("no transaction waits")
		}
	}
}

// Commits of one asset at the same time, by tasks that contradict each other,
// leave the state of one of them.
func TestContradictions(t *testing.T) {
	s := openStore(t, testserver.MariaDB(t).DSN())
	without := result("file:/a", 2)
	without.Findings = nil
	var wg sync.WaitGroup
	for range 20 {
		for _, r := range []assay.Result{result("file:/a", 1), without} {
			wg.Go(func() {
				if err := s.Commit(t.Context(), r); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	if err := s.Commit(t.Context(), without); err != nil {
		t.Fatal(err)
	}
	for f := range s.Findings(t.Context(), assay.FindingFilter{}) {
		t.Errorf("finding %+v is there after the scan that no longer saw it", f)
	}
}

// What does not fit is refused, never cut.
func TestTooLong(t *testing.T) {
	s := openStore(t, testserver.MariaDB(t).DSN())
	r := result("file:/a", 1)
	r.Findings[0].Element = assay.Element(strings.Repeat("x", 200))
	if err := s.Commit(t.Context(), r); err == nil {
		t.Error("an element of 200 characters was kept")
	}
}

// The tables and views have the same columns as those of the embedded store.
func TestSameTables(t *testing.T) {
	db := testserver.MariaDB(t)
	openStore(t, db.DSN())
	path := t.TempDir() + "/store.db"
	embedded, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer embedded.Close()
	file, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want := columns(t, file, `SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type IN ('table', 'view')`)
	got := columns(t, db.Open(t), `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE()`)
	want["store_locks.name"], want["verifier_changes.seq"] = true, true // SQLite has one writer, and row ids
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-sqlite +mysql):\n%s", diff)
	}
}

func columns(t *testing.T, db *sql.DB, query string) map[string]bool {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]bool{}
	for rows.Next() {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			t.Fatal(err)
		}
		if table != "store_migrations" && !strings.HasPrefix(table, "sqlite_") {
			out[table+"."+column] = true
		}
	}
	return out
}

func TestOpenRefuses(t *testing.T) {
	db := testserver.MariaDB(t)
	const secret = "s3cr3t"
	absent, denied := db, db
	absent.Name, denied.Password = "absent", secret
	for name, dsn := range map[string]string{
		"no DSN":         "root:" + secret + "@host",
		"no database":    "root:" + secret + "@tcp(localhost:1)/",
		"no slash":       "root:" + secret + "/x@tcp(localhost",
		"no server":      "root:" + secret + "@tcp(127.0.0.1:1)/db",
		"absent":         absent.DSN(),
		"wrong password": denied.DSN(),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		s, err := Open(ctx, dsn, Options{})
		cancel()
		if err == nil {
			t.Errorf("%s: opened", name)
			_ = s.Close()
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error holds the password: %v", name, err)
		}
	}
}

func TestAgain(t *testing.T) {
	for number, want := range map[uint16]bool{1213: true, 1205: true, 1062: false, 1045: false} {
		if got := again(fmt.Errorf("commit: %w", &mysql.MySQLError{Number: number})); got != want {
			t.Errorf("again(%d) = %v", number, got)
		}
	}
	if again(context.Canceled) {
		t.Error("a context that ended is tried again")
	}
}

func BenchmarkCommit(b *testing.B) {
	s, err := Open(b.Context(), testserver.MariaDB(b).DSN(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	r := result("file:/a", 1)
	for b.Loop() {
		if err := s.Commit(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
}
