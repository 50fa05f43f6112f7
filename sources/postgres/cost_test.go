package postgres

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
)

// counted takes a sample by a source of its own, and returns how many pages of
// tables and indexes the server touched for it (pg_statio_user_tables).
func (s server) counted(t testing.TB, user, password, table string, plan assay.Plan) (sample, int) {
	t.Helper()
	before := s.pages(t)
	src, err := Open(t.Context(), s.URI(user, password), Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := take(t.Context(), src, table, plan)
	src.Close()
	return got, s.pages(t) - before
}

// pages returns how many pages the server has touched since it was started. A
// session hands its counts over at its end, or when it is told to, so this waits
// for the end of the source's and tells the test's own.
func (s server) pages(t testing.TB) int {
	t.Helper()
	s.exec(t, "SELECT pg_stat_force_next_flush()")
	deadline := time.Now().Add(10 * time.Second)
	for n := 1; n > 0; {
		if time.Now().After(deadline) {
			t.Fatal("a session of the source does not end")
		}
		if err := s.db.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'assay' AND datname = current_database()").Scan(&n); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	if err := s.db.QueryRow(t.Context(), `SELECT COALESCE(sum(heap_blks_read + heap_blks_hit + COALESCE(idx_blks_read + idx_blks_hit, 0)
		+ COALESCE(toast_blks_read + toast_blks_hit, 0)), 0)::int FROM pg_statio_user_tables`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// keys are tables of 20,000 rows with every sort of key: the columns of the key,
// what is in them by the number i, and how often a page may be touched.
var keys = []struct {
	name, columns, key, values string
	population                 string // the beginning of the design's
}{
	{"int", "id INT", "PRIMARY KEY (id)", "i", "the range of primary key id"},
	{"bigint", "id BIGINT", "PRIMARY KEY (id)", "9223372036854775807 - i::bigint * 3", "the range"},
	{"negative", "id BIGINT", "PRIMARY KEY (id)", "i * 100 - 1000000", "the range"},
	{"identity", "id INT GENERATED ALWAYS AS IDENTITY", "PRIMARY KEY (id)", "", "the range of primary key id, 1 to 20000"},
	{"serial", "id BIGSERIAL", "PRIMARY KEY (id)", "i", "the range of primary key id, 1 to 20000"},
	{"uuid", "id UUID", "PRIMARY KEY (id)", "md5(i::text)::uuid", "the range"},
	{"uuid as text", "id TEXT", "PRIMARY KEY (id)", "md5(i::text)::uuid::text", "the range"},
	{"hex", "id VARCHAR(32)", "PRIMARY KEY (id)", "md5(i::text)", "the range"},
	{"bytea", "id BYTEA", "PRIMARY KEY (id)", "decode(md5(i::text), 'hex')", "the range"},
	{"text", "id TEXT", "PRIMARY KEY (id)", "'Straße_' || md5(i::text)", "the range"},
	{"text by ICU", `id TEXT COLLATE "und-x-icu"`, "PRIMARY KEY (id)", "upper(substr(md5(i::text), 1, 4)) || md5(i::text)", "the range"},
	{"char", "id CHAR(40)", "PRIMARY KEY (id)", "md5(i::text)", "the range"},
	{"date", "id DATE", "PRIMARY KEY (id)", "date '1900-01-01' + i * 2", "the range"},
	{"timestamp", "id TIMESTAMP", "PRIMARY KEY (id)", "timestamp '2020-01-01' + i * interval '977 seconds'", "the range"},
	{"timestamptz", "id TIMESTAMPTZ", "PRIMARY KEY (id)", "timestamptz '2020-01-01 00:00+02' + i * interval '977.123456 seconds'", "the range"},
	{"numeric", "id NUMERIC(18)", "PRIMARY KEY (id)", "i * 10", "the range"},
	{"fractions", "id NUMERIC(20,4)", "PRIMARY KEY (id)", "i * 1.25", "the range"},
	{"float", "id FLOAT8", "PRIMARY KEY (id)", "i * 1.25", "the range"},
	{"domain", "id number", "PRIMARY KEY (id)", "i", "the range"},
	{"two columns", "tenant INT, id INT", "PRIMARY KEY (tenant, id)", "i % 7, i", "the range of the primary key, every value of tenant"},
	{"three columns", "tenant TEXT, day DATE, id BYTEA", "PRIMARY KEY (tenant, day, id)", "chr(97 + i % 5), date '2020-01-01' + i % 11, decode(lpad(to_hex(i), 8, '0'), 'hex')", "the range of the primary key"},
	{"unique key", "id INT NOT NULL", "UNIQUE (id)", "i", "the range"},
	{"second key", "x INET, id INT NOT NULL", "PRIMARY KEY (x), UNIQUE (id)", "inet '10.0.0.0' + i, i", "the range of primary key id"},
	{"partitions", "tenant INT, id INT", "PRIMARY KEY (tenant, id)) PARTITION BY HASH (tenant", "i % 7, i", "the range of the primary key"},
	{"unique key with NULL", "id INT", "UNIQUE (id)", "NULLIF(i, 7)", "all rows, every page"},
	{"infinity", "id TIMESTAMP", "PRIMARY KEY (id)", "CASE i WHEN 1 THEN timestamp 'infinity' ELSE timestamp '2020-01-01' + i * interval '1 second' END", "all rows, every page"},
	{"inet", "id INET", "PRIMARY KEY (id)", "inet '10.0.0.0' + i", "all rows, every page"},
	{"deferred", "id INT", "EXCLUDE USING btree (id WITH =)", "i", "all rows, every page"},
	{"none", "id INT", "CHECK (true)", "i", "all rows, every page"},
	{"partitions without a key", "tenant INT, id INT", "CHECK (true)) PARTITION BY HASH (tenant", "i % 7, i", "all rows, every page"},
}

func TestKeys(t *testing.T) {
	const rows = 20_000
	s := newServer(t, "CREATE DOMAIN number AS INT")
	for i, k := range keys {
		t.Run(k.name, func(t *testing.T) {
			table := fmt.Sprint("t", i)
			s.exec(t, fmt.Sprintf("CREATE TABLE %s (v TEXT, %s, %s)", table, k.columns, k.key))
			if strings.Contains(k.key, "PARTITION") {
				for p := range 4 {
					s.exec(t, fmt.Sprintf("CREATE TABLE %s_%d PARTITION OF %[1]s FOR VALUES WITH (MODULUS 4, REMAINDER %[2]d)", table, p))
				}
			}
			if k.values != "" {
				k.values = ", " + k.values
			}
			s.exec(t, fmt.Sprintf("INSERT INTO %s SELECT 'row ' || i%s FROM generate_series(1, %d) i", table, k.values, rows))
			got, touched := s.counted(t, s.User, s.Password, table, assay.Plan{Seed: 4, Rows: 200})
			if got.err != nil {
				t.Fatal(got.err)
			}
			d := got.reading.Design
			if d.Method != assay.DesignClusters || d.Units < 150 || int(d.Units) != len(got.values["v"]) || !strings.HasPrefix(d.Population, k.population) {
				t.Errorf("%d values, design %+v", len(got.values["v"]), d)
			}
			if touched > 3000 {
				t.Errorf("the server touched %d pages for a sample of 200 rows", touched)
			}
			t.Logf("%d rows from %d starts, %d pages touched", d.Units, d.Starts, touched)
			seen := map[string]bool{}
			for _, v := range got.values["v"] {
				if seen[v] {
					t.Errorf("%s came twice", v)
				}
				seen[v] = true
			}
			again, _ := s.counted(t, s.User, s.Password, table, assay.Plan{Seed: 4, Rows: 200})
			if diff := cmp.Diff(got.values, again.values); diff != "" {
				t.Error("the same seed gave another sample")
			}
		})
	}
}

// TestCost shows by the server's counters that a table of 1,000,000 rows costs
// what one of 10,000 does, with many starts and with one, with a key of one
// column, of two, and without any.
func TestCost(t *testing.T) {
	if testing.Short() {
		t.Skip("makes tables of 1,000,000 rows")
	}
	s := newServer(t)
	for _, key := range []string{"PRIMARY KEY (id)", "PRIMARY KEY (tenant, id)", "CHECK (true)"} {
		for _, n := range []int{10_000, 1_000_000} {
			s.exec(t, fmt.Sprintf("CREATE TABLE t%d (tenant INT, id INT, mail VARCHAR(50), %s)", n, key),
				fmt.Sprintf("INSERT INTO t%d SELECT i %% 5, i, 'u' || i FROM generate_series(1, %[1]d) i", n))
		}
		for _, starts := range []int{0, 1} {
			cost := map[int]int{}
			for _, n := range []int{10_000, 1_000_000} {
				var got sample
				got, cost[n] = s.counted(t, s.User, s.Password, fmt.Sprint("t", n), assay.Plan{Seed: 2, Starts: starts})
				if got.err != nil || starts == 0 && got.reading.Design.Units < 900 || got.reading.Design.Method != assay.DesignClusters {
					t.Fatalf("%+v, %v", got.reading.Design, got.err)
				}
			}
			t.Logf("%s, %d starts: pages touched by rows: %v", key, starts, cost)
			// An index of 1,000,000 rows is one page deeper, of which every look-up reads
			// one more. Of a row that is found by its place, the page counts once more.
			if small, large := cost[10_000], cost[1_000_000]; large > small*2+200 || large > 3000 {
				t.Errorf("%s, %d starts: pages touched by rows: %v", key, starts, cost)
			}
		}
		s.exec(t, "DROP TABLE t10000, t1000000")
	}
}

// TestPlans holds the forms of the queries: the server enters the index for them,
// also where it has never analysed the table.
func TestPlans(t *testing.T) {
	s := newServer(t, "CREATE TABLE t (a INT, b INT, v TEXT, PRIMARY KEY (a, b))", "INSERT INTO t SELECT i % 10, i, i FROM generate_series(1, 5000) i")
	src := s.open(t)
	x, err := src.begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer x.end()
	if err := x.exec(t.Context(), byKey); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"SELECT v FROM ONLY public.t WHERE (a, b) >= ('3'::text::bigint, '17'::text::bigint) ORDER BY a, b LIMIT 10": "Index Cond: (ROW(a, b) >= ROW(",
		"SELECT a FROM ONLY public.t WHERE a >= '3'::text::bigint ORDER BY a LIMIT 1":                                "Index Cond: (a >= ",
		"SELECT b FROM ONLY public.t WHERE a = '3'::text::bigint ORDER BY b DESC LIMIT 1":                            "Scan Backward",
	} {
		plan := ""
		err := x.each(t.Context(), "EXPLAIN "+query, nil, func(v [][]byte) error { plan += string(v[0]) + "\n"; return nil })
		if err != nil || !strings.Contains(plan, want) || strings.Contains(plan, "Sort") || strings.Contains(plan, "Seq Scan") {
			t.Errorf("%s: %v\n%s", query, err, plan)
		}
	}
}
