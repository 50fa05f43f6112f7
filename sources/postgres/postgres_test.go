package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"example.com/assay"
	"example.com/assay/internal/testserver"
	"example.com/assay/sources/sourcetest"
)

// server is a database of a test's own and a connection as its administrator.
type server struct {
	testserver.PostgresDatabase
	db *pgx.Conn
}

func newServer(t testing.TB, statements ...string) server {
	t.Helper()
	d := testserver.Postgres(t)
	s := server{d, d.Open(t)}
	s.exec(t, statements...)
	return s
}

func (s server) exec(t testing.TB, statements ...string) {
	t.Helper()
	for _, st := range statements {
		if _, err := s.db.Exec(context.Background(), st); err != nil {
			t.Fatalf("%s: %v", st, err)
		}
	}
}

func (s server) open(t testing.TB) *Source { return s.openAs(t, s.User, s.Password) }

func (s server) openAs(t testing.TB, user, password string) *Source {
	t.Helper()
	src, err := Open(t.Context(), s.URI(user, password), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

// user makes a user with a name and password like no other, and the grants.
func (s server) user(t testing.TB, grants ...string) (name, password string) {
	t.Helper()
	name, password = "planted_u_"+s.Name, "planted-pässword %&/@"+s.Name
	s.exec(t, fmt.Sprintf("CREATE USER %s PASSWORD '%s'", name, password))
	t.Cleanup(func() {
		s.db.Exec(context.Background(), "DROP OWNED BY "+name)
		s.db.Exec(context.Background(), "DROP USER "+name)
	})
	for _, g := range grants {
		s.exec(t, fmt.Sprintf("GRANT %s TO %s", g, name))
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

// take samples a table of the schema public, or schema.table.
func take(ctx context.Context, s *Source, table string, plan assay.Plan) sample {
	out := sample{values: map[string][]string{}}
	schema, name, ok := strings.Cut(table, ".")
	if !ok {
		schema, name = "public", table
	}
	out.reading, out.err = s.Sample(ctx, assay.Asset{ID: s.id(schema, name)}, plan, func(d assay.Datum) error {
		out.values[d.Field.Path] = append(out.values[d.Field.Path], string(d.Value))
		return nil
	})
	return out
}

// list returns the assets by schema and table.
func list(t testing.TB, s *Source) map[string]assay.Asset {
	t.Helper()
	out := map[string]assay.Asset{}
	for a, err := range s.Assets(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		schema, name, err := s.names(a.ID)
		if err != nil {
			t.Fatal(err)
		}
		out[schema+"."+name] = a
	}
	return out
}

// TestConformance runs as a user with the grants that the documentation names.
func TestConformance(t *testing.T) {
	s := newServer(t)
	user, password := s.user(t)
	if _, err := s.db.Exec(t.Context(), documented(t, s.Name, user)); err != nil {
		t.Fatal(err)
	}
	names := &Source{address: s.Addr, database: s.Name}
	name := func(t *testing.T, id assay.AssetID) string {
		_, name, err := names.names(id)
		if err != nil {
			t.Fatal(err)
		}
		return quote(name)
	}
	sourcetest.Run(t, sourcetest.Options{
		Secrets: []string{user, password},
		Open: func(t *testing.T) assay.Source {
			src, err := Open(t.Context(), s.URI(user, password), Options{})
			if err != nil {
				t.Fatal(err)
			}
			return src
		},
		Put: func(t *testing.T, table string, records []sourcetest.Record) assay.AssetID {
			s.exec(t, fmt.Sprintf("CREATE TABLE %s (id INT PRIMARY KEY, name VARCHAR(50) NOT NULL, note TEXT)", quote(table)))
			for len(records) > 0 {
				n := min(1000, len(records))
				var rows []string
				for _, r := range records[:n] {
					rows = append(rows, fmt.Sprintf("(%d, '%s', NULLIF('%s', ''))", r.ID, r.Name, r.Note))
				}
				s.exec(t, "INSERT INTO "+quote(table)+" VALUES "+strings.Join(rows, ","))
				records = records[n:]
			}
			return names.id("public", table)
		},
		Remove: func(t *testing.T, id assay.AssetID) { s.exec(t, "DROP TABLE "+name(t, id)) },
		Deny: func(t *testing.T, id assay.AssetID) {
			s.exec(t, fmt.Sprintf("REVOKE SELECT ON %s FROM %s", name(t, id), user))
		},
	})
}

func TestAssets(t *testing.T) {
	s := newServer(t,
		`CREATE TABLE "select" (id INT PRIMARY KEY)`, `COMMENT ON TABLE "select" IS 'orders, old'`, `INSERT INTO "select" VALUES (1), (2)`, `ANALYZE "select"`,
		`CREATE SCHEMA "größe/ü %"`, `CREATE TABLE "größe/ü %"."a""b.c" (x INT)`,
		`CREATE VIEW v AS SELECT * FROM "select"`, `CREATE MATERIALIZED VIEW m AS SELECT * FROM "select"`, "CREATE SEQUENCE counter", "CREATE TEMP TABLE mine (a INT)",
		"CREATE TABLE p (id INT, day DATE) PARTITION BY RANGE (day)", "CREATE TABLE p_sub PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (id)",
		"CREATE TABLE p_leaf PARTITION OF p_sub DEFAULT", "INSERT INTO p SELECT i, '2020-02-03' FROM generate_series(1, 5000) i", "ANALYZE p",
	)
	src := s.open(t)
	got := map[string]assay.AssetKind{}
	for path, a := range list(t, src) {
		got[path] = a.Kind
		if r, err := src.Sample(t.Context(), a, assay.Plan{}, func(assay.Datum) error { return nil }); err != nil { // each id leads back
			t.Errorf("%s: %v %+v", path, err, r)
		}
		switch {
		case path == "public.select" && (a.Attributes["comment"] != "orders, old" || a.Rows != 2 || a.Bytes <= 0):
			t.Errorf("table: %+v", a)
		case path == "public.p" && (a.Rows != 5000 || a.Bytes <= 0):
			t.Errorf("partitioned table: %+v", a)
		case path == "public.v" && (a.Rows != -1 || a.Bytes != -1):
			t.Errorf("view: %+v", a)
		}
	}
	want := map[string]assay.AssetKind{"public.select": assay.KindTable, `größe/ü %.a"b.c`: assay.KindTable, "public.v": assay.KindView,
		"public.m": assay.KindTable, "public.p": assay.KindTable}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("assets (-want +got):\n%s", diff)
	}
}

func TestTargets(t *testing.T) {
	s := newServer(t, "CREATE TABLE one (a INT)", "CREATE SCHEMA other", "CREATE TABLE other.two (a INT)", "CREATE SCHEMA empty",
		"CREATE TABLE parts (a INT) PARTITION BY LIST (a)", "CREATE TABLE part PARTITION OF parts DEFAULT")
	tests := []struct {
		path string
		want []string
		err  assay.Reason
	}{
		{"", []string{"other.two", "public.one", "public.parts"}, ""},
		{"/public", []string{"public.one", "public.parts"}, ""},
		{"/other/two", []string{"other.two"}, ""},
		{"/public/part", []string{"public.part"}, ""},
		{"/public/three", nil, assay.ReasonVanished},
		{"/empty", nil, assay.ReasonVanished},
		{"/nosuch", nil, assay.ReasonVanished},
	}
	for _, tt := range tests {
		src, err := Open(t.Context(), s.URI(s.User, s.Password)+tt.path, Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.path, err)
			continue
		}
		var got []string
		var last error
		for a, err := range src.Assets(t.Context()) {
			if last = err; err == nil {
				schema, name, _ := src.names(a.ID)
				got = append(got, schema+"."+name)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.path, diff)
		}
		if tt.err != "" && (assay.Explain(last) != tt.err || last == nil) || tt.err == "" && last != nil {
			t.Errorf("%s: error %v, want %s", tt.path, last, tt.err)
		}
		src.Close()
	}
}

// TestLargeObjects holds that content which is in no table is not passed over in
// silence.
func TestLargeObjects(t *testing.T) {
	s := newServer(t, "SELECT lo_from_bytea(0, 'hello')")
	var last error
	for _, err := range s.open(t).Assets(t.Context()) {
		last = err
	}
	if assay.Explain(last) != assay.ReasonUnsupported || !strings.Contains(fmt.Sprint(last), "large objects") {
		t.Errorf("the listing ended with %v", last)
	}
}

func TestOpenErrors(t *testing.T) {
	s := newServer(t)
	user, password := s.user(t)
	const wrong = "wr0ng&secret/x"
	host := "postgres://" + s.Addr
	tests := []struct {
		name, uri string
		reason    assay.Reason
		text      []string
	}{
		{"wrong password", s.URI(user, wrong), assay.ReasonDenied, []string{s.Addr, "check the user and the password"}},
		{"no such database", s.URI(user, password) + "x", assay.ReasonVanished, []string{s.Name + "x", "name of the database"}},
		{"unknown host", "postgres://u:" + url.QueryEscape(wrong) + "@no-such-host.invalid/db", assay.ReasonUnavailable, []string{"no-such-host.invalid:5432", "name of the host"}},
		{"nobody listens", "postgres://u:x@127.0.0.1:1/db", assay.ReasonUnavailable, []string{"127.0.0.1:1", "refused", "is the server running"}},
		{"not a URI", "postgres://u:" + wrong + "%zz@h/db", assay.ReasonUnsupported, []string{"%40"}},
		{"slash in the password", "postgres://u:12/" + wrong + "@h/db", assay.ReasonUnsupported, []string{"%40"}},
		{"hash in the password", "postgres://u:12#" + wrong + "@h/db", assay.ReasonUnsupported, []string{"%40"}},
		{"no host", "postgres:///db", assay.ReasonUnsupported, []string{"postgres://user@host"}},
		{"no database", host, assay.ReasonUnsupported, []string{"names no database"}},
		{"too deep", "postgres://h/a/b/c/d", assay.ReasonUnsupported, []string{"more parts"}},
		{"unknown option", "postgres://h/a?password=" + url.QueryEscape(wrong), assay.ReasonUnsupported, []string{"only sslmode"}},
		{"unknown mode", "postgres://h/a?sslmode=maybe", assay.ReasonUnsupported, []string{"verify-full"}},
		{"TLS that the server has not", s.URI(user, password) + "?sslmode=require", assay.ReasonUnavailable, []string{"sslmode"}},
		{"no such authority", s.URI(user, password) + "?sslmode=verify-full&sslrootcert=/no/such", assay.ReasonUnsupported, []string{"refuses"}},
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
	uri := fmt.Sprintf("postgres://%s@%s/%s", user, s.Addr, s.Name)
	open := func(uri string, o Options) error {
		src, err := Open(t.Context(), uri, o)
		if err == nil {
			src.Close()
		}
		return err
	}
	if err := open(uri, Options{}); assay.Explain(err) != assay.ReasonDenied {
		t.Fatalf("without a password: %v", err)
	}
	if err := open(uri, Options{Password: password}); err != nil {
		t.Errorf("option: %v", err)
	}
	if err := open(s.URI(user, "wrong"), Options{Password: password}); err != nil {
		t.Errorf("option before URI: %v", err)
	}
	t.Setenv("PGPASSWORD", password)
	if err := open(uri, Options{}); err != nil {
		t.Errorf("PGPASSWORD: %v", err)
	}
	t.Setenv("PGPASSWORD", "wrong")
	t.Setenv("ASSAY_POSTGRES_PASSWORD", password)
	if err := open("postgresql"+strings.TrimPrefix(uri, Scheme), Options{}); err != nil {
		t.Errorf("ASSAY_POSTGRES_PASSWORD: %v", err)
	}
}

func TestSessions(t *testing.T) {
	s := newServer(t, "CREATE TABLE t (a INT)", "CREATE FUNCTION public.left(text, int) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''hijacked''; END'")
	src, err := Open(t.Context(), s.URI(s.User, s.Password), Options{StatementTimeout: 300 * time.Millisecond, Connections: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	x, err := src.begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := x.exec(t.Context(), "INSERT INTO public.t VALUES (1)"); err == nil {
		t.Error("a session can write")
	}
	x.end()
	if n := src.pool.Config().MaxConns; n != 2 {
		t.Errorf("%d connections at most, want 2", n)
	}
	start := time.Now()
	if x, err = src.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	err = x.exec(t.Context(), "SELECT pg_sleep(20)")
	x.end()
	if assay.Explain(src.fail("sample", "x", err)) != assay.ReasonTimeout || time.Since(start) > 5*time.Second {
		t.Errorf("a slow statement ended after %v with %v", time.Since(start), err)
	}
	if got := take(t.Context(), src, "t", assay.Plan{}); got.err != nil {
		t.Error(got.err)
	}
	// Nothing of a transaction is left on the connection.
	x, err = src.begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer x.end()
	if err := x.exec(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if r, err := x.one(t.Context(), "SELECT current_setting('statement_timeout') || ' ' || current_setting('row_security')"); err != nil || *r[0] != "0 on" {
		t.Errorf("%v, %v", *r[0], err)
	}
}

func TestLockedTable(t *testing.T) {
	s := newServer(t, "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)", "CREATE TABLE free (id INT)")
	src, err := Open(t.Context(), s.URI(s.User, s.Password), Options{StatementTimeout: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	s.exec(t, "BEGIN", "LOCK TABLE t")
	defer s.exec(t, "ROLLBACK")
	if n := len(list(t, src)); n != 2 {
		t.Errorf("%d tables are listed", n)
	}
	if got := take(t.Context(), src, "t", assay.Plan{}); assay.Explain(got.err) != assay.ReasonTimeout || !strings.Contains(got.err.Error(), "locked") {
		t.Errorf("error %v", got.err)
	}
}

func TestForeignID(t *testing.T) {
	src := &Source{address: "h:5432", database: "db"}
	for _, id := range []assay.AssetID{"", "postgres://h:5432/db", "postgres://h:5432/db/s", "postgres://h:5432/db/s/", "postgres://h:5432/other/s/t", "postgres://h:5432/db/s/t/x", "sqlite:/db/t"} {
		_, err := src.Sample(t.Context(), assay.Asset{ID: id}, assay.Plan{}, nil)
		if !errors.As(err, new(*assay.Error)) || assay.Explain(err) != assay.ReasonVanished {
			t.Errorf("id %q: %v", id, err)
		}
	}
}
