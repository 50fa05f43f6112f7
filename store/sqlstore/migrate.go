package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
)

// migrationTable keeps a store's migrations apart from those of a queue in the
// same database.
const migrationTable = "store_migrations"

// Migrate brings the tables up to date with the files of the folder migrations.
// One that was merged after later ones had been run is run all the same: each
// makes or changes tables of its own.
// Two processes that start together may both try: the one that comes second
// fails, and finds all done when it looks again.
func Migrate(ctx context.Context, db *sql.DB, dialect goose.Dialect, files fs.FS) error {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect, db, dir,
		goose.WithTableName(migrationTable), goose.WithDisableGlobalRegistry(true), goose.WithAllowOutofOrder(true))
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		if _, err = provider.Up(ctx); err == nil || attempt == 5 {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(attempt) * 50 * time.Millisecond):
		}
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
