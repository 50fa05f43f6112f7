package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// group puts what is written at the same time into one transaction. Where
// transactions write one at a time each of them waits for the disk, and so all
// that came meanwhile wait for it once.
type group struct {
	db         *sql.DB
	statements *statements // used by the members only

	mu      sync.Mutex
	waiting []*member
	leading bool // a goroutine is at it
}

// member is one part of a transaction, which is kept or not on its own.
type member struct {
	ctx  context.Context
	do   func(context.Context, *sql.Tx) error
	done chan error
}

// mostMembers is how many parts a transaction has at most.
const mostMembers = 16

// write runs do in a transaction that it may share, and returns when that is
// committed. Its context is looked at before: a statement that SQLite breaks off
// takes back the whole transaction, which is not do's alone.
func (g *group) write(ctx context.Context, do func(context.Context, *sql.Tx) error) error {
	m := &member{ctx, do, make(chan error, 1)}
	g.mu.Lock()
	g.waiting = append(g.waiting, m)
	if !g.leading {
		g.leading = true
		go g.lead()
	}
	g.mu.Unlock()
	return <-m.done
}

// lead writes until nothing waits.
func (g *group) lead() {
	for {
		g.mu.Lock()
		n := min(len(g.waiting), mostMembers)
		members := g.waiting[:n:n]
		g.waiting = g.waiting[n:]
		g.leading = n > 0
		g.mu.Unlock()
		if n == 0 {
			return
		}
		errs, err := g.together(members)
		for i, m := range members {
			m.done <- errors.Join(errs[i], err)
		}
	}
}

// together runs the members in one transaction. It returns the error of each, and
// one that concerns all: then nothing is kept.
func (g *group) together(members []*member) (errs []error, err error) {
	errs = make([]error, len(members))
	ctx := context.WithoutCancel(members[0].ctx)
	if err := g.statements.prepare(ctx, g.db); err != nil {
		return errs, err
	}
	tx, err := g.db.BeginTx(ctx, nil)
	if err != nil {
		return errs, err
	}
	for i, m := range members {
		if errs[i] = m.ctx.Err(); errs[i] != nil {
			continue
		}
		if errs[i], err = m.part(ctx, tx); err != nil {
			return errs, errors.Join(err, tx.Rollback())
		}
	}
	return errs, tx.Commit()
}

// part runs the member, and takes back what it wrote when it fails. An error of
// its own is the first; the second says that the transaction is lost.
func (m *member) part(ctx context.Context, tx *sql.Tx) (own, all error) {
	if _, err := tx.ExecContext(ctx, `SAVEPOINT part`); err != nil {
		return nil, err
	}
	own = m.do(context.WithoutCancel(m.ctx), tx)
	if own != nil {
		_, all = tx.ExecContext(ctx, `ROLLBACK TO part`)
	}
	_, err := tx.ExecContext(ctx, `RELEASE part`)
	return own, errors.Join(all, err)
}
