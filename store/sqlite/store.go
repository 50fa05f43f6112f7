// Package sqlite is the embedded findings store: assay.ResultWriter,
// assay.FindingReader, assay.CoverageReader and assay.VerifierStore on one
// SQLite file, for one machine. Several processes may share the file, which may
// also hold the embedded queue in tables of its own.
//
// It imports the root package, store/sqlstore and internal/sqlitefile only.
package sqlite

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.com/assay/internal/sqlitefile"
	"example.com/assay/store/sqlstore"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

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
	file, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	return &Store{sqlstore.New(file.Write, file.Read, dialect, opts.Now)}, nil
}

// open opens the file and brings its tables up to date. A committed result must
// outlive a power failure: its task is deleted from the queue right after.
func open(ctx context.Context, path string) (sqlitefile.Pools, error) {
	file, err := sqlitefile.Open(path, sqlitefile.Full, 8)
	if err != nil {
		return file, err
	}
	if err := sqlstore.Migrate(ctx, file.Write, goose.DialectSQLite3, migrations); err != nil {
		return file, errors.Join(err, file.Close())
	}
	return file, nil
}

// dialect needs no locks: a transaction takes the writer's lock at its start,
// so that it never has to be begun again.
var dialect = sqlstore.Dialect{Overwrite: overwrite, Embedded: true}

func overwrite(key, columns []string) string {
	sets := make([]string, len(columns))
	for i, c := range columns {
		sets[i] = c + " = excluded." + c
	}
	return "ON CONFLICT (" + strings.Join(key, ", ") + ") DO UPDATE SET " + strings.Join(sets, ", ")
}
