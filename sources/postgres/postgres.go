// Package postgres is the source of the tables, views, materialised views and
// foreign tables of a PostgreSQL database. Package sqlsample draws the sample;
// see there for what the limits of a plan mean.
//
// Every sample is one read-only transaction, in which the server limits the time
// of each statement (statement_timeout, lock_timeout); the number of connections
// is capped. What is read are rows at random positions of a key, or where there
// is none rows of random pages (TABLESAMPLE SYSTEM), so that a large table costs
// the server what a small one does. All settings are local to the transaction,
// and no statement is prepared: the source works behind PgBouncer too.
//
// A user needs USAGE on the schemas and SELECT, on all columns or on some. A table
// or column without it ends as not examined: PostgreSQL lists what a user may not
// read. Rows that row-level security hides are not examined either, which their
// fields say.
//
// The package imports the root package and sources/sqlsample only.
package postgres

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/assay"
)

// Scheme is the scheme of the URIs of this source and of its assets.
const Scheme = "postgres"

// Options says how to connect. The zero value is good.
type Options struct {
	// Password is used if it is not empty; otherwise the URI's, or that in the
	// environment variable ASSAY_POSTGRES_PASSWORD, or PGPASSWORD, or in the
	// file ~/.pgpass.
	Password string
	// StatementTimeout is how long the server works on one statement, and waits
	// for a lock; 0 means 10 s.
	StatementTimeout time.Duration
	// Connections is the most that are open at the same time; 0 means 4.
	Connections int
	// ConnectTimeout bounds the making of a connection; 0 means 10 s.
	ConnectTimeout time.Duration
}

// Source is the tables of a database, of one of its schemas, or one table; it
// implements assay.Source. Its methods may be called concurrently.
type Source struct {
	pool      *pgxpool.Pool
	address   string // host:port
	database  string
	schema    string // empty for all of the database
	table     string // empty for all of the schema
	statement time.Duration
}

var _ assay.Source = (*Source)(nil)

// Open connects to the database that a URI names:
//
//	postgres://user@host:5432/database/schema/table?sslmode=verify-full
//
// Schema and table may be left out, and the port if it is 5432. sslmode is
// prefer (the default: encrypted if the server can), disable, require, verify-ca
// or verify-full, for which sslrootcert names the file of the authority. An error
// is an *assay.Error, and does not hold the password.
func Open(ctx context.Context, uri string, o Options) (*Source, error) {
	s := &Source{statement: cmp.Or(o.StatementTimeout, 10*time.Second)}
	cfg, err := s.parse(uri, o)
	if err != nil {
		return nil, &assay.Error{Op: "open", Item: Scheme + " address", Reason: assay.ReasonUnsupported, Err: err,
			Hint: "write postgres://user@host:5432/database"}
	}
	cfg.ConnConfig.ConnectTimeout = cmp.Or(o.ConnectTimeout, 10*time.Second)
	cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec // one round trip, nothing prepared
	cfg.ConnConfig.RuntimeParams["application_name"] = "assay"
	cfg.MaxConns, cfg.MinConns, cfg.MaxConnIdleTime = int32(cmp.Or(o.Connections, 4)), 0, time.Minute
	if s.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return nil, s.fail("open", s.server(), err)
	}
	if err := s.pool.Ping(ctx); err != nil {
		s.pool.Close()
		return nil, s.fail("open", s.server(), err)
	}
	return s, nil
}

// Close closes the connections.
func (s *Source) Close() error {
	s.pool.Close()
	return nil
}

// parse reads the URI into the source and the driver's configuration.
func (s *Source) parse(uri string, o Options) (*pgxpool.Config, error) {
	u, err := url.Parse(uri)
	// No message quotes the URI: where a password is not escaped, any part of the
	// URI may be a part of the password.
	if err != nil || u.User == nil && strings.Contains(uri, "@") || u.Fragment != "" {
		return nil, errors.New("not a URI; special characters in a name or password are written as %40 and the like")
	}
	if u.Scheme != Scheme && u.Scheme != "postgresql" || u.Hostname() == "" {
		return nil, errors.New("not of the form postgres://host/database")
	}
	s.address = net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "5432"))
	parts := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	if len(parts) > 3 {
		return nil, errors.New("its path has more parts than a database, a schema and a table")
	}
	for i, p := range parts {
		if parts[i], err = url.PathUnescape(p); err != nil {
			return nil, errors.New("its path is not escaped rightly")
		}
	}
	parts = append(parts, "", "")
	s.database, s.schema, s.table = parts[0], parts[1], parts[2]
	if s.database == "" {
		return nil, errors.New("it names no database; a connection is to one database of the server")
	}
	if err := checkOptions(u.Query()); err != nil {
		return nil, err
	}
	password, _ := u.User.Password()
	password = cmp.Or(o.Password, password, os.Getenv("ASSAY_POSTGRES_PASSWORD"))
	to := url.URL{Scheme: Scheme, User: u.User, Host: s.address, Path: "/" + s.database, RawQuery: u.RawQuery}
	if password != "" {
		to.User = url.UserPassword(u.User.Username(), password)
	}
	cfg, err := pgxpool.ParseConfig(to.String())
	if err != nil { // which quotes what it was given
		return nil, errors.New("the driver refuses it, or one of the environment variables PG… or of the files that they name")
	}
	return cfg, nil
}

// checkOptions refuses options of a URI that are not known.
func checkOptions(options url.Values) error {
	for name, values := range options {
		switch {
		case name == "sslrootcert":
		case name != "sslmode":
			return errors.New("it has an unknown option; there are only sslmode and sslrootcert")
		case !slices.Contains([]string{"prefer", "disable", "require", "verify-ca", "verify-full"}, values[0]):
			return errors.New("sslmode is none of prefer, disable, require, verify-ca and verify-full")
		}
	}
	return nil
}

// server returns the URI of the database, for errors.
func (s *Source) server() string {
	return Scheme + "://" + s.address + "/" + url.PathEscape(s.database)
}

// id returns the id of a table: postgres://host:5432/shop/public/users.
func (s *Source) id(schema, table string) assay.AssetID {
	return assay.AssetID(s.server() + "/" + url.PathEscape(schema) + "/" + url.PathEscape(table))
}

// names returns the schema and table that an id names.
func (s *Source) names(id assay.AssetID) (schema, table string, err error) {
	path, ok := strings.CutPrefix(string(id), s.server()+"/")
	d, t, two := strings.Cut(path, "/")
	schema, err1 := url.PathUnescape(d)
	table, err2 := url.PathUnescape(t)
	if !ok || !two || errors.Join(err1, err2) != nil || table == "" || strings.Contains(t, "/") {
		return "", "", &assay.Error{Op: "sample", Item: string(id), Reason: assay.ReasonVanished, Err: errors.New("not a table of " + s.server())}
	}
	return schema, table, nil
}

// quote makes an identifier of a name.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
