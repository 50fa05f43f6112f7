package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
)

// statements keeps prepared what every commit runs: to read a statement's text
// takes SQLite as long as to carry it out. A text is prepared ahead of the
// transaction that follows its first use, because SQLite's one connection for
// writing is taken within. They end with their connections. One goroutine at a
// time uses them.
type statements struct {
	all map[string]*sql.Stmt // nil: wanted
}

// mostStatements bounds how many texts are kept: some depend on the number of rows.
const mostStatements = 64

// prepare prepares what is wanted.
func (s *statements) prepare(ctx context.Context, db *sql.DB) error {
	for text, statement := range s.all {
		if statement != nil {
			continue
		}
		statement, err := db.PrepareContext(ctx, text)
		if err != nil {
			return fmt.Errorf("prepare a statement: %w", err)
		}
		s.all[text] = statement
	}
	return nil
}

// of returns the prepared form of a text, or nil.
func (s *statements) of(text string) *sql.Stmt {
	if s == nil {
		return nil
	}
	statement, ok := s.all[text]
	if !ok && len(s.all) < mostStatements {
		s.all[text] = nil
	}
	return statement
}

// exec runs a statement in the commit's transaction.
func (c *commit) exec(ctx context.Context, query string, args ...any) (err error) {
	if prepared := c.statements.of(query); prepared != nil {
		_, err = c.tx.StmtContext(ctx, prepared).ExecContext(ctx, args...)
	} else {
		_, err = c.tx.ExecContext(ctx, query, args...)
	}
	return err
}

// query runs a query in the commit's transaction.
func (c *commit) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if prepared := c.statements.of(query); prepared != nil {
		return c.tx.StmtContext(ctx, prepared).QueryContext(ctx, args...)
	}
	return c.tx.QueryContext(ctx, query, args...)
}
