package mysql

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"example.com/assay/store/sqlstore"

	"github.com/go-sql-driver/mysql"
)

// dialect reads what is committed: a repeatable read would lock the gaps between
// rows, and commits of different assets would wait for each other.
var dialect = sqlstore.Dialect{Overwrite: overwrite, Lock: lock, Again: again, Isolation: sql.LevelReadCommitted}

func overwrite(_, columns []string) string {
	sets := make([]string, len(columns))
	for i, c := range columns {
		sets[i] = c + " = VALUES(" + c + ")"
	}
	return "ON DUPLICATE KEY UPDATE " + strings.Join(sets, ", ")
}

// lock takes the lock of a row, which ends with the transaction, however it ends.
func lock(ctx context.Context, tx *sql.Tx, name string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO store_locks (name) VALUES (?) ON DUPLICATE KEY UPDATE name = VALUES(name)`, name)
	return err
}

// again says that a deadlock, or a wait for a lock that took too long, is worth
// another try. MariaDB has its own number for a row that changed meanwhile.
func again(err error) bool {
	const waitTimeout, deadlock, changed = 1205, 1213, 1020
	e := (*mysql.MySQLError)(nil)
	return errors.As(err, &e) && slices.Contains([]uint16{waitTimeout, deadlock, changed}, e.Number)
}
