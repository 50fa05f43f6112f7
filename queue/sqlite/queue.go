// Package sqlite is the embedded queue: the three roles of a queue (see
// assay.Receiver, assay.Sender and assay.Operator) on one SQLite file, with the
// semantics of Amazon SQS. It serves one machine: several processes may share
// the file, which may also hold the findings store in tables of its own.
//
// It imports the root package and internal/sqlitefile only.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"example.com/assay"
	"example.com/assay/internal/sqlitefile"
)

// Options are the properties of a queue. The zero value means the defaults.
type Options struct {
	// MaxReceives is how often a task is received before it is dead; 0 means 5.
	MaxReceives int
	// Poll is how long a waiting Receive may overlook a task that another
	// process has sent; tasks of this process are seen at once. 0 means 500 ms.
	Poll time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Queue is a queue in a SQLite file. It implements assay.Receiver, assay.Sender
// and assay.Operator, and is safe for concurrent use.
type Queue struct {
	file sqlitefile.Pools
	opts Options
	statements

	mu   sync.Mutex
	wake chan struct{} // closed when a task may have become visible
}

var (
	_ assay.Receiver = (*Queue)(nil)
	_ assay.Sender   = (*Queue)(nil)
	_ assay.Operator = (*Queue)(nil)
)

// Open opens the queue in the file at path, which it creates, readable by its
// owner only, where it is missing.
func Open(ctx context.Context, path string, opts Options) (*Queue, error) {
	if opts.MaxReceives <= 0 {
		opts.MaxReceives = 5
	}
	if opts.Poll <= 0 {
		opts.Poll = 500 * time.Millisecond
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	q := &Queue{opts: opts, wake: make(chan struct{})}
	if err := q.open(ctx, path); err != nil {
		return nil, errors.Join(fmt.Errorf("open queue %s: %w", path, err), q.Close())
	}
	return q, nil
}

func (q *Queue) open(ctx context.Context, path string) (err error) {
	// The newest changes may be lost by a power failure: then a task is received
	// once more, which at-least-once delivery allows.
	if q.file, err = sqlitefile.Open(path, sqlitefile.Newest, 4); err != nil {
		return err
	}
	if err := migrate(ctx, q.file.Write); err != nil {
		return err
	}
	return q.prepare(ctx, q.file.Write, q.file.Read)
}

// Close closes the file. A Receive that is waiting should be ended by its
// context first.
func (q *Queue) Close() error { return q.file.Close() }

// now is the clock's time in the unit of the tables.
func (q *Queue) now() int64 { return q.opts.Now().UnixMilli() }

// woken returns a channel that is closed at the next wakeUp. Take it before
// looking at the table: then nothing that comes after the look is missed.
func (q *Queue) woken() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.wake
}

// wakeUp makes every waiting Receive of this process look again.
func (q *Queue) wakeUp() {
	q.mu.Lock()
	defer q.mu.Unlock()
	close(q.wake)
	q.wake = make(chan struct{})
}

// inTx runs f in a transaction that takes the writer's lock at its start, so
// that it never has to be begun again.
func (q *Queue) inTx(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := q.file.Write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
