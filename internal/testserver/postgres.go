package testserver

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// PostgresDatabase is an empty database of a test's own on a real server.
type PostgresDatabase struct {
	Addr string // host:port
	Name string
	// User and Password may do everything, in all databases of the server.
	User, Password string
}

// URI returns the address of the database for a user.
func (d PostgresDatabase) URI(user, password string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(user, password), Host: d.Addr, Path: "/" + d.Name}
	return u.String()
}

// Open connects to the database as its administrator until the test ends.
func (d PostgresDatabase) Open(t testing.TB) *pgx.Conn {
	t.Helper()
	db, err := pgx.Connect(t.Context(), d.URI(d.User, d.Password))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close(context.Background()) })
	return db
}

// Postgres returns a new database on a PostgreSQL server that all tests of the
// process share. The database is dropped when the test ends.
func Postgres(t testing.TB) PostgresDatabase {
	t.Helper()
	i, err := postgres()
	need(t, err)
	d := postgresDatabase(i.port)
	db := d.Open(t)
	d.Name = fmt.Sprintf("test_%d", postgresDatabases.Add(1))
	if _, err := db.Exec(t.Context(), "CREATE DATABASE "+d.Name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second) // t.Context is over
		defer cancel()
		if _, err := db.Exec(ctx, "DROP DATABASE IF EXISTS "+d.Name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return d
}

// The administrator of the test server.
const (
	postgresUser     = "testserver"
	postgresPassword = "testserver"
)

var postgresDatabases atomic.Int64

func postgresDatabase(port int) PostgresDatabase {
	return PostgresDatabase{Addr: fmt.Sprintf("127.0.0.1:%d", port), Name: "postgres", User: postgresUser, Password: postgresPassword}
}

// postgres starts the server of this process, once.
var postgres = sync.OnceValues(func() (instance, error) {
	return server{name: "postgres", command: postgresCommand, ready: postgresReady, patience: time.Minute}.start()
})

func postgresReady(ctx context.Context, _ string, port int) error {
	d := postgresDatabase(port)
	db, err := pgx.Connect(ctx, d.URI(d.User, d.Password))
	if err != nil {
		return err
	}
	return db.Close(ctx)
}

// postgresProgram finds a program of the newest version that is installed, which
// Debian keeps out of the PATH.
func postgresProgram(name string) (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err == nil && len(found) > 0 {
		return found[len(found)-1], nil
	}
	return find("postgres", name)
}

// fastStop runs a program and turns a request to end into SIGINT, at which
// PostgreSQL does not wait for its clients.
const fastStop = `"$@" & server=$!; trap 'kill -INT $server' TERM; wait $server; wait $server`

func postgresCommand(dir string, port int) ([]string, error) {
	program, err := postgresProgram("postgres")
	if err != nil {
		return nil, err
	}
	initdb, err := postgresProgram("initdb")
	if err != nil {
		return nil, err
	}
	data, password := filepath.Join(dir, "data"), filepath.Join(dir, "password")
	if err := os.WriteFile(password, []byte(postgresPassword), 0o644); err != nil {
		return nil, err
	}
	prefix, err := asPostgres(dir)
	if err != nil {
		return nil, err
	}
	argv := append(prefix, initdb, "--pgdata="+data, "--username="+postgresUser, "--pwfile="+password,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	if out, err := exec.Command(argv[0], argv[1:]...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("make an empty PostgreSQL: %w\n%s", err, out)
	}
	return append([]string{"/bin/sh", "-c", fastStop, "postgres"}, append(prefix,
		program, "-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="+dir,
		// The data is thrown away: small buffers, and no waiting for the disk.
		"-c", "shared_buffers=32MB", "-c", "max_connections=100", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
		"-c", "autovacuum=off")...), nil // it would count among what a test reads
}

// asPostgres gives the folder to the user postgres where the test runs as root,
// which the server would refuse, and returns what runs a program as that user.
func asPostgres(dir string) ([]string, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	return []string{"setpriv", "--reuid=" + u.Uid, "--regid=" + u.Gid, "--init-groups"}, os.Chown(dir, uid, -1)
}
