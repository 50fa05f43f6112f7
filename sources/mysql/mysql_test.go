package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/sources/sourcetest"
)

// server is a database of a test's own and a connection as its administrator.
type server struct {
	testserver.Database
	db *sql.DB
}

func newServer(t testing.TB, statements ...string) server {
	t.Helper()
	d := testserver.MariaDB(t)
	s := server{d, d.Open(t)}
	s.db.SetMaxOpenConns(1) // so that SET is for all that follows
	s.exec(t, statements...)
	return s
}

func (s server) exec(t testing.TB, statements ...string) {
	t.Helper()
	for _, st := range statements {
		if _, err := s.db.Exec(st); err != nil {
			t.Fatalf("%s: %v", st, err)
		}
	}
}

// uri returns the URI of the database, with more of a path.
func (s server) uri(user, password, more string) string {
	u := url.URL{Scheme: Scheme, User: url.UserPassword(user, password), Host: s.Addr, Path: "/" + s.Name + more}
	return u.String()
}

func (s server) open(t testing.TB) *Source {
	t.Helper()
	src, err := Open(t.Context(), s.uri(s.User, s.Password, ""), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

// user makes a user with a name and password like no other, and the grants,
// where DB stands for the database.
func (s server) user(t testing.TB, grants ...string) (name, password string) {
	t.Helper()
	name, password = "planted_u_"+s.Name, "planted-pässword %&/@"+s.Name
	s.exec(t, fmt.Sprintf("CREATE USER '%s'@'%%' IDENTIFIED BY '%s'", name, password))
	t.Cleanup(func() { s.db.Exec(fmt.Sprintf("DROP USER '%s'@'%%'", name)) })
	for _, g := range grants {
		s.exec(t, fmt.Sprintf("GRANT %s TO '%s'@'%%'", strings.ReplaceAll(g, "DB", s.Name), name))
	}
	return name, password
}

type sample struct {
	values  map[string][]string
	reading assay.Reading
	err     error
}

func (s sample) field(path string) assay.FieldReading {
	for _, f := range s.reading.Fields {
		if f.Field.Path == path {
			return f
		}
	}
	return assay.FieldReading{}
}

func take(ctx context.Context, s *Source, table string, plan assay.Plan) sample {
	out := sample{values: map[string][]string{}}
	asset := assay.Asset{ID: s.id(s.database, table)}
	out.reading, out.err = s.Sample(ctx, asset, plan, func(d assay.Datum) error {
		out.values[d.Field.Path] = append(out.values[d.Field.Path], string(d.Value))
		return nil
	})
	return out
}

func TestConformance(t *testing.T) {
	s := newServer(t)
	user, password := s.user(t)
	id := func(name string) assay.AssetID {
		return (&Source{address: s.Addr}).id(s.Name, name)
	}
	name := func(t *testing.T, id assay.AssetID) string {
		_, name, err := (&Source{address: s.Addr}).names(id)
		if err != nil {
			t.Fatal(err)
		}
		return quote(name)
	}
	sourcetest.Run(t, sourcetest.Options{
		Secrets: []string{user, password},
		Open: func(t *testing.T) assay.Source {
			src, err := Open(t.Context(), s.uri(user, password, ""), Options{})
			if err != nil {
				t.Fatal(err)
			}
			return src
		},
		Put: func(t *testing.T, table string, records []sourcetest.Record) assay.AssetID {
			s.exec(t, fmt.Sprintf("CREATE TABLE %s (id INT PRIMARY KEY, name VARCHAR(50) NOT NULL, note TEXT)", quote(table)),
				fmt.Sprintf("GRANT SELECT ON %s.%s TO '%s'@'%%'", s.Name, quote(table), user))
			for len(records) > 0 {
				n := min(1000, len(records))
				var rows []string
				for _, r := range records[:n] {
					rows = append(rows, fmt.Sprintf("(%d, '%s', NULLIF('%s', ''))", r.ID, r.Name, r.Note))
				}
				s.exec(t, "INSERT INTO "+quote(table)+" VALUES "+strings.Join(rows, ","))
				records = records[n:]
			}
			return id(table)
		},
		Remove: func(t *testing.T, id assay.AssetID) { s.exec(t, "DROP TABLE "+name(t, id)) },
		Deny: func(t *testing.T, id assay.AssetID) {
			s.exec(t, fmt.Sprintf("REVOKE SELECT ON %s.%s FROM '%s'@'%%'", s.Name, name(t, id), user))
		},
	})
}

func TestAssets(t *testing.T) {
	s := newServer(t,
		"CREATE TABLE `select` (id INT PRIMARY KEY) COMMENT 'orders, old'",
		"CREATE TABLE `größe/ü %` (x INT)",
		"CREATE VIEW v AS SELECT * FROM `select`",
		"CREATE SEQUENCE counter",
		"INSERT INTO `select` VALUES (1), (2)",
	)
	src := s.open(t)
	got := map[string]assay.AssetKind{}
	for a, err := range src.Assets(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		path, ok := strings.CutPrefix(string(a.ID), "mysql://"+s.Addr+"/"+s.Name+"/")
		if !ok {
			t.Errorf("id %s", a.ID)
		}
		got[path] = a.Kind
		if path == "select" && (a.Attributes["comment"] != "orders, old" || a.Bytes <= 0 || a.Rows < 0 || a.Modified.IsZero() || time.Since(a.Modified).Abs() > time.Minute) {
			t.Errorf("table: %+v", a)
		}
		if a.Kind == assay.KindView && (a.Rows != -1 || a.Attributes != nil) {
			t.Errorf("view: %+v", a)
		}
	}
	want := map[string]assay.AssetKind{"select": assay.KindTable, "gr%C3%B6%C3%9Fe%2F%C3%BC%20%25": assay.KindTable, "v": assay.KindView}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("assets (-want +got):\n%s", diff)
	}
	for path := range got { // each id leads back
		if r, err := src.Sample(t.Context(), assay.Asset{ID: assay.AssetID("mysql://" + s.Addr + "/" + s.Name + "/" + path)}, assay.Plan{}, func(assay.Datum) error { return nil }); err != nil {
			t.Errorf("%s: %v %+v", path, err, r)
		}
	}
}

func TestTargets(t *testing.T) {
	s := newServer(t, "CREATE TABLE one (a INT)", "CREATE TABLE two (a INT)", "CREATE DATABASE IF NOT EXISTS other_db", "CREATE TABLE IF NOT EXISTS other_db.t (a INT)")
	t.Cleanup(func() { s.db.Exec("DROP DATABASE other_db") })
	server := "mysql://" + s.User + ":" + s.Password + "@" + s.Addr
	tests := []struct {
		uri  string
		want []string // of the tables in these databases
		err  assay.Reason
	}{
		{server + "/" + s.Name, []string{"one", "two"}, ""},
		{server + "/" + s.Name + "/two", []string{"two"}, ""},
		{server, []string{"t", "one", "two"}, ""},
		{server + "/" + s.Name + "/three", nil, assay.ReasonVanished},
		{server + "/no_such_database", nil, assay.ReasonVanished},
	}
	for _, tt := range tests {
		src, err := Open(t.Context(), tt.uri, Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.uri, err)
			continue
		}
		var got []string
		var last error
		for a, err := range src.Assets(t.Context()) {
			if last = err; err != nil {
				continue
			}
			d, name, _ := src.names(a.ID)
			if d == "other_db" || d == s.Name {
				got = append(got, name)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.uri, diff)
		}
		if tt.err != "" && (assay.Explain(last) != tt.err || last == nil) || tt.err == "" && last != nil {
			t.Errorf("%s: error %v, want %s", tt.uri, last, tt.err)
		}
		src.Close()
	}
}

func TestOpenErrors(t *testing.T) {
	s := newServer(t)
	user, password := s.user(t)
	const wrong = "wr0ng&secret/x"
	tests := []struct {
		name, uri string
		reason    assay.Reason
		text      []string
	}{
		{"wrong password", s.uri(user, wrong, ""), assay.ReasonDenied, []string{s.Addr, "check the user and the password"}},
		{"unknown host", "mysql://u:" + url.QueryEscape(wrong) + "@no-such-host.invalid/db", assay.ReasonUnavailable, []string{"no-such-host.invalid:3306", "name of the host"}},
		{"nobody listens", "mysql://u:x@127.0.0.1:1/db", assay.ReasonUnavailable, []string{"127.0.0.1:1", "refused", "is the server running"}},
		{"not a URI", "mysql://u:" + wrong + "%zz@h/db", assay.ReasonUnsupported, []string{"%40"}},
		{"slash in the password", "mysql://u:12/" + wrong + "@h/db", assay.ReasonUnsupported, []string{"%40"}},
		{"hash in the password", "mysql://u:12#" + wrong + "@h/db", assay.ReasonUnsupported, []string{"%40"}},
		{"no host", "mysql:///db", assay.ReasonUnsupported, []string{"mysql://user@host"}},
		{"too deep", "mysql://h/a/b/c", assay.ReasonUnsupported, []string{"more parts"}},
		{"unknown option", "mysql://h/a?password=" + url.QueryEscape(wrong), assay.ReasonUnsupported, []string{"only tls"}},
		{"unknown tls", "mysql://h/a?tls=maybe", assay.ReasonUnsupported, []string{"skip-verify"}},
		{"TLS that the server has not", s.uri(user, password, "") + "?tls=true", assay.ReasonUnavailable, []string{"tls"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Open(t.Context(), tt.uri, Options{ConnectTimeout: 2 * time.Second})
			if err == nil || assay.Explain(err) != tt.reason {
				t.Fatalf("error %v, reason %s, want %s", err, assay.Explain(err), tt.reason)
			}
			for _, text := range tt.text {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("error %q does not say %q", err, text)
				}
			}
			for _, secret := range []string{wrong, url.QueryEscape(wrong), password, user} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("error %q tells a secret", err)
				}
			}
		})
	}
}

func TestPasswordSources(t *testing.T) {
	s := newServer(t)
	user, password := s.user(t)
	uri := fmt.Sprintf("mysql://%s@%s/", user, s.Addr)
	open := func(uri string, o Options) error {
		src, err := Open(t.Context(), uri, o)
		if err == nil {
			src.Close()
		}
		return err
	}
	if err := open(uri, Options{}); err == nil {
		t.Fatal("logged in without a password")
	}
	if err := open(uri, Options{Password: password}); err != nil {
		t.Errorf("option: %v", err)
	}
	if err := open(s.uri(user, "wrong", ""), Options{Password: password}); err != nil {
		t.Errorf("option before URI: %v", err)
	}
	t.Setenv("MYSQL_PWD", password)
	if err := open(uri, Options{}); err != nil {
		t.Errorf("MYSQL_PWD: %v", err)
	}
	t.Setenv("MYSQL_PWD", "wrong")
	t.Setenv("ASSAY_MYSQL_PASSWORD", password)
	if err := open(uri, Options{}); err != nil {
		t.Errorf("ASSAY_MYSQL_PASSWORD: %v", err)
	}
}

func TestSessions(t *testing.T) {
	s := newServer(t, "CREATE TABLE t (a INT)")
	src, err := Open(t.Context(), s.uri(s.User, s.Password, ""), Options{StatementTimeout: 300 * time.Millisecond, Connections: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if _, err := src.db.Exec("INSERT INTO t VALUES (1)"); err == nil {
		t.Error("a session can write")
	}
	if n := src.db.Stats().MaxOpenConnections; n != 2 {
		t.Errorf("%d connections at most, want 2", n)
	}
	start := time.Now()
	_, err = src.db.Exec("SELECT SLEEP(20)")
	if assay.Explain(src.fail("sample", "x", err)) != assay.ReasonTimeout || time.Since(start) > 5*time.Second {
		t.Errorf("a slow statement ended after %v with %v", time.Since(start), err)
	}
}

// TestSessionVariables covers MySQL, of which the tests have no server.
func TestSessionVariables(t *testing.T) {
	tests := map[string]map[string]string{
		"10.11.6-MariaDB-0+deb12u1": {"tx_read_only": "1", "max_statement_time": "2.500", "lock_wait_timeout": "2"},
		"8.4.0":                     {"transaction_read_only": "1", "max_execution_time": "2500", "lock_wait_timeout": "2"},
		"5.7.44-log":                {"tx_read_only": "1", "max_execution_time": "2500", "lock_wait_timeout": "2"},
	}
	for version, want := range tests {
		if diff := cmp.Diff(want, sessionVariables(version, 2500*time.Millisecond)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", version, diff)
		}
	}
}

func TestLockedTable(t *testing.T) {
	s := newServer(t, "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)")
	src, err := Open(t.Context(), s.uri(s.User, s.Password, ""), Options{StatementTimeout: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	s.exec(t, "LOCK TABLES t WRITE")
	defer s.exec(t, "UNLOCK TABLES")
	got := take(t.Context(), src, "t", assay.Plan{})
	if assay.Explain(got.err) != assay.ReasonTimeout {
		t.Errorf("error %v", got.err)
	}
}

func TestForeignID(t *testing.T) {
	src := &Source{address: "h:3306"}
	for _, id := range []assay.AssetID{"", "mysql://h:3306/db", "mysql://h:3306/db/", "mysql://other:3306/db/t", "mysql://h:3306/db/t/x", "sqlite:/db/t"} {
		_, err := src.Sample(t.Context(), assay.Asset{ID: id}, assay.Plan{}, nil)
		if !errors.As(err, new(*assay.Error)) || assay.Explain(err) != assay.ReasonVanished {
			t.Errorf("id %q: %v", id, err)
		}
	}
}
