package mysql

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
)

func TestValues(t *testing.T) {
	s := newServer(t,
		"SET sql_mode = ''", // or the server refuses zero dates
		"CREATE TABLE parent (id INT PRIMARY KEY)", "INSERT INTO parent VALUES (5)",
		"CREATE TABLE `order` (`select` INT UNSIGNED PRIMARY KEY COMMENT 'the number', `größe ``x``` DOUBLE, parent INT REFERENCES parent (id), born DATE, seen DATETIME(3),"+
			" kind ENUM('a','b'), flag BIT(1), price DECIMAL(20,2), payload JSON, note LONGTEXT, data BLOB, place POINT, code CHAR(3) CHARACTER SET latin1, FOREIGN KEY (parent) REFERENCES parent (id))",
		"INSERT INTO `order` VALUES (7, 4111111111111111, 5, '0000-00-00', '2020-01-02 03:04:05.678', 'b', b'1', 12345678901234.50,"+
			` '{"user":{"email":"x@y","tags":["a","b"],"4711":{"k":1}},"ok":true,"gone":null}', '[1,2]', 'hello', POINT(1,2), 'gün'),`+
			" (8, NULL, NULL, '1980-02-03', NULL, NULL, NULL, NULL, NULL, 'plain', x'00ff10', NULL, '')",
	)
	got := take(t.Context(), s.open(t), "order", assay.Plan{})
	if got.err != nil {
		t.Fatal(got.err)
	}
	want := map[string][]string{
		"select": {"7", "8"}, "größe `x`": {"4111111111111111"}, "parent": {"5"}, "born": {"1980-02-03"}, "seen": {"2020-01-02 03:04:05.678"},
		"kind": {"b"}, "flag": {"1"}, "price": {"12345678901234.50"},
		"payload.$.user.email": {"x@y"}, "payload.$.user.tags[*]": {"a", "b"}, "payload.$.user.*~": {"4711"}, "payload.$.user.*.k": {"1"}, "payload.$.ok": {"true"},
		"note": {"plain"}, "note.$[*]": {"1", "2"}, "data": {"hello"}, "code": {"gün"},
	}
	if diff := cmp.Diff(want, got.values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if f := got.field("select").Field; f != (assay.Field{Path: "select", Type: "int(10) unsigned", Comment: "the number", Key: true}) {
		t.Errorf("field %+v", f)
	}
	if !got.field("parent").Field.Key || got.field("born").Field.Key {
		t.Error("a foreign key is a key, a date is none")
	}
	if f := got.field("born"); f.Empty != 1 || f.Status != assay.StatusScanned {
		t.Errorf("a zero date is no value: %+v", f)
	}
	if f := got.field("data"); f.Status != assay.StatusPartial || f.Reason != assay.ReasonBinary {
		t.Errorf("data: %+v", f)
	}
	if f := got.field("place"); f.Status != assay.StatusNotExamined || f.Reason != assay.ReasonUnsupported {
		t.Errorf("place: %+v", f)
	}
}

func TestRights(t *testing.T) {
	s := newServer(t, "CREATE TABLE open (id INT PRIMARY KEY, mail TEXT, secret TEXT)", "INSERT INTO open VALUES (1, 'a@b', 'x')",
		"CREATE TABLE closed (id INT PRIMARY KEY, mail TEXT)", "CREATE TABLE hidden (id INT)")
	user, password := s.user(t, "SELECT (id, mail), INSERT (secret) ON DB.open", "INSERT ON DB.closed")
	src, err := Open(t.Context(), s.uri(user, password, ""), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var names []string
	for a, err := range src.Assets(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		_, name, _ := src.names(a.ID)
		names = append(names, name)
	}
	if diff := cmp.Diff([]string{"closed", "open"}, names); diff != "" {
		t.Errorf("tables (-want +got):\n%s", diff)
	}
	got := take(t.Context(), src, "open", assay.Plan{})
	if got.err != nil || len(got.values["mail"]) != 1 || len(got.values["secret"]) != 0 {
		t.Errorf("a table with a denied column: %+v", got)
	}
	if f := got.field("secret"); f.Status != assay.StatusNotExamined || f.Reason != assay.ReasonDenied {
		t.Errorf("the denied column: %+v", f)
	}
	for _, table := range []string{"closed", "hidden"} {
		got := take(t.Context(), src, table, assay.Plan{})
		if assay.Explain(got.err) != assay.ReasonDenied || !strings.Contains(got.err.Error(), "grant SELECT") || strings.Contains(got.err.Error(), user) {
			t.Errorf("%s: %v", table, got.err)
		}
	}
	if f := take(t.Context(), src, "closed", assay.Plan{}).field("mail"); f.Status != assay.StatusNotExamined || f.Reason != assay.ReasonDenied {
		t.Errorf("a column of the denied table: %+v", f)
	}
}

func TestViews(t *testing.T) {
	s := newServer(t, "CREATE TABLE u (mail TEXT)", "INSERT INTO u SELECT seq FROM seq_1_to_3000", "CREATE TABLE gone (a INT)",
		"CREATE VIEW good AS SELECT mail FROM u", "CREATE VIEW broken AS SELECT a FROM gone", "DROP TABLE gone",
		"CREATE VIEW slow AS SELECT SLEEP(30) AS a", "CREATE VIEW slower AS SELECT seq AS a FROM seq_1_to_900 WHERE SLEEP(0.05) = 0")
	src, err := Open(t.Context(), s.uri(s.User, s.Password, ""), Options{StatementTimeout: 2e9})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	kinds := map[string]assay.Asset{}
	for a, err := range src.Assets(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		_, name, _ := src.names(a.ID)
		kinds[name] = a
	}
	sampleOf := func(name string) (assay.Reading, error) {
		return src.Sample(t.Context(), kinds[name], assay.Plan{}, func(assay.Datum) error { return nil })
	}
	if r, err := sampleOf("good"); err != nil || r.Design.Method != assay.DesignPrefix || !r.NotReproducible || r.Design.Units != 1000 {
		t.Errorf("view: %+v, %v", r, err)
	}
	if r, err := sampleOf("u"); err != nil || r.Design.Method != assay.DesignPrefix || r.NotReproducible {
		t.Errorf("table without a key: %+v, %v", r, err)
	}
	if _, err := sampleOf("broken"); assay.Explain(err) != assay.ReasonUnreadable || !strings.Contains(err.Error(), "mend or drop") {
		t.Errorf("broken view: %v", err)
	}
	for _, slow := range []string{"slow", "slower"} {
		r, err := sampleOf(slow)
		if assay.Explain(err) != assay.ReasonTimeout || r.Fields[0].Status == assay.StatusScanned {
			t.Errorf("%s view: %+v, %v", slow, r, err)
		}
	}
}

func TestLongAndManyColumns(t *testing.T) {
	var columns []string
	for i := range 150 {
		columns = append(columns, fmt.Sprintf("c%d MEDIUMTEXT", i))
	}
	s := newServer(t, "CREATE TABLE wide (id INT PRIMARY KEY, "+strings.Join(columns, ",")+")", "INSERT INTO wide (id, c7, c149) VALUES (1, 'seven', REPEAT('ü', 50000))",
		"CREATE TABLE empty (id INT PRIMARY KEY, mail TEXT)")
	src := s.open(t)
	got := take(t.Context(), src, "wide", assay.Plan{})
	if got.err != nil || len(got.reading.Fields) != 151 || got.values["c7"][0] != "seven" {
		t.Fatalf("%d fields, error %v", len(got.reading.Fields), got.err)
	}
	if n := len(got.values["c149"][0]); n != 64<<10 {
		t.Errorf("%d bytes of a long value", n)
	}
	if f := got.field("c149"); f.Status != assay.StatusPartial || f.Reason != assay.ReasonBudget {
		t.Errorf("%+v", f)
	}
	got = take(t.Context(), src, "empty", assay.Plan{})
	if got.err != nil || got.reading.Design.Method != assay.DesignCensus || got.field("mail").Status != assay.StatusScanned {
		t.Errorf("empty table: %+v", got)
	}
}

func TestEncrypted(t *testing.T) {
	s := newServer(t, "CREATE TABLE t (id INT PRIMARY KEY, locked VARBINARY(64), picture BLOB, ip VARBINARY(16))",
		"INSERT INTO t SELECT seq, AES_ENCRYPT(CONCAT('card ', seq, ' of somebody with a name'), CONCAT('key', seq)), CONCAT(x'89504e470d0a1a0a', SHA2(seq, 512)), INET6_ATON('10.0.0.1') FROM seq_1_to_200")
	got := take(t.Context(), s.open(t), "t", assay.Plan{})
	if got.err != nil {
		t.Fatal(got.err)
	}
	for path, want := range map[string]assay.Reason{"locked": assay.ReasonEncrypted, "picture": assay.ReasonBinary, "ip": assay.ReasonBinary} {
		if f := got.field(path); f.Status != assay.StatusNotExamined || f.Reason != want || len(got.values[path]) > 0 {
			t.Errorf("%s: %+v, want %s", path, f, want)
		}
	}
}

// keys are tables of 20,000 rows with every sort of key: the columns of the key
// and what is in them.
var keys = []struct {
	name, columns, key, values string
	method                     assay.DesignMethod
	checked                    bool // by the handler counters too
}{
	{"int", "id INT", "id", "seq", assay.DesignClusters, true},
	{"bigint unsigned", "id BIGINT UNSIGNED", "id", "18446744073709551615 - seq * 3", assay.DesignClusters, true},
	{"negative", "id BIGINT", "id", "CAST(seq AS SIGNED) * 100 - 1000000", assay.DesignClusters, true},
	{"uuid text", "id CHAR(36)", "id", "UUID()", assay.DesignClusters, true},
	{"random hex", "id VARCHAR(32) CHARACTER SET latin1", "id", "MD5(seq)", assay.DesignClusters, true},
	{"binary", "id BINARY(16)", "id", "UNHEX(MD5(seq))", assay.DesignClusters, true},
	{"text", "id VARCHAR(60)", "id", "CONCAT('Straße_', SHA1(seq))", assay.DesignClusters, true},
	{"datetime", "id DATETIME(6)", "id", "'2020-01-01' + INTERVAL seq * 977 SECOND", assay.DesignClusters, true},
	{"decimal", "id DECIMAL(20,4)", "id", "seq * 1.25", assay.DesignClusters, true},
	{"two columns", "tenant INT, id INT", "tenant, id", "seq % 7, seq", assay.DesignClusters, true},
	{"three columns", "tenant CHAR(2), day DATE, id BINARY(4)", "tenant, day, id", "CHAR(97 + seq % 5), '2020-01-01' + INTERVAL (seq % 11) DAY, UNHEX(LPAD(HEX(seq), 8, '0'))", assay.DesignClusters, true},
	{"unique key", "id INT NOT NULL, UNIQUE (id)", "", "seq", assay.DesignClusters, true},
	{"unique key with NULL", "id INT, UNIQUE (id)", "", "NULLIF(seq, 7)", assay.DesignPrefix, true},
	{"beginning of text", "id TEXT", "id(8)", "CONCAT(LPAD(seq, 8, '0'), 'tail')", assay.DesignPrefix, true},
	{"uuid type", "id UUID", "id", "UUID()", assay.DesignPrefix, true},
	{"none", "id INT", "", "seq", assay.DesignPrefix, true},
}

func TestKeys(t *testing.T) {
	const rows = 20_000
	s := newServer(t)
	src := s.open(t)
	for i, k := range keys {
		t.Run(k.name, func(t *testing.T) {
			table := fmt.Sprint("t", i)
			primary := ""
			if k.key != "" {
				primary = ", PRIMARY KEY (" + k.key + ")"
			}
			s.exec(t, fmt.Sprintf("CREATE TABLE %s (v TEXT, %s%s)", table, k.columns, primary),
				fmt.Sprintf("INSERT INTO %s SELECT CONCAT('row ', seq), %s FROM seq_1_to_%d", table, k.values, rows))
			take(t.Context(), src, table, assay.Plan{Seed: 3, Rows: 200}) // so that the server knows the table
			before := s.counters(t)
			got := take(t.Context(), src, table, assay.Plan{Seed: 4, Rows: 200})
			touched := s.counters(t) - before
			if got.err != nil {
				t.Fatal(got.err)
			}
			d := got.reading.Design
			if d.Method != k.method || d.Units < 150 || int(d.Units) != len(got.values["v"]) {
				t.Errorf("%d values, design %+v", len(got.values["v"]), d)
			}
			if k.checked && touched > 2000 {
				t.Errorf("the server touched %d rows for a sample of 200", touched)
			}
			again := take(t.Context(), src, table, assay.Plan{Seed: 4, Rows: 200})
			if diff := cmp.Diff(got.values, again.values); diff != "" {
				t.Error("the same seed gave another sample")
			}
		})
	}
}

// counters returns how many rows the server has read since it was started.
func (s server) counters(t testing.TB) int {
	t.Helper()
	var n int
	if err := s.db.QueryRow("SELECT CAST(SUM(VARIABLE_VALUE) AS SIGNED) FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME LIKE 'HANDLER_READ%'").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestCost shows by the server's counters that a table of 1,000,000 rows costs
// what one of 10,000 does, with many starts and with one.
func TestCost(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a table of 1,000,000 rows")
	}
	s := newServer(t)
	src := s.open(t)
	for _, starts := range []int{0, 1} {
		cost := map[int]int{}
		for _, n := range []int{10_000, 1_000_000} {
			table := fmt.Sprint("t", n)
			s.exec(t, "CREATE TABLE IF NOT EXISTS "+table+" (id INT AUTO_INCREMENT PRIMARY KEY, mail VARCHAR(50))",
				fmt.Sprintf("INSERT IGNORE INTO %s SELECT seq, CONCAT('u', seq) FROM seq_1_to_%d", table, n))
			take(t.Context(), src, table, assay.Plan{Seed: 1, Starts: starts})
			before := s.counters(t)
			got := take(t.Context(), src, table, assay.Plan{Seed: 2, Starts: starts})
			cost[n] = s.counters(t) - before
			if got.err != nil || got.reading.Design.Units < 900 {
				t.Fatalf("%+v, %v", got.reading.Design, got.err)
			}
			if want := fmt.Sprintf("the range of primary key id, 1 to %d", n); got.reading.Design.Population != want {
				t.Errorf("population %q, want %q", got.reading.Design.Population, want)
			}
		}
		t.Logf("starts %d: rows touched by table size: %v", starts, cost)
		// 1,000 for the sample, 1,001 to see that the table is larger, and the look-ups.
		if cost[1_000_000] > cost[10_000]+100 || cost[1_000_000] > 3500 {
			t.Errorf("starts %d: rows touched by table size: %v", starts, cost)
		}
	}
}
