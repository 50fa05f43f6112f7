// Package mysql is the source of the tables and views of a MySQL or MariaDB
// server. Package sqlsample draws the sample; see there for what the limits of a
// plan mean.
//
// Every session is read-only, each statement has a time limit that the server
// enforces (max_execution_time on MySQL, max_statement_time on MariaDB), and the
// number of connections is capped. What is read are rows at random positions of
// the primary key, so that a large table costs the server what a small one does.
//
// A user needs SELECT, on all columns or on some: a column without it ends as
// not examined. What a user has no right on at all, the server does not even
// list, so nobody can be told of it.
//
// The package imports the root package and sources/sqlsample only.
package mysql

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"example.com/assay"
)

// Scheme is the scheme of the URIs of this source and of its assets.
const Scheme = "mysql"

// Options says how to connect. The zero value is good.
type Options struct {
	// Password is used if it is not empty; otherwise the URI's, or that in the
	// environment variable ASSAY_MYSQL_PASSWORD, or MYSQL_PWD.
	Password string
	// StatementTimeout is how long the server works on one statement; 0 means
	// 10 s.
	StatementTimeout time.Duration
	// Connections is the most that are open at the same time; 0 means 4.
	Connections int
	// ConnectTimeout bounds the making of a connection; 0 means 10 s.
	ConnectTimeout time.Duration
}

// Source is the tables of a server, of one of its databases, or one table; it
// implements assay.Source. Its methods may be called concurrently.
type Source struct {
	db       *sql.DB
	address  string // host:port
	user     string // for hints
	database string // empty for all that the user may see
	table    string // empty for all of the database
}

var _ assay.Source = (*Source)(nil)

// Open connects to the server that a URI names:
//
//	mysql://user@host:3306/database/table?tls=true
//
// Database and table may be left out, and the port if it is 3306. tls is
// preferred (the default: encrypted if the server can), true, skip-verify, or
// false. An error is an *assay.Error, and does not hold the password.
func Open(ctx context.Context, uri string, o Options) (*Source, error) {
	s := &Source{}
	cfg, err := s.parse(uri)
	if err != nil {
		return nil, &assay.Error{Op: "open", Item: Scheme + " address", Reason: assay.ReasonUnsupported, Err: err,
			Hint: "write mysql://user@host:3306/database"}
	}
	cfg.Passwd = cmp.Or(o.Password, cfg.Passwd, os.Getenv("ASSAY_MYSQL_PASSWORD"), os.Getenv("MYSQL_PWD"))
	cfg.Timeout = cmp.Or(o.ConnectTimeout, 10*time.Second)
	if err := limit(ctx, cfg, cmp.Or(o.StatementTimeout, 10*time.Second)); err != nil {
		return nil, s.fail("open", s.server(), err)
	}
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, s.fail("open", s.server(), err)
	}
	s.db = sql.OpenDB(connector)
	s.db.SetMaxOpenConns(cmp.Or(o.Connections, 4))
	s.db.SetConnMaxIdleTime(time.Minute)
	if err := s.db.PingContext(ctx); err != nil {
		s.db.Close()
		return nil, s.fail("open", s.server(), err)
	}
	return s, nil
}

// Close closes the connections.
func (s *Source) Close() error { return s.db.Close() }

// parse reads the URI into the source and the driver's configuration.
func (s *Source) parse(uri string) (*mysql.Config, error) {
	u, err := url.Parse(uri)
	// No message quotes the URI: where a password is not escaped, any part of the
	// URI may be a part of the password.
	if err != nil || u.User == nil && strings.Contains(uri, "@") || u.Fragment != "" {
		return nil, errors.New("not a URI; special characters in a name or password are written as %40 and the like")
	}
	if u.Scheme != Scheme || u.Hostname() == "" {
		return nil, errors.New("not of the form mysql://host")
	}
	s.address = net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "3306"))
	parts := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	if len(parts) > 2 {
		return nil, errors.New("its path has more parts than a database and a table")
	}
	names := make([]string, 2)
	for i, p := range parts {
		if names[i], err = url.PathUnescape(p); err != nil {
			return nil, errors.New("its path is not escaped rightly")
		}
	}
	s.database, s.table = names[0], names[1]

	cfg := mysql.NewConfig()
	cfg.Net, cfg.Addr = "tcp", s.address
	cfg.InterpolateParams = true // one round trip a statement, and numbers as the server writes them
	cfg.User = u.User.Username()
	cfg.Passwd, _ = u.User.Password()
	cfg.Logger = &mysql.NopLogger{} // errors are returned
	s.user = cfg.User
	cfg.TLSConfig = "preferred"
	for name, values := range u.Query() {
		if name != "tls" {
			return nil, errors.New("it has an unknown option; there is only tls")
		}
		cfg.TLSConfig = values[0]
	}
	switch cfg.TLSConfig {
	case "preferred", "true", "skip-verify", "false":
		return cfg, nil
	}
	return nil, errors.New("tls is none of preferred, true, skip-verify and false")
}

// limit makes every session of the configuration read-only and gives its
// statements a time limit. MySQL and MariaDB have different names for both, so
// the server is asked first which it is.
func limit(ctx context.Context, cfg *mysql.Config, statement time.Duration) error {
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	var version string
	if err := db.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return err
	}
	cfg.Params = sessionVariables(version, statement)
	return nil
}

// sessionVariables returns what is set at the beginning of every session.
func sessionVariables(version string, statement time.Duration) map[string]string {
	wait := strconv.Itoa(max(1, int(statement.Seconds())))
	if strings.Contains(version, "MariaDB") {
		return map[string]string{
			"tx_read_only":       "1",
			"max_statement_time": strconv.FormatFloat(statement.Seconds(), 'f', 3, 64), // s
			"lock_wait_timeout":  wait,
		}
	}
	readOnly := "transaction_read_only"
	if strings.HasPrefix(version, "5.") {
		readOnly = "tx_read_only"
	}
	return map[string]string{
		readOnly:             "1",
		"max_execution_time": strconv.FormatInt(statement.Milliseconds(), 10), // ms
		"lock_wait_timeout":  wait,
	}
}

// server returns the URI of the server, for errors.
func (s *Source) server() string { return Scheme + "://" + s.address }

// id returns the id of a table: mysql://host:3306/shop/users.
func (s *Source) id(database, table string) assay.AssetID {
	return assay.AssetID(s.server() + "/" + url.PathEscape(database) + "/" + url.PathEscape(table))
}

// names returns the database and table that an id names.
func (s *Source) names(id assay.AssetID) (database, table string, err error) {
	path, ok := strings.CutPrefix(string(id), s.server()+"/")
	d, t, two := strings.Cut(path, "/")
	database, err1 := url.PathUnescape(d)
	table, err2 := url.PathUnescape(t)
	if !ok || !two || errors.Join(err1, err2) != nil || table == "" || strings.Contains(t, "/") {
		return "", "", &assay.Error{Op: "sample", Item: string(id), Reason: assay.ReasonVanished, Err: errors.New("not a table of " + s.server())}
	}
	return database, table, nil
}

// quote makes an identifier of a name.
func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
