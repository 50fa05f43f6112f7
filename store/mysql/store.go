// Package mysql is the findings store of a fleet: assay.ResultWriter,
// assay.FindingReader, assay.CoverageReader and assay.VerifierStore in a MySQL
// or MariaDB database, with the same tables as store/sqlite. It is tested with
// MariaDB.
//
// The user needs SELECT, INSERT, UPDATE and DELETE on the database, and CREATE,
// ALTER, INDEX and DROP while there are migrations to be run. Where statements
// are logged for replication, the server's binlog_format must be ROW or MIXED.
//
// It imports the root package and store/sqlstore only.
package mysql

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"example.com/assay/store/sqlstore"

	"github.com/go-sql-driver/mysql"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options are the properties of a store. The zero value means the defaults.
type Options struct {
	// Conns is the most connections that commits may use, and as many again for
	// readers: at least 2; 0 means 8. More commits wait for one.
	Conns int
	// Now is the clock for what carries no time of its own; nil means time.Now.
	Now func() time.Time
}

// Store is a findings store in a MySQL database, safe for concurrent use.
type Store struct{ *sqlstore.Store }

// Open opens the store in the database that a data source name of
// github.com/go-sql-driver/mysql names (user:password@tcp(host:3306)/database)
// and brings its tables up to date. No error of this package holds the password.
func Open(ctx context.Context, dsn string, opts Options) (*Store, error) {
	cfg, err := config(dsn)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if opts.Conns == 0 {
		opts.Conns = 8
	}
	write, read, err := open(ctx, cfg, max(opts.Conns, 2)) // one holds the lock of the migrations
	if err != nil {
		return nil, fmt.Errorf("open store mysql://%s/%s: %w", cfg.Addr, cfg.DBName, err)
	}
	return &Store{sqlstore.New(write, read, dialect, opts.Now)}, nil
}

// config reads the data source name and sets what the store relies on.
func config(dsn string) (*mysql.Config, error) {
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil || cfg.DBName == "" { // the driver's error may quote a part of the password
		return nil, errors.New("the data source name is not of the form user:password@tcp(host:port)/database")
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 10 * time.Second
	}
	cfg.ClientFoundRows = true   // an UPDATE counts the rows that it found, as everywhere else
	cfg.InterpolateParams = true // one round trip a statement
	cfg.MultiStatements = false
	cfg.RejectReadOnly = true // after a failover, look for the new primary
	cfg.Logger = &mysql.NopLogger{}
	params := map[string]string{
		"sql_mode":          "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'", // refuse what does not fit, rather than cut it
		"max_sort_length":   "8192",                                       // assets' names are longer than the default
		"net_write_timeout": "600",                                        // the consumer of an iterator may take its time
	}
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	for name, value := range params {
		cfg.Params[name] = value
	}
	return cfg, nil
}

// open returns a pool to write with and one to read with.
func open(ctx context.Context, cfg *mysql.Config, conns int) (write, read *sql.DB, err error) {
	if write, err = connect(cfg, conns); err != nil {
		return nil, nil, err
	}
	if err := migrate(ctx, write, cfg.DBName); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	if read, err = connect(cfg, conns); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	return write, read, nil
}

func connect(cfg *mysql.Config, conns int) (*sql.DB, error) {
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	db.SetConnMaxIdleTime(time.Minute) // before the server closes it
	db.SetConnMaxLifetime(time.Hour)   // follows a change of the name's address
	return db, nil
}

// migrationWait is how long, in seconds, another process may take to migrate.
const migrationWait = 120

// migrate runs the migrations while it holds a lock of the server, since MySQL
// has no transactions for changes of tables.
func migrate(ctx context.Context, db *sql.DB, name string) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	lock := "assay " + name
	var got sql.NullBool
	if err := conn.QueryRowContext(ctx, `SELECT GET_LOCK(MD5(?), ?)`, lock, migrationWait).Scan(&got); err != nil {
		return err
	}
	if !got.Bool {
		return fmt.Errorf("migrate: another process has been at it for %d s (see SHOW PROCESSLIST)", migrationWait)
	}
	defer func() {
		_, unlocked := conn.ExecContext(context.WithoutCancel(ctx), `DO RELEASE_LOCK(MD5(?))`, lock)
		err = errors.Join(err, unlocked)
	}()
	return sqlstore.Migrate(ctx, db, goose.DialectMySQL, fs.FS(migrations))
}
