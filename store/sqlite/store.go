// Package sqlite is the embedded findings store: assay.ResultWriter,
// assay.FindingReader, assay.CoverageReader and assay.VerifierStore on one
// SQLite file, for one machine. Several processes may share the file, which may
// also hold the embedded queue in tables of its own.
//
// It imports the root package and store/sqlstore only.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.com/assay/store/sqlstore"

	"github.com/pressly/goose/v3"
)

// Options are the properties of a store. The zero value means the defaults.
type Options struct {
	// Now is the clock for what carries no time of its own; nil means time.Now.
	Now func() time.Time
}

// Store is a findings store in a SQLite file, safe for concurrent use.
type Store struct{ *sqlstore.Store }

// Open opens the store in the file at path, which it creates, readable by its
// owner only, where it is missing, and brings its tables up to date.
func Open(ctx context.Context, path string, opts Options) (*Store, error) {
	write, read, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	return &Store{sqlstore.New(write, read, dialect, opts.Now)}, nil
}

// open returns a pool of one connection to write with, since SQLite has one
// writer and waiting here is fair, and one to read with.
func open(ctx context.Context, path string) (write, read *sql.DB, err error) {
	if err := prepareFile(path); err != nil {
		return nil, nil, err
	}
	if write, err = connect(path, 1); err != nil {
		return nil, nil, err
	}
	if err := sqlstore.Migrate(ctx, write, goose.DialectSQLite3, migrations); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	if read, err = connect(path, 8); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	return write, read, nil
}

// dialect needs no locks: a transaction takes the writer's lock at its start,
// so that it never has to be begun again.
var dialect = sqlstore.Dialect{Overwrite: overwrite}

func overwrite(key, columns []string) string {
	sets := make([]string, len(columns))
	for i, c := range columns {
		sets[i] = c + " = excluded." + c
	}
	return "ON CONFLICT (" + strings.Join(key, ", ") + ") DO UPDATE SET " + strings.Join(sets, ", ")
}
