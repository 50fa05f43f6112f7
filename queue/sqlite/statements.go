package sqlite

import (
	"context"
	"database/sql"
)

// statements are what every task needs, prepared: reading their text takes as
// long as carrying them out. They end with their connections.
type statements struct {
	insert, bury, lease, extend, finish, release *sql.Stmt
	next                                         *sql.Stmt // reads
}

func (s *statements) prepare(ctx context.Context, write, read *sql.DB) (err error) {
	for _, p := range []struct {
		to    **sql.Stmt
		db    *sql.DB
		query string
	}{
		{&s.insert, write, `
			INSERT INTO queue_tasks (id, body, sent, visible) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`},
		{&s.bury, write, `
			UPDATE queue_tasks INDEXED BY queue_tasks_received SET dead = 1, receipt = '', reason = CASE reason WHEN '' THEN ? ELSE reason END
			WHERE dead = 0 AND received >= ? AND visible <= ?`},
		{&s.lease, write, `
			UPDATE queue_tasks SET receipt = ?, received = received + 1, visible = ?
			WHERE seq IN (SELECT seq FROM queue_tasks WHERE dead = 0 AND visible <= ? ORDER BY visible, seq LIMIT ?)
			RETURNING seq, body, received`},
		{&s.extend, write, `
			UPDATE queue_tasks SET visible = @visible
			WHERE seq = @seq AND receipt = @receipt AND visible > @now`},
		{&s.finish, write, `
			DELETE FROM queue_tasks WHERE seq = @seq AND receipt = @receipt`},
		{&s.release, write, `
			UPDATE queue_tasks SET visible = @visible, reason = @reason, receipt = ''
			WHERE seq = @seq AND receipt = @receipt AND visible > @now`},
		{&s.next, read, `
			SELECT MIN(visible) FROM queue_tasks WHERE dead = 0`},
	} {
		if *p.to, err = p.db.PrepareContext(ctx, p.query); err != nil {
			return err
		}
	}
	return nil
}
