// Package hive is the source of the tables and views of Apache Hive. What there
// is tells the metastore, by Thrift; rows come from HiveServer2.
//
// Of a partitioned table rows of the latest partition are read, of any other the
// first rows; never the whole table, and nothing at random: Hive has no way to
// draw rows without reading all (TABLESAMPLE draws blocks, or reads everything).
// So the sample proves nothing about the rest of the table, and says so (see
// assay.DesignPrefix). Package sqlsample hands the rows over.
//
// The package imports the root package and sources/sqlsample only.
package hive

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"example.com/assay"
)

// Scheme is the scheme of the URIs of this source and of its assets.
const Scheme = "hive"

// The ways to authenticate.
const (
	AuthPlain  = "plain"  // SASL PLAIN: hive.server2.authentication NONE, LDAP, PAM and CUSTOM
	AuthNoSASL = "nosasl" // plain Thrift: hive.server2.authentication NOSASL
)

// Options says how to connect. The zero value is good for a server with the
// defaults of Hive.
type Options struct {
	// Password is used if it is not empty; otherwise the URI's, or that in the
	// environment variable ASSAY_HIVE_PASSWORD.
	Password string
	// Metastore is the metastore's address, host:port; empty means port 9083 of
	// HiveServer2's host.
	Metastore string
	// Auth is how HiveServer2 wants to know who asks: AuthPlain (the default) or
	// AuthNoSASL. MetastoreAuth is the same for the metastore, whose default is
	// AuthNoSASL.
	Auth, MetastoreAuth string
	// TLS is false (the default), true or skip-verify; it is for HiveServer2.
	TLS string
	// Partitions is how many partitions are tried, from the latest on, to find
	// one with rows; 0 means 10.
	Partitions int
	// Connections is the most sessions that are open at the same time; 0 means 4.
	Connections int
	// ConnectTimeout bounds the opening of a session; 0 means 30 s.
	ConnectTimeout time.Duration
}

// Source is the tables of a server, of one of its databases, or one table; it
// implements assay.Source. Its methods may be called concurrently.
type Source struct {
	options  Options
	address  string // host:port
	user     string
	database string // empty for all
	table    string // empty for all of the database
	sessions chan struct{}
}

var _ assay.Source = (*Source)(nil)

// Open prepares to read what a URI names. It makes no connection. Its error is
// an *assay.Error, and does not hold the password.
//
//	hive://user@host:10000/database/table?metastore=host:9083
//
// Database and table may be left out, and the port if it is 10000.
func Open(_ context.Context, uri string, o Options) (*Source, error) {
	s := &Source{options: o}
	if err := s.parse(uri); err != nil {
		return nil, &assay.Error{Op: "open", Item: Scheme + " address", Reason: assay.ReasonUnsupported, Err: err,
			Hint: "write hive://user@host:10000/database?metastore=host:9083"}
	}
	s.sessions = make(chan struct{}, cmp.Or(s.options.Connections, 4))
	return s, nil
}

// Close implements assay.Source; sessions end with the samples that they are for.
func (s *Source) Close() error { return nil }

// parse reads the URI into the source.
func (s *Source) parse(uri string) error {
	u, err := url.Parse(uri)
	// No message quotes the URI: where a password is not escaped, any part of the
	// URI may be a part of the password.
	if err != nil || u.User == nil && strings.Contains(strings.SplitN(uri, "?", 2)[0], "@") || u.Fragment != "" {
		return errors.New("not a URI; special characters in a name or password are written as %40 and the like")
	}
	if u.Scheme != Scheme || u.Hostname() == "" || u.Opaque != "" {
		return errors.New("not of the form hive://host")
	}
	host := strings.ToLower(u.Hostname())
	s.address = net.JoinHostPort(host, cmp.Or(u.Port(), "10000"))
	parts := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	if len(parts) > 2 {
		return errors.New("its path has more parts than a database and a table")
	}
	names := make([]string, 2)
	for i, p := range parts {
		if names[i], err = url.PathUnescape(p); err != nil {
			return errors.New("its path is not escaped rightly")
		}
	}
	// Hive keeps its names in lower case.
	s.database, s.table = strings.ToLower(names[0]), strings.ToLower(names[1])
	for name, values := range u.Query() {
		if len(values) > 1 || !s.options.set(name, values[0]) {
			return errors.New("it has an option that is unknown or there twice; there are metastore, auth, metastore-auth, tls and partitions")
		}
	}
	password, _ := u.User.Password()
	s.user = u.User.Username()
	s.options.Password = cmp.Or(s.options.Password, password, os.Getenv("ASSAY_HIVE_PASSWORD"))
	s.options.Metastore = cmp.Or(s.options.Metastore, net.JoinHostPort(host, "9083"))
	return s.options.check()
}

// server returns the URI of the server, for errors.
func (s *Source) server() string { return Scheme + "://" + s.address }

// target returns what the source reads, for errors.
func (s *Source) target() string {
	switch {
	case s.database == "":
		return s.server() + "/"
	case s.table == "":
		return s.server() + "/" + url.PathEscape(s.database)
	}
	return string(s.id(s.database, s.table))
}

// id returns the id of a table: hive://host:10000/shop/users.
func (s *Source) id(database, table string) assay.AssetID {
	return assay.AssetID(s.server() + "/" + url.PathEscape(database) + "/" + url.PathEscape(table))
}

// names returns the database and table that an id names, if they are the
// source's.
func (s *Source) names(id assay.AssetID) (database, table string, err error) {
	path, ok := strings.CutPrefix(string(id), s.server()+"/")
	d, t, two := strings.Cut(path, "/")
	database, err1 := url.PathUnescape(d)
	table, err2 := url.PathUnescape(t)
	if !ok || !two || errors.Join(err1, err2) != nil || database == "" || table == "" || strings.Contains(t, "/") {
		return "", "", &assay.Error{Op: "sample", Item: string(id), Reason: assay.ReasonVanished, Err: errors.New("not a table of " + s.server())}
	}
	if s.database != "" && database != s.database || s.table != "" && table != s.table {
		return "", "", &assay.Error{Op: "sample", Item: string(id), Reason: assay.ReasonDenied, Err: errors.New("it is not below " + s.target())}
	}
	return database, table, nil
}

// quote makes an identifier of a name.
func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
