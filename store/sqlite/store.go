// Package sqlite is the embedded findings store: assay.ResultWriter,
// assay.FindingReader, assay.CoverageReader and assay.VerifierStore on one
// SQLite file, for one machine. Several processes may share the file, which may
// also hold the embedded queue in tables of its own.
//
// It imports the root package only.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.com/assay"
)

// Options are the properties of a store. The zero value means the defaults.
type Options struct {
	// Now is the clock for what carries no time of its own; nil means time.Now.
	Now func() time.Time
}

// Store is a findings store in a SQLite file, safe for concurrent use.
type Store struct {
	write *sql.DB // one connection: SQLite has one writer, and waiting here is fair
	read  *sql.DB // iterators, whose consumers may write while they read
	now   func() time.Time
}

var (
	_ assay.ResultWriter   = (*Store)(nil)
	_ assay.FindingReader  = (*Store)(nil)
	_ assay.CoverageReader = (*Store)(nil)
	_ assay.VerifierStore  = (*Store)(nil)
)

// Open opens the store in the file at path, which it creates, readable by its
// owner only, where it is missing, and brings its tables up to date.
func Open(ctx context.Context, path string, opts Options) (*Store, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := &Store{now: opts.Now}
	if err := s.open(ctx, path); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, path string) (err error) {
	if err = prepareFile(path); err != nil {
		return err
	}
	if s.write, err = connect(path, 1); err != nil {
		return err
	}
	if s.read, err = connect(path, 8); err != nil {
		return err
	}
	return migrate(ctx, s.write)
}

// Close closes the file.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// inTx runs f in a transaction that takes the writer's lock at its start, so
// that it never has to be begun again.
func (s *Store) inTx(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// each runs a query and hands every row to f until f says to stop. Its error
// names what was read.
func (s *Store) each(ctx context.Context, what, query string, args []any, f func(*sql.Rows) (bool, error)) error {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	defer rows.Close()
	for rows.Next() {
		if more, err := f(rows); err != nil {
			return fmt.Errorf("read %s: %w", what, err)
		} else if !more {
			return nil
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	return nil
}

// assetKey is the short form of an asset's id in keys.
func assetKey(asset assay.AssetID) string { return assay.FindingID(asset, "", "") }

// millis is a time in the unit of the tables; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
