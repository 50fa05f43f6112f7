// Package sqlstore is what the findings stores on SQL databases have in common:
// assay.ResultWriter, assay.FindingReader, assay.CoverageReader and
// assay.VerifierStore in statements that SQLite and MySQL both understand. What
// differs is a Dialect. The packages beside it open the database and bring its
// tables up to date.
//
// It imports the root package only, and is imported by store/* only.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.com/assay"

	"github.com/cenkalti/backoff/v5"
)

// Dialect is what differs between databases.
type Dialect struct {
	// Overwrite returns the end of an INSERT that, for a row whose key columns
	// are there already, gives its other named columns the new values.
	Overwrite func(key, columns []string) string
	// Lock makes the transaction wait until no other has the lock of that name,
	// and holds it to the transaction's end. It is nil where the database lets
	// transactions write one at a time.
	Lock func(ctx context.Context, tx *sql.Tx, name string) error
	// Again reports whether a transaction failed in a way that goes away when it
	// is begun again, such as a deadlock. It is nil where that cannot happen.
	Again func(error) bool
	// Embedded says that the database is in this process: statements are kept
	// prepared, which costs no round trip there, and results that come at the same
	// time are committed together.
	Embedded bool
	// Isolation is that of transactions that write.
	Isolation sql.IsolationLevel
}

func (d Dialect) lock(ctx context.Context, tx *sql.Tx, name string) error {
	if d.Lock == nil {
		return nil
	}
	return d.Lock(ctx, tx, name)
}

// Store is a findings store in a SQL database, safe for concurrent use.
type Store struct {
	write, read *sql.DB
	dialect     Dialect
	statements  *statements // nil where none are prepared
	group       *group      // nil where every result is committed alone
	now         func() time.Time
}

var (
	_ assay.ResultWriter   = (*Store)(nil)
	_ assay.CommitReader   = (*Store)(nil)
	_ assay.ScanHistory    = (*Store)(nil)
	_ assay.FindingReader  = (*Store)(nil)
	_ assay.CoverageReader = (*Store)(nil)
	_ assay.VerifierStore  = (*Store)(nil)
	_ assay.TokenStore     = (*Store)(nil)
	_ assay.MatchStore     = (*Store)(nil)
	_ assay.AuditLog       = (*Store)(nil)
	_ assay.TriageStore    = (*Store)(nil)
	_ assay.Outbox         = (*Store)(nil)
	_ assay.SummaryReader  = (*Store)(nil)
	_ assay.PlanStore      = (*Store)(nil)
	_ assay.PlanReader     = (*Store)(nil)
	_ assay.StoreRegister  = (*Store)(nil)
	_ assay.ClaimStore     = (*Store)(nil)
	_ assay.ItemStore      = (*Store)(nil)
	_ assay.LabelStore     = (*Store)(nil)
	_ assay.MeasureStore   = (*Store)(nil)
)

// New returns a store on two pools of connections to one database, which it
// closes with Close. Iterators keep a connection of read, so that their
// consumers may write meanwhile. now is the clock for what carries no time of
// its own; nil means time.Now.
func New(write, read *sql.DB, dialect Dialect, now func() time.Time) *Store {
	if now == nil {
		now = time.Now
	}
	s := &Store{write: write, read: read, dialect: dialect, now: now}
	if dialect.Embedded {
		s.statements = &statements{all: map[string]*sql.Stmt{}}
		s.group = &group{db: write, statements: s.statements}
	}
	return s
}

// Close closes the connections.
func (s *Store) Close() error {
	return errors.Join(s.read.Close(), s.write.Close())
}

// maxTries is how often a transaction is begun.
const maxTries = 10

// inTx runs f in a transaction, more than once where the database wants it.
func (s *Store) inTx(ctx context.Context, f func(*sql.Tx) error) error {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = 10*time.Millisecond, time.Second
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := s.once(ctx, f)
		if err != nil && (s.dialect.Again == nil || !s.dialect.Again(err)) {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(pause), backoff.WithMaxTries(maxTries))
	return err
}

// together is inTx for a part of what others write at the same time, where that
// is quicker.
func (s *Store) together(ctx context.Context, f func(context.Context, *sql.Tx) error) error {
	if s.group != nil {
		return s.group.write(ctx, f)
	}
	return s.inTx(ctx, func(tx *sql.Tx) error { return f(ctx, tx) })
}

func (s *Store) once(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, &sql.TxOptions{Isolation: s.dialect.Isolation})
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

// text is a name as the tables keep it. Not every database keeps bytes that are
// no UTF-8; the keys are made from the name as it was.
func text[T ~string](s T) string { return strings.ToValidUTF8(string(s), "\uFFFD") }

// millis is a time in the unit of the tables; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
