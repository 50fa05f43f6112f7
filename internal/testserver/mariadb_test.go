package testserver

import (
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
)

func TestMariaDB(t *testing.T) {
	one, two := MariaDB(t), MariaDB(t)
	if one.Addr != two.Addr || one.Name == two.Name {
		t.Errorf("two tests got %v and %v, want two databases on one server", one, two)
	}
	var name, version string
	if err := one.Open(t).QueryRow("SELECT DATABASE(), VERSION()").Scan(&name, &version); err != nil {
		t.Fatal(err)
	}
	if name != one.Name || !strings.Contains(version, "MariaDB") {
		t.Errorf("connected to %s on %s", name, version)
	}
}

func TestMariaDBDropsDatabase(t *testing.T) {
	var d Database
	t.Run("test with a database", func(t *testing.T) { d = MariaDB(t) })
	db, err := sql.Open("mysql", d.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if e := (*mysql.MySQLError)(nil); !errors.As(db.Ping(), &e) || e.Number != 1049 {
		t.Errorf("after the test its database is still there: %v", db.Ping())
	}
}

// TestServerEndsWithProcess starts a server in another test process, which then
// is killed, and waits for the server's folder to go, which is the last thing
// the supervisor does.
func TestServerEndsWithProcess(t *testing.T) {
	if dirFile := os.Getenv("ASSAY_TEST_CHILD"); dirFile != "" {
		i, err := mariaDB()
		need(t, err)
		if err := os.WriteFile(dirFile, []byte(i.dir), 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute) // to be killed
		return
	}
	_, err := mariaDB()
	need(t, err)
	dirFile := filepath.Join(t.TempDir(), "dir")
	child := exec.Command(os.Args[0], "-test.run=^TestServerEndsWithProcess$")
	child.Env = append(os.Environ(), "ASSAY_TEST_CHILD="+dirFile)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var dir string
	waitFor(t, "the child's server to start", func() bool {
		b, err := os.ReadFile(dirFile)
		dir = string(b)
		return err == nil && dir != ""
	})
	if _, err := os.Stat(filepath.Join(dir, "pid")); err != nil {
		t.Fatalf("the child's server does not run: %v", err)
	}
	child.Process.Kill()
	child.Wait()
	waitFor(t, "the killed child's server to end", func() bool {
		_, err := os.Stat(dir)
		return os.IsNotExist(err)
	})
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for start := time.Now(); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Since(start) > 30*time.Second {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
