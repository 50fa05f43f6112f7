package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// session is a connection inside a read-only transaction, which sees one state
// of the database. Settings are made for the transaction only, so that a pooler
// between can give the connection to others afterwards.
type session struct {
	conn *pgxpool.Conn
	ctx  context.Context // for the rollback, which must not be cancelled
}

// settings are made at the beginning of every transaction; %[…]d are milliseconds.
//
// Names resolve in the server's own schema only, so that nothing that somebody
// put into another one runs in place of a function or operator. With
// row_security off, a statement that a policy would take rows from fails
// instead: the one way to be told of it. A lock is waited for half as long as a
// statement may take, so that the error says which of both it was. Scans of large tables begin at the
// beginning, not where another's scan is. Times come as UTC, numbers in full.
const settings = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = %[1]d; SET LOCAL lock_timeout = %[2]d; SET LOCAL idle_in_transaction_session_timeout = '10min';
SET LOCAL search_path = pg_catalog; SET LOCAL row_security = off; SET LOCAL synchronize_seqscans = off;
SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'iso_8601'; SET LOCAL extra_float_digits = 1;
SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0`

// byKey makes the server read a key in its order rather than sort the table,
// whatever it believes of the table's size.
const byKey = `SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off`

// begin starts a transaction on a connection of its own.
func (s *Source) begin(ctx context.Context) (*session, error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	x := &session{conn: conn, ctx: context.WithoutCancel(ctx)}
	if err := x.exec(ctx, fmt.Sprintf(settings, s.statement.Milliseconds(), s.statement.Milliseconds()/2)); err != nil {
		x.end()
		return nil, err
	}
	return x, nil
}

// exec runs statements that return nothing, in one round trip.
func (x *session) exec(ctx context.Context, statements string) error {
	_, err := x.conn.Conn().PgConn().Exec(ctx, statements).ReadAll()
	return err
}

// end ends the transaction and gives the connection back.
func (x *session) end() {
	ctx, cancel := context.WithTimeout(x.ctx, time.Second)
	defer cancel()
	if !x.conn.Conn().IsClosed() {
		if x.exec(ctx, "ROLLBACK") != nil {
			x.conn.Conn().Close(ctx)
		}
	}
	x.conn.Release() // which drops a closed one
}

// each hands the rows of a query over as the bytes that the server sends. All
// columns must be text or bytea, which are sent as they are. What it hands over
// stays valid until row returns; row's error ends the reading.
func (x *session) each(ctx context.Context, query string, args []string, row func(values [][]byte) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	values := make([][]byte, len(args))
	for i, a := range args {
		values[i] = []byte(a)
	}
	r := x.conn.Conn().PgConn().ExecParams(ctx, query, values, nil, nil, []int16{pgx.BinaryFormatCode})
	for r.NextRow() {
		if err := row(r.Values()); err != nil {
			cancel() // the rest is not wanted, and may be much; this drops the connection
			r.Close()
			return err
		}
	}
	_, err := r.Close()
	return err
}

// one returns the first row of a query for each, nil if there is none.
func (x *session) one(ctx context.Context, query string, args ...string) (out []*string, err error) {
	err = x.each(ctx, query, args, func(values [][]byte) error {
		for _, v := range values {
			if v == nil {
				out = append(out, nil)
				continue
			}
			s := string(v)
			out = append(out, &s)
		}
		return nil
	})
	return out, err
}
