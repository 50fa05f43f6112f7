package postgres

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
)

func TestValues(t *testing.T) {
	s := newServer(t,
		"CREATE TABLE parent (id INT PRIMARY KEY)", "INSERT INTO parent VALUES (5)",
		"CREATE TYPE mood AS ENUM ('sad', 'happy')", "CREATE TYPE address AS (street TEXT, town TEXT)", "CREATE DOMAIN mail AS VARCHAR(80) CHECK (VALUE LIKE '%@%')",
		"CREATE DOMAIN mails AS mail[]",
		`CREATE TABLE "order" ("select" INT PRIMARY KEY, "größe ""x""" FLOAT8, parent INT REFERENCES parent (id), seen TIMESTAMPTZ, kind mood, flag BOOLEAN, price NUMERIC(20,2), wage MONEY,
			payload JSONB, plain JSON, note TEXT, data BYTEA, blobs BYTEA[], ip INET, net CIDR, card UUID, m mail, ms mails, tags TEXT[], grid INT[], home address, homes address[],
			stay DATERANGE, num INT4RANGE, code CHAR(5), bits BIT(3), place POINT, span INTERVAL, doc XML, made TEXT GENERATED ALWAYS AS (code || '!') STORED)`,
		`COMMENT ON COLUMN "order"."select" IS 'the number'`, `ALTER TABLE "order" ADD COLUMN dropped TEXT`, `ALTER TABLE "order" DROP COLUMN dropped`,
		`INSERT INTO "order" VALUES (7, 4111111111111111, 5, '2020-01-02 03:04:05.678+02', 'happy', true, 12345678901234.50, 12.5,
			'{"user":{"email":"x@y","tags":["a","b"],"4711":{"k":1}},"ok":true,"gone":null}', '[1,2]', 'hello', '\x00ff10', ARRAY['\x00'::bytea], '10.0.0.1', '10.0.0.0/8',
			'00112233-4455-6677-8899-aabbccddeeff', 'a@b', ARRAY['c@d', 'e@f'], '{red,NULL,"dark, blue"}', '{{1,2},{3,4}}', ROW('Main St 1', 'Oslo'), ARRAY[ROW('X', 'Y')::address],
			'[2020-01-01,2020-02-01)', '[1,9]', 'ab', B'101', '(1,2)', '1 day 2 hours', '<a>b</a>')`,
		`INSERT INTO "order" ("select", note, data) VALUES (8, '', 'text in bytes')`,
	)
	got := take(t.Context(), s.open(t), "order", assay.Plan{})
	if got.err != nil {
		t.Fatal(got.err)
	}
	want := map[string][]string{
		"select": {"7", "8"}, `größe "x"`: {"4111111111111111"}, "parent": {"5"}, "seen": {"2020-01-02 01:04:05.678+00"},
		"kind": {"happy"}, "flag": {"true"}, "price": {"12345678901234.50"}, "wage": {"$12.50"},
		"payload.$.user.email": {"x@y"}, "payload.$.user.tags[*]": {"a", "b"}, "payload.$.user.*~": {"4711"}, "payload.$.user.*.k": {"1"}, "payload.$.ok": {"true"},
		"plain.$[*]": {"1", "2"}, "note": {"hello"}, "data": {"text in bytes"}, "ip": {"10.0.0.1/32"}, "net": {"10.0.0.0/8"}, "card": {"00112233-4455-6677-8899-aabbccddeeff"},
		"m": {"a@b"}, "ms.$[*]": {"c@d", "e@f"}, "tags.$[*]": {"red", "dark, blue"}, "grid.$[*][*]": {"1", "2", "3", "4"},
		"home.$.street": {"Main St 1"}, "home.$.town": {"Oslo"}, "homes.$[*].street": {"X"}, "homes.$[*].town": {"Y"},
		"stay": {"[2020-01-01,2020-02-01)"}, "num": {"[1,10)"}, "code": {"ab"}, "bits": {"101"}, "place": {"(1,2)"}, "span": {"P1DT2H"}, "doc": {"<a>b</a>"}, "made": {"ab!"},
	}
	if diff := cmp.Diff(want, got.values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if f := got.field("select").Field; f != (assay.Field{Path: "select", Type: "integer", Comment: "the number", Key: true}) {
		t.Errorf("field %+v", f)
	}
	if !got.field("parent").Field.Key || got.field("seen").Field.Key || got.field("m").Field.Type != "public.mail" {
		t.Error("a foreign key is a key, a time is none, a domain is a type")
	}
	if f := got.field("data"); f.Status != assay.StatusPartial || f.Reason != assay.ReasonBinary {
		t.Errorf("data: %+v", f)
	}
	if f := got.field("blobs"); f.Status != assay.StatusNotExamined || f.Reason != assay.ReasonUnsupported {
		t.Errorf("blobs: %+v", f)
	}
}

func TestRights(t *testing.T) {
	s := newServer(t, "CREATE TABLE open (id INT PRIMARY KEY, mail TEXT, secret TEXT)", "INSERT INTO open VALUES (1, 'a@b', 'x')",
		"CREATE TABLE closed (id INT PRIMARY KEY, mail TEXT)", "CREATE SCHEMA hidden", "CREATE TABLE hidden.t (mail TEXT)",
		"CREATE VIEW locked AS SELECT * FROM closed")
	user, password := s.user(t, "SELECT (id, mail) ON open", "SELECT ON hidden.t")
	s.exec(t, "CREATE USER nobody_"+s.Name, "ALTER VIEW locked OWNER TO nobody_"+s.Name, "GRANT SELECT ON locked TO "+user)
	t.Cleanup(func() { s.exec(t, "DROP VIEW locked", "DROP USER nobody_"+s.Name) })
	src := s.openAs(t, user, password)
	listed := list(t, src)
	for _, name := range []string{"public.closed", "public.open", "public.locked", "hidden.t"} {
		if _, ok := listed[name]; !ok {
			t.Errorf("%s is not listed", name)
		}
	}
	got := take(t.Context(), src, "open", assay.Plan{})
	if got.err != nil || len(got.values["mail"]) != 1 || len(got.values["secret"]) != 0 {
		t.Errorf("a table with a denied column: %+v", got)
	}
	if f := got.field("secret"); f.Status != assay.StatusNotExamined || f.Reason != assay.ReasonDenied {
		t.Errorf("the denied column: %+v", f)
	}
	for _, table := range []string{"closed", "hidden.t", "locked"} {
		got := take(t.Context(), src, table, assay.Plan{})
		if assay.Explain(got.err) != assay.ReasonDenied || !strings.Contains(got.err.Error(), "grant") || strings.Contains(got.err.Error(), user) {
			t.Errorf("%s: %v", table, got.err)
		}
		if f := got.field("mail"); f.Status != assay.StatusNotExamined || f.Reason != assay.ReasonDenied {
			t.Errorf("a column of the denied table %s: %+v", table, f)
		}
	}
}

// TestRowLevelSecurity holds that what a policy hides is never called examined,
// behind a view neither, and that a policy makes no sample expensive.
func TestRowLevelSecurity(t *testing.T) {
	s := newServer(t,
		"CREATE TABLE part (id INT PRIMARY KEY, tenant INT, mail TEXT)", "INSERT INTO part SELECT i, i % 2, 'u' || i FROM generate_series(1, 100) i",
		"CREATE TABLE none (id INT PRIMARY KEY, mail TEXT)", "INSERT INTO none VALUES (1, 'x')",
		"CREATE TABLE large (id INT PRIMARY KEY, mail TEXT)", "INSERT INTO large SELECT i, 'u' || i FROM generate_series(1, 200000) i",
		"CREATE TABLE free (id INT PRIMARY KEY, mail TEXT)", "INSERT INTO free VALUES (1, 'x')",
		"ALTER TABLE part ENABLE ROW LEVEL SECURITY", "ALTER TABLE none ENABLE ROW LEVEL SECURITY", "ALTER TABLE large ENABLE ROW LEVEL SECURITY",
		"CREATE POLICY p ON part USING (tenant = 1)", "CREATE POLICY p ON large USING (id > 199990)", "ANALYZE",
		"CREATE VIEW seen WITH (security_invoker = true) AS SELECT mail FROM part",
	)
	user, password := s.user(t, "SELECT ON ALL TABLES IN SCHEMA public")
	src := s.openAs(t, user, password)
	tests := []struct {
		table  string
		rows   int
		status assay.Status
		reason assay.Reason
	}{
		{"part", 50, assay.StatusPartial, assay.ReasonDenied},
		{"seen", 50, assay.StatusPartial, assay.ReasonDenied},
		{"none", 0, assay.StatusNotExamined, assay.ReasonDenied},
		{"free", 1, assay.StatusScanned, ""},
	}
	for _, tt := range tests {
		got := take(t.Context(), src, tt.table, assay.Plan{})
		f := got.field("mail")
		if got.err != nil || len(got.values["mail"]) != tt.rows || f.Status != tt.status || f.Reason != tt.reason {
			t.Errorf("%s: %d rows, %+v, %v", tt.table, len(got.values["mail"]), f, got.err)
		}
		if census := got.reading.Design.Method == assay.DesignCensus; census != (tt.reason == "") {
			t.Errorf("%s: design %+v", tt.table, got.reading.Design)
		}
	}
	// Of 200,000 rows 10 are seen, all on one page: hardly any sample has them.
	src.Close()
	got, touched := s.counted(t, user, password, "large", assay.Plan{Seed: 1})
	if f := got.field("mail"); f.Status == assay.StatusScanned || got.reading.Design.Method == assay.DesignCensus {
		t.Errorf("%+v, %+v, %v", f, got.reading.Design, got.err)
	}
	if pages := 1000; touched > pages*6 {
		t.Errorf("the server touched %d pages", touched)
	}
	// The administrator is above the policies.
	if got := take(t.Context(), s.open(t), "part", assay.Plan{}); len(got.values["mail"]) != 100 || got.field("mail").Status != assay.StatusScanned {
		t.Errorf("as administrator: %+v", got.field("mail"))
	}
}

func TestViews(t *testing.T) {
	s := newServer(t, "CREATE TABLE u (mail TEXT)", "INSERT INTO u SELECT i FROM generate_series(1, 3000) i",
		"CREATE VIEW good AS SELECT mail FROM u", "CREATE VIEW broken AS SELECT 1 / (mail::int - 1) AS a FROM u",
		"CREATE VIEW slow AS SELECT pg_sleep(30)::text AS a", "CREATE VIEW slower AS SELECT i AS a FROM generate_series(1, 900) i WHERE pg_sleep(0.05) IS NOT NULL",
		"CREATE MATERIALIZED VIEW kept AS SELECT mail FROM u", "CREATE MATERIALIZED VIEW unfilled AS SELECT mail FROM u WITH NO DATA")
	src, err := Open(t.Context(), s.URI(s.User, s.Password), Options{StatementTimeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if got := take(t.Context(), src, "good", assay.Plan{}); got.err != nil || got.reading.Design.Method != assay.DesignPrefix || !got.reading.NotReproducible || got.reading.Design.Units != 1000 {
		t.Errorf("view: %+v, %v", got.reading.Design, got.err)
	}
	for _, table := range []string{"u", "kept"} {
		if got := take(t.Context(), src, table, assay.Plan{Rows: 200}); got.err != nil || got.reading.Design.Method != assay.DesignClusters || got.reading.NotReproducible || got.reading.Design.Units != 200 {
			t.Errorf("%s, which has no key: %+v, %v", table, got.reading.Design, got.err)
		}
	}
	for table, want := range map[string]assay.Reason{"broken": assay.ReasonUnreadable, "unfilled": assay.ReasonUnreadable, "slow": assay.ReasonTimeout, "slower": assay.ReasonTimeout} {
		got := take(t.Context(), src, table, assay.Plan{})
		if assay.Explain(got.err) != want || got.reading.Fields[0].Status == assay.StatusScanned {
			t.Errorf("%s: %+v, %v", table, got.reading, got.err)
		}
	}
}

// TestForeign reads a table of the same server as a foreign one.
func TestForeign(t *testing.T) {
	s := newServer(t, "CREATE TABLE far (id INT PRIMARY KEY, mail TEXT)", "INSERT INTO far SELECT i, 'u' || i FROM generate_series(1, 3000) i")
	if _, err := s.db.Exec(t.Context(), "CREATE EXTENSION postgres_fdw"); err != nil {
		t.Skip("postgres_fdw is not installed: ", err)
	}
	host, port, _ := strings.Cut(s.Addr, ":")
	s.exec(t, fmt.Sprintf("CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '%s', port '%s', dbname '%s')", host, port, s.Name),
		fmt.Sprintf("CREATE USER MAPPING FOR CURRENT_USER SERVER here OPTIONS (user '%s', password '%s')", s.User, s.Password),
		"CREATE FOREIGN TABLE near (id INT, mail TEXT) SERVER here OPTIONS (table_name 'far')",
		"CREATE SERVER gone FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1')", "CREATE USER MAPPING FOR CURRENT_USER SERVER gone OPTIONS (user 'x', password 'y')",
		"CREATE FOREIGN TABLE lost (id INT) SERVER gone",
		"CREATE TABLE parts (id INT, mail TEXT) PARTITION BY LIST (id)", "CREATE FOREIGN TABLE parts_far PARTITION OF parts DEFAULT SERVER here OPTIONS (table_name 'far')")
	src := s.open(t)
	for _, table := range []string{"near", "parts"} {
		got := take(t.Context(), src, table, assay.Plan{Rows: 100})
		if got.err != nil || len(got.values["mail"]) != 100 || got.reading.Design.Method != assay.DesignPrefix {
			t.Errorf("%s: %d values, %+v, %v", table, len(got.values["mail"]), got.reading.Design, got.err)
		}
	}
	if got := take(t.Context(), src, "lost", assay.Plan{}); assay.Explain(got.err) != assay.ReasonUnavailable {
		t.Errorf("a foreign table whose server is down: %v", got.err)
	}
}

func TestLongAndManyColumns(t *testing.T) {
	var columns []string
	for i := range 1500 {
		columns = append(columns, fmt.Sprintf("c%d TEXT", i))
	}
	s := newServer(t, "CREATE TABLE wide (id INT PRIMARY KEY, "+strings.Join(columns, ",")+")", "INSERT INTO wide (id, c7, c1499) VALUES (1, 'seven', repeat('ü', 50000))",
		"CREATE TABLE empty (id INT PRIMARY KEY, mail TEXT)", "CREATE TABLE bare ()", "INSERT INTO bare DEFAULT VALUES")
	src := s.open(t)
	got := take(t.Context(), src, "wide", assay.Plan{})
	if got.err != nil || len(got.reading.Fields) != 1501 || got.values["c7"][0] != "seven" {
		t.Fatalf("%d fields, error %v", len(got.reading.Fields), got.err)
	}
	if n := len(got.values["c1499"][0]); n != 64<<10 {
		t.Errorf("%d bytes of a long value", n)
	}
	if f := got.field("c1499"); f.Status != assay.StatusPartial || f.Reason != assay.ReasonBudget {
		t.Errorf("%+v", f)
	}
	for _, table := range []string{"empty", "bare"} {
		if got = take(t.Context(), src, table, assay.Plan{}); got.err != nil || got.reading.Design.Method != assay.DesignCensus {
			t.Errorf("%s table: %+v", table, got)
		}
	}
}

// TestInheritance holds that what inherits from a table is read as itself only.
func TestInheritance(t *testing.T) {
	s := newServer(t, "CREATE TABLE city (name TEXT)", "CREATE TABLE capital (state TEXT) INHERITS (city)", "INSERT INTO city VALUES ('a')", "INSERT INTO capital VALUES ('b', 'c')")
	src := s.open(t)
	if got := take(t.Context(), src, "city", assay.Plan{}); !cmp.Equal(got.values["name"], []string{"a"}) {
		t.Errorf("%v", got.values)
	}
	if got := take(t.Context(), src, "capital", assay.Plan{}); !cmp.Equal(got.values["name"], []string{"b"}) {
		t.Errorf("%v", got.values)
	}
}
