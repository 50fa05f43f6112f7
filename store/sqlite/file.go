package sqlite

import (
	"database/sql"
	"embed"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the database/sql driver "sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// pragmas hold for every connection. With synchronous=FULL a committed result
// outlives a power failure: its task is deleted from the queue right after.
var pragmas = url.Values{
	"_busy_timeout": {"10000"},
	"_journal_mode": {"WAL"},
	"_synchronous":  {"FULL"},
	"_txlock":       {"immediate"},
}

// prepareFile creates the file, and its directory where that is missing, for
// the owner only. SQLite gives the WAL and shared memory files the same mode.
func prepareFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

// connect opens a pool on the file. The path is written as a URI, because it
// may hold characters that mean something there.
func connect(path string, conns int) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	uri := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(abs), RawQuery: pragmas.Encode()}
	db, err := sql.Open("sqlite", uri.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	return db, nil
}
