// Package sqlitefile opens the SQLite files of the embedded queue and the
// embedded store: readable by their owner only, written through one connection
// at a time, read while they are written.
//
// It imports no other package of this module.
package sqlitefile

import (
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the database/sql driver "sqlite"
)

// Durability is what a power failure may do to a file. A process that dies takes
// nothing back, whichever is chosen.
type Durability string

// The durabilities, by the names of PRAGMA synchronous.
const (
	// Newest lets a power failure take back the newest changes.
	Newest Durability = "NORMAL"
	// Full keeps every committed change.
	Full Durability = "FULL"
)

// Pools are the connections to one file.
type Pools struct {
	// Write has one connection, since SQLite has one writer and waiting here is
	// fair. Its transactions take the writer's lock when they begin, so that they
	// never have to be begun again.
	Write *sql.DB
	// Read is for iterators, whose consumers may write while they read.
	Read *sql.DB
}

// Open opens the file at path, and creates it with its directory, for the owner
// only, where it is missing. Up to readers connections read at a time.
func Open(path string, durability Durability, readers int) (Pools, error) {
	if err := prepare(path); err != nil {
		return Pools{}, err
	}
	write, err := connect(path, durability, 1)
	if err != nil {
		return Pools{}, err
	}
	read, err := connect(path, durability, readers)
	if err != nil {
		return Pools{}, errors.Join(err, write.Close())
	}
	return Pools{write, read}, nil
}

// Close closes both pools. Pools that were not opened are left alone.
func (p Pools) Close() error {
	var errs []error
	for _, db := range []*sql.DB{p.Read, p.Write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// prepare creates the file, and its directory where that is missing, for the
// owner only. SQLite gives the WAL and shared memory files the same mode.
func prepare(path string) error {
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
func connect(path string, durability Durability, conns int) (*sql.DB, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	pragmas := url.Values{
		"_busy_timeout": {"10000"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {string(durability)},
		"_txlock":       {"immediate"},
	}
	uri := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(abs), RawQuery: pragmas.Encode()}
	db, err := sql.Open("sqlite", uri.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	return db, nil
}
