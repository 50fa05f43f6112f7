package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
	"example.com/assay/sources/sourcetest"
)

// newFile makes a file by the statements and returns its path and an open
// connection to it.
func newFile(t testing.TB, statements ...string) (string, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop & co #1?.db")
	db, err := sql.Open("sqlite", path) // the driver takes a bare path as it is, up to a question mark
	if err != nil {
		t.Fatal(err)
	}
	path = strings.TrimSuffix(path, "?.db")
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return path, db
}

func openFile(t testing.TB, path string) *Source {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
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
	out.reading, out.err = s.Sample(ctx, assay.Asset{ID: s.id(table)}, plan, func(d assay.Datum) error {
		out.values[d.Field.Path] = append(out.values[d.Field.Path], string(d.Value))
		return nil
	})
	return out
}

func TestConformance(t *testing.T) {
	for _, tail := range []string{"", " WITHOUT ROWID"} {
		t.Run("table"+tail, func(t *testing.T) {
			path, db := newFile(t)
			sourcetest.Run(t, sourcetest.Options{
				Open: func(t *testing.T) assay.Source {
					s, err := Open(t.Context(), path)
					if err != nil {
						t.Fatal(err)
					}
					return s
				},
				Put: func(t *testing.T, name string, records []sourcetest.Record) assay.AssetID {
					put(t, db, name, tail, records)
					return (&Source{path: path}).id(name)
				},
				Remove: func(t *testing.T, id assay.AssetID) {
					name, err := (&Source{path: path}).table(id)
					if err != nil {
						t.Fatal(err)
					}
					if _, err := db.Exec("DROP TABLE " + quote(name)); err != nil {
						t.Fatal(err)
					}
				},
			})
		})
	}
}

func put(t *testing.T, db *sql.DB, name, tail string, records []sourcetest.Record) {
	t.Helper()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec("CREATE TABLE " + quote(name) + " (id INTEGER PRIMARY KEY, name TEXT, note TEXT)" + tail); err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		var note any
		if r.Note != "" {
			note = r.Note
		}
		if _, err := tx.Exec("INSERT INTO "+quote(name)+" VALUES (?, ?, ?)", r.ID, r.Name, note); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

func TestAssets(t *testing.T) {
	path, _ := newFile(t,
		"CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT)",
		"CREATE VIEW mails AS SELECT mail FROM users",
		`CREATE TABLE "a/b%c ü" (x)`,
		"CREATE VIRTUAL TABLE notes USING fts5(body)",
		"INSERT INTO users (mail) VALUES ('a')",
	)
	s := openFile(t, path)
	got := map[string]assay.AssetKind{}
	for a, err := range s.Assets(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if a.Modified.IsZero() {
			t.Errorf("%s has no time of change", a.ID)
		}
		id, ok := strings.CutPrefix(string(a.ID), "sqlite:"+strings.ReplaceAll(strings.ReplaceAll(filepath.Dir(path), "#", "%23"), " ", "%20"))
		if !ok {
			t.Errorf("id %s", a.ID)
		}
		got[id] = a.Kind
	}
	want := map[string]assay.AssetKind{
		"/shop%20&%20co%20%231/users":              assay.KindTable,
		"/shop%20&%20co%20%231/mails":              assay.KindView,
		"/shop%20&%20co%20%231/notes":              assay.KindTable,
		"/shop%20&%20co%20%231/a%2Fb%25c%20%C3%BC": assay.KindTable,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("assets (-want +got):\n%s", diff)
	}
}

func TestValues(t *testing.T) {
	path, _ := newFile(t,
		`CREATE TABLE "order" ("select" INTEGER PRIMARY KEY, "größe ""x""" REAL, typeless, born DATE, flag BOOLEAN, payload JSON, data BLOB, nul TEXT, twice GENERATED ALWAYS AS ("select" * 2))`,
		`INSERT INTO "order" VALUES (7, 1.5, 'text', '1980-02-03', TRUE, '{"user":{"email":"x@y","tags":["a","b"]},"n":12,"gone":null}', x'68656c6c6f', 'a'||char(0)||'b')`,
		`INSERT INTO "order" VALUES (9, NULL, 42, 'not a date', NULL, 'no json', x'00ff10', '')`,
	)
	got := take(t.Context(), openFile(t, path), "order", assay.Plan{})
	if got.err != nil {
		t.Fatal(got.err)
	}
	want := map[string][]string{
		"select": {"7", "9"}, `größe "x"`: {"1.5"}, "typeless": {"text", "42"}, "born": {"1980-02-03", "not a date"}, "flag": {"1"},
		"payload": {"no json"}, "payload.$.user.email": {"x@y"}, "payload.$.user.tags[*]": {"a", "b"}, "payload.$.n": {"12"},
		"data": {"hello"}, "twice": {"14", "18"},
	}
	if diff := cmp.Diff(want, got.values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if f := got.field("data"); f.Status != assay.StatusPartial || f.Reason != assay.ReasonBinary || f.Detail != "1 of 2 values are binary" {
		t.Errorf("data: %+v", f)
	}
	if f := got.field("nul"); f.Status != assay.StatusNotExamined || f.Reason != assay.ReasonBinary || f.Empty != 1 {
		t.Errorf("text with a NUL must not pass for examined: %+v", f)
	}
	if f := got.field("payload.$.gone"); f.Empty != 1 || f.Status != assay.StatusScanned {
		t.Errorf("a null in JSON: %+v", f)
	}
	if f := got.field("select"); !f.Field.Key || f.Field.Type != "INTEGER" {
		t.Errorf("select: %+v", f.Field)
	}
}

// TestKeys samples a part of tables with every sort of key.
func TestKeys(t *testing.T) {
	const n = 3000
	fill := func(table, key string) string {
		return fmt.Sprintf("INSERT INTO %s WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < %d) SELECT %s, 'row '||i FROM c", table, n, key)
	}
	tests := []struct {
		name, create, key string
		method            assay.DesignMethod
	}{
		{"rowid", "CREATE TABLE t (v)", "", assay.DesignClusters},
		{"rowid taken", "CREATE TABLE t (rowid, v)", "'x'", assay.DesignClusters},
		{"rowid and its names taken", "CREATE TABLE t (rowid, _rowid_, oid, v)", "1, 2, 3", assay.DesignPrefix},
		{"integer", "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "i*10-5000", assay.DesignClusters},
		{"text", "CREATE TABLE t (id TEXT PRIMARY KEY, v) WITHOUT ROWID", "lower(hex(randomblob(16)))", assay.DesignClusters},
		{"date", "CREATE TABLE t (id DATETIME PRIMARY KEY, v) WITHOUT ROWID", "datetime(1700000000 + i*60, 'unixepoch')", assay.DesignClusters},
		{"blob", "CREATE TABLE t (id BLOB PRIMARY KEY, v) WITHOUT ROWID", "randomblob(16)", assay.DesignClusters},
		{"no case", "CREATE TABLE t (id TEXT COLLATE NOCASE PRIMARY KEY, v) WITHOUT ROWID", "hex(randomblob(16))", assay.DesignClusters},
		{"composite", "CREATE TABLE t (a INTEGER, b TEXT, v, PRIMARY KEY (a, b)) WITHOUT ROWID", "i % 7, printf('%05d', i)", assay.DesignClusters},
		{"descending", "CREATE TABLE t (a INTEGER, b INTEGER, v, PRIMARY KEY (a, b DESC)) WITHOUT ROWID", "i % 7, i", assay.DesignPrefix},
		{"mixed types", "CREATE TABLE t (id PRIMARY KEY, v) WITHOUT ROWID", "CASE WHEN i % 2 THEN i ELSE 'k'||i END", assay.DesignPrefix},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keys := tt.key
			if keys == "" {
				keys = "'row '||i FROM c --"
			}
			path, _ := newFile(t, tt.create, fill("t", keys))
			got := take(t.Context(), openFile(t, path), "t", assay.Plan{Seed: 3, Rows: 200})
			if got.err != nil {
				t.Fatal(got.err)
			}
			d := got.reading.Design
			if d.Method != tt.method || d.Units < 120 || d.Units > 200 || int(d.Units) != len(got.values["v"]) {
				t.Errorf("%d values, design %+v", len(got.values["v"]), d)
			}
		})
	}
}

// TestPlans checks that the statements for a key seek in its index.
func TestPlans(t *testing.T) {
	_, db := newFile(t, "CREATE TABLE t (a INTEGER, b TEXT, c BLOB, v, PRIMARY KEY (a, b, c)) WITHOUT ROWID")
	tab := &table{db: db, name: `"t"`, key: []string{`"a"`, `"b"`, `"c"`}, columns: []string{"v"}}
	query, args := tab.query([]any{int64(1), "x", []byte{1}}, 10)
	rows, err := db.Query("EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, detail)
	}
	all := strings.Join(plan, "; ")
	if !strings.HasPrefix(all, "SEARCH t USING PRIMARY KEY") || strings.Contains(all, "TEMP B-TREE") {
		t.Errorf("%s\nis done by %s", query, all)
	}
}

func TestViews(t *testing.T) {
	path, _ := newFile(t,
		"CREATE TABLE u (mail)", "INSERT INTO u VALUES ('a'), ('b'), ('c')",
		"CREATE VIEW good AS SELECT mail FROM u", "CREATE VIEW broken AS SELECT x FROM nowhere")
	s := openFile(t, path)
	if got := take(t.Context(), s, "good", assay.Plan{Rows: 2}); got.err != nil || got.reading.Design.Method != assay.DesignPrefix {
		t.Errorf("view: %+v", got)
	}
	if got := take(t.Context(), s, "good", assay.Plan{}); got.err != nil || got.reading.Design.Method != assay.DesignCensus {
		t.Errorf("small view: %+v", got)
	}
	got := take(t.Context(), s, "broken", assay.Plan{})
	if assay.Explain(got.err) != assay.ReasonUnsupported || !strings.Contains(got.err.Error(), "nowhere") {
		t.Errorf("broken view: %v", got.err)
	}
}

func TestUTF16(t *testing.T) {
	path, _ := newFile(t, "PRAGMA encoding = 'UTF-16le'", "CREATE TABLE t (v)", "INSERT INTO t VALUES ('grün'), (12), (4111111111111111.0), (-0.25)")
	got := take(t.Context(), openFile(t, path), "t", assay.Plan{})
	if diff := cmp.Diff([]string{"grün", "12", "4111111111111111", "-0.25"}, got.values["v"]); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

func TestLongValue(t *testing.T) {
	path, _ := newFile(t, "CREATE TABLE t (v)", "INSERT INTO t VALUES (printf('%.*c', 200000, 'x')), ('short')")
	got := take(t.Context(), openFile(t, path), "t", assay.Plan{})
	if n := len(got.values["v"][0]); n != 64<<10 {
		t.Errorf("%d bytes of a long value", n)
	}
	if f := got.field("v"); f.Status != assay.StatusPartial || f.Reason != assay.ReasonBudget || !strings.Contains(f.Detail, "65536") {
		t.Errorf("%+v", f)
	}
}

func TestForeignID(t *testing.T) {
	path, _ := newFile(t, "CREATE TABLE t (v)")
	s := openFile(t, path)
	for _, id := range []assay.AssetID{"", "sqlite:/elsewhere/t", s.id("") + "", "mysql://h:3306/a/b"} {
		_, err := s.Sample(t.Context(), assay.Asset{ID: id}, assay.Plan{}, func(assay.Datum) error { return nil })
		if assay.Explain(err) != assay.ReasonVanished {
			t.Errorf("id %q: %v", id, err)
		}
	}
}

// TestBound shows on real tables what sources/sqlsample shows in memory: what a
// sample without a hit is said to prove holds in 95 % of the samples.
func TestBound(t *testing.T) {
	if testing.Short() {
		t.Skip("draws 900 samples")
	}
	const rows, runs = 20_000, 300
	design := assay.Design{Method: assay.DesignClusters, Starts: 30}
	share, _ := design.Bound()
	marked := int(share*rows) + 1
	arrangements := map[string]string{
		"at the end": fmt.Sprintf("i > %d", rows-marked),
		"clustered":  fmt.Sprintf("(i / 95) %% 10 = 3 OR i > %d", rows-marked/20),
		"shuffled":   fmt.Sprintf("i IN (SELECT i FROM c ORDER BY hex(i * 7919 %% %d) LIMIT %d)", rows, marked),
	}
	for name, condition := range arrangements {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, _ := newFile(t, "CREATE TABLE t (id INTEGER PRIMARY KEY, v)", fmt.Sprintf(
				"INSERT INTO t WITH c(i) AS (SELECT value FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value+1 FROM n WHERE value < %d) SELECT value FROM n)) SELECT i, CASE WHEN %s THEN 'x' ELSE 'o' END FROM c", rows, condition))
			s := openFile(t, path)
			found := 0
			for seed := range uint64(runs) {
				hit := false
				_, err := s.Sample(t.Context(), assay.Asset{ID: s.id("t")}, assay.Plan{Seed: seed, Rows: 300}, func(d assay.Datum) error {
					hit = hit || string(d.Value) == "x"
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if hit {
					found++
				}
			}
			got := float64(found) / runs
			t.Logf("an element in %.1f %% was seen in %.1f %% of %d samples", 100*share, 100*got, runs)
			if got < 0.95-0.05 { // four standard deviations
				t.Errorf("want 0.95")
			}
		})
	}
}

func TestYieldErrorIsReturned(t *testing.T) {
	path, _ := newFile(t, "CREATE TABLE t (v)", "INSERT INTO t VALUES (1)")
	s := openFile(t, path)
	stop := errors.New("stop")
	_, err := s.Sample(t.Context(), assay.Asset{ID: s.id("t")}, assay.Plan{}, func(assay.Datum) error { return stop })
	if err != stop {
		t.Errorf("error %v, want yield's own", err)
	}
}
