package testserver

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
)

// Database is an empty database of a test's own on a real server.
type Database struct {
	Addr string // host:port
	Name string
	// User and Password may do everything, on all databases of the server.
	User, Password string
}

// DSN returns the data source name for github.com/go-sql-driver/mysql.
func (d Database) DSN() string {
	return d.config().FormatDSN()
}

func (d Database) config() *mysql.Config {
	cfg := mysql.NewConfig()
	cfg.User, cfg.Passwd, cfg.Net, cfg.Addr, cfg.DBName = d.User, d.Password, "tcp", d.Addr, d.Name
	return cfg
}

// Open connects to the database as its administrator until the test ends.
func (d Database) Open(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("mysql", d.DSN())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// MariaDB returns a new database on a MariaDB server that all tests of the
// process share. The database is dropped when the test ends.
func MariaDB(t testing.TB) Database {
	t.Helper()
	i, err := mariaDB()
	need(t, err)
	d := Database{Addr: fmt.Sprintf("127.0.0.1:%d", i.port), User: mariaUser, Password: mariaPassword}
	name := fmt.Sprintf("test_%d", mariaDatabases.Add(1))
	db := d.Open(t)
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// t.Context is over; a table that a test left locked must not hang it.
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if _, err := db.ExecContext(ctx, "DROP DATABASE IF EXISTS "+name); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	d.Name = name
	return d
}

// The administrator of the test server, who may log in by TCP only.
const (
	mariaUser     = "testserver"
	mariaPassword = "testserver"
)

var mariaDatabases atomic.Int64

// mariaDB starts the server of this process, once.
var mariaDB = sync.OnceValues(func() (instance, error) {
	return server{name: "mariadb", command: mariaCommand, ready: mariaReady, patience: time.Minute}.start()
})

func mariaReady(ctx context.Context, _ string, port int) error {
	d := Database{Addr: fmt.Sprintf("127.0.0.1:%d", port), User: mariaUser, Password: mariaPassword}
	cfg := d.config()
	cfg.Logger = &mysql.NopLogger{}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	return db.PingContext(ctx)
}

func mariaCommand(dir string, port int) ([]string, error) {
	mariadbd, err := find("mariadb", "mariadbd")
	if err != nil {
		return nil, err
	}
	template, err := mariaTemplate(mariadbd)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	if err := os.CopyFS(data, os.DirFS(template)); err != nil {
		return nil, err
	}
	init := filepath.Join(dir, "init.sql")
	// One statement a line, as an init file wants it.
	grant := fmt.Sprintf("CREATE USER '%s'@'%%' IDENTIFIED BY '%s';\nGRANT ALL ON *.* TO '%[1]s'@'%%' WITH GRANT OPTION;\n", mariaUser, mariaPassword)
	if err := os.WriteFile(init, []byte(grant), 0o644); err != nil {
		return nil, err
	}
	argv := []string{
		mariadbd, "--no-defaults", "--datadir=" + data, "--init-file=" + init,
		"--port=" + strconv.Itoa(port), "--bind-address=127.0.0.1", "--skip-name-resolve",
		"--socket=" + filepath.Join(dir, "socket"), "--pid-file=" + filepath.Join(dir, "pid"),
		"--character-set-server=utf8mb4", "--max-connections=100", "--skip-log-bin", "--performance-schema=OFF",
		// The data is thrown away: small buffers, and no waiting for the disk.
		"--innodb-buffer-pool-size=32M", "--innodb-log-file-size=16M",
		"--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync",
	}
	return asMySQL(dir, argv)
}

// mariaTemplate returns a data folder as made by mariadb-install-db, which
// takes some seconds and therefore is done once for a version of the server.
func mariaTemplate(mariadbd string) (string, error) {
	version, err := exec.Command(mariadbd, "--no-defaults", "--version").Output()
	if err != nil {
		return "", fmt.Errorf("ask mariadbd for its version: %w", err)
	}
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(version)
	template := filepath.Join(cache, "mariadb-"+hex.EncodeToString(sum[:6]))
	if _, err := os.Stat(template); err == nil {
		return template, nil
	}
	return template, makeMariaTemplate(template)
}

func makeMariaTemplate(template string) error {
	install, err := find("mariadb", "mariadb-install-db")
	if err != nil {
		return err
	}
	// Not in the cache folder, which the server's user may not be able to enter.
	dir, err := os.MkdirTemp("", "assay-mariadb-template-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	data := filepath.Join(dir, "data")
	argv, err := asMySQL(dir, []string{install, "--no-defaults", "--datadir=" + data,
		"--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve", "--innodb-log-file-size=16M"})
	if err != nil {
		return err
	}
	if out, err := exec.Command(argv[0], argv[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("make an empty MariaDB: %w\n%s", err, out)
	}
	// Another process may be at the same work: the first to rename has done it.
	half, err := os.MkdirTemp(filepath.Dir(template), "half-made-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(half)
	if err := os.CopyFS(filepath.Join(half, "data"), os.DirFS(data)); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(half, "data"), template); err != nil && !os.IsExist(err) {
		return err
	}
	return nil
}

// asMySQL lets a program of MariaDB run as the user mysql where the test runs
// as root, which the server would refuse, and gives that user the folder.
func asMySQL(dir string, argv []string) ([]string, error) {
	if os.Geteuid() != 0 {
		return argv, nil
	}
	u, err := user.Lookup("mysql")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chown(path, uid, -1)
	})
	return append(argv, "--user=mysql"), err
}
