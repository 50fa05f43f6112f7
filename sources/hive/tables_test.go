package hive_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
)

func TestPartitions(t *testing.T) {
	if testing.Short() {
		t.Skip("runs jobs")
	}
	d := newDatabase(t)
	s := open(t, d.uri(d.name))
	tests := []struct {
		name, keys string
		partitions []string // specifications, each with a row that says its number; empty where it begins with -
		want       string   // the only value; empty for none
		population string
		reason     assay.Reason
	}{
		{"strings", "ds STRING", []string{"ds='2026-03-02'", "ds='2026-03-10'", "ds='2026-03-09'"}, "row 1", "all rows of partition ds=2026-03-10; 2 others were not read", ""},
		{"numbers", "n INT", []string{"n=9", "n=10", "n=8"}, "row 1", "all rows of partition n=10; 2 others were not read", ""},
		{"levels", "ds STRING, hr INT", []string{"ds='2026-03-01',hr=23", "ds='2026-03-02',hr=3", "ds='2026-03-02',hr=12"}, "row 2",
			"all rows of partition ds=2026-03-02/hr=12; 2 others were not read", ""},
		{"dates", "d DATE", []string{"d='2026-02-28'", "d='2026-03-01'"}, "row 1", "all rows of partition d=2026-03-01; 1 others were not read", ""},
		{"escaped", "k STRING", []string{"k='a'", `k='b/c=d%e "é\'\\x'`}, "row 1", "all rows of partition k=…; 1 others were not read", ""},
		{"emptylatest", "n INT", []string{"n=1", "n=2", "-n=3", "-n=4"}, "row 1", "all rows of partition n=2; 3 others were not read", ""},
		{"allempty", "n INT", []string{"-n=1", "-n=2"}, "", "all rows", ""},
		{"onlyone", "n INT", []string{"n=1"}, "row 0", "all rows", ""},
		{"nopartition", "n INT", nil, "", "all rows", ""},
		{"toomany", "n INT", []string{"n=0", "-n=1", "-n=2", "-n=3", "-n=4", "-n=5", "-n=6", "-n=7", "-n=8", "-n=9", "-n=10"}, "", "", assay.ReasonNoSample},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d.do(t, "CREATE EXTERNAL TABLE DB."+tt.name+" (v STRING) PARTITIONED BY ("+tt.keys+")"+tabbed+d.folder(t, tt.name)+"'")
			d.grant(t, tt.name)
			for i, spec := range tt.partitions {
				dir := d.folder(t, tt.name, fmt.Sprint("p", i))
				spec, empty := strings.CutPrefix(spec, "-")
				if !empty {
					write(t, dir, "rows", fmt.Sprintf("row %d\n", i))
				}
				d.do(t, "ALTER TABLE DB."+tt.name+" ADD PARTITION ("+spec+") LOCATION 'file:"+dir+"'")
			}
			values, r, err := sample(t, s, d.id(tt.name), assay.Plan{})
			if assay.Explain(err) != tt.reason && (err != nil || tt.reason != "") {
				t.Fatalf("%v, want reason %q", err, tt.reason)
			}
			if got := strings.Join(values["v"], ","); got != tt.want || r.Design.Population != tt.population {
				t.Errorf("values %q, population %q; want %q, %q", got, r.Design.Population, tt.want, tt.population)
			}
			if _, ok := r.Design.Bound(); ok != (tt.population == "all rows") {
				t.Errorf("the design %+v proves something: %v", r.Design, ok)
			}
			for _, f := range r.Fields {
				if (f.Status == assay.StatusScanned) != (tt.reason == "") {
					t.Errorf("%s is %s", f.Field.Path, f.Status)
				}
			}
		})
	}
	t.Run("without a value", func(t *testing.T) {
		for _, kind := range []string{"STRING", "INT"} {
			name := "novalue" + strings.ToLower(kind)
			d.do(t, "CREATE TABLE DB."+name+" (v STRING) PARTITIONED BY (k "+kind+") STORED AS TEXTFILE")
			d.grant(t, name)
			d.do(t, "INSERT INTO TABLE DB."+name+" PARTITION (k) SELECT 'none', CAST(NULL AS "+kind+")")
			values, _, err := sample(t, s, d.id(name), assay.Plan{})
			if err != nil || !slices.Equal(values["v"], []string{"none"}) {
				t.Errorf("%s: %v, %v", kind, values, err)
			}
			d.do(t, "INSERT INTO TABLE DB."+name+" PARTITION (k) SELECT 'some', CAST(1 AS "+kind+")")
			values, _, err = sample(t, s, d.id(name), assay.Plan{})
			if err != nil || !slices.Equal(values["v"], []string{"some"}) {
				t.Errorf("%s: %v, %v", kind, values, err)
			}
		}
	})
	t.Run("the others are not read", func(t *testing.T) {
		d.do(t, "CREATE TABLE DB.broken (v STRING) PARTITIONED BY (n INT) STORED AS ORC")
		d.grant(t, "broken")
		d.do(t, "INSERT INTO TABLE DB.broken PARTITION (n=2) SELECT 'good'")
		dir := d.folder(t, "broken")
		write(t, dir, "rows", "this is no ORC")
		for _, n := range []string{"1", "3"} {
			d.do(t, "ALTER TABLE DB.broken ADD PARTITION (n="+n+") LOCATION 'file:"+dir+"'")
			values, _, err := sample(t, s, d.id("broken"), assay.Plan{})
			if n == "1" && (err != nil || !slices.Equal(values["v"], []string{"good"})) {
				t.Errorf("%v, %v", values, err)
			}
			if n == "3" && err == nil { // the proof that the file would have been noticed
				t.Errorf("a broken partition gave %v", values)
			}
		}
	})
}

func TestFormats(t *testing.T) {
	if testing.Short() {
		t.Skip("runs jobs")
	}
	d := newDatabase(t)
	s := open(t, d.uri(d.name))
	want := map[string][]string{
		"i": {"-7"}, "l": {"9007199254740993"}, "f": {"1.5"}, "n": {"12345678901.50"}, "b": {"true"}, "s": {"Größe\tund \"mehr\""}, "c": {"abc"},
		"d": {"2026-03-01"}, "ts": {"2026-03-01 12:34:56.789"},
		"a.$[*]": {"x", "y"}, "m.$.home": {"+49 30 1234"}, "st.$.email": {"a@example.com"}, "st.$.tags[*].k": {"v"}, "j.$.user.email": {"b@example.com"},
	}
	columns := `i INT COMMENT 'a number', l BIGINT, f DOUBLE, n DECIMAL(20,2), b BOOLEAN, s STRING, c VARCHAR(10), d DATE, ts TIMESTAMP, bin BINARY, e STRING,
		a ARRAY<STRING>, m MAP<STRING,STRING>, st STRUCT<email:STRING,tags:ARRAY<STRUCT<k:STRING>>>, j STRING`
	row := `-7, 9007199254740993, 1.5, 12345678901.5, true, 'Größe\tund "mehr"', 'abc', DATE '2026-03-01', TIMESTAMP '2026-03-01 12:34:56.789',
		UNHEX('89504e470d0a1a0a00ff'), CAST(NULL AS STRING), ARRAY('x', 'y'), MAP('home', '+49 30 1234'),
		NAMED_STRUCT('email', 'a@example.com', 'tags', ARRAY(NAMED_STRUCT('k', 'v'))), '{"user":{"email":"b@example.com"}}'`
	for _, format := range []string{"TEXTFILE", "PARQUET", "ORC"} {
		t.Run(format, func(t *testing.T) {
			name := strings.ToLower(format)
			d.do(t, "CREATE TABLE DB."+name+" ("+columns+") COMMENT 'all types' STORED AS "+format)
			d.grant(t, name)
			d.do(t, "INSERT INTO TABLE DB."+name+" SELECT "+row)
			values, r, err := sample(t, s, d.id(name), assay.Plan{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, values); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
			byPath := map[string]assay.FieldReading{}
			for _, f := range r.Fields {
				byPath[f.Field.Path] = f
			}
			if f := byPath["i"].Field; f.Type != "int" || f.Comment != "a number" {
				t.Errorf("field i is %+v", f)
			}
			if f := byPath["bin"]; f.Status != assay.StatusNotExamined || f.Reason != assay.ReasonBinary || !strings.Contains(f.Detail, "PNG") {
				t.Errorf("field bin is %+v", f)
			}
			if f := byPath["e"]; f.Status != assay.StatusScanned || f.Empty != 1 {
				t.Errorf("field e is %+v", f)
			}
			if r.Design.Method != assay.DesignCensus || r.NotReproducible {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestTables(t *testing.T) {
	d := newDatabase(t)
	d.do(t, "CREATE TABLE DB.`select` (`from` STRING, `Größe` STRING) COMMENT 'odd names'")
	d.do(t, "INSERT INTO TABLE DB.`select` VALUES ('a', 'b'), ('c', 'd')")
	d.do(t, "CREATE VIEW DB.v AS SELECT `from` AS renamed FROM DB.`select`")
	d.grant(t, "`select`")
	d.grant(t, "v")
	d.do(t, "CREATE TABLE DB.secret (x STRING)")
	s := open(t, d.uri(""))
	listed := map[assay.AssetID]assay.Asset{}
	for a, err := range s.Assets(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		listed[a.ID] = a
	}
	if a := listed[d.id("select")]; a.Kind != assay.KindTable || a.Attributes["comment"] != "odd names" || a.Owner != d.Admin || a.Modified.IsZero() {
		t.Errorf("table: %+v", a)
	}
	if a := listed[d.id("v")]; a.Kind != assay.KindView {
		t.Errorf("view: %+v", a)
	}
	values, r, err := sample(t, s, d.id("select"), assay.Plan{Rows: 1})
	if err != nil || len(values["from"]) != 1 || r.Design.Method != assay.DesignPrefix || !r.NotReproducible {
		t.Errorf("%v, %+v, %v", values, r, err)
	}
	values, r, err = sample(t, s, d.id("v"), assay.Plan{})
	if err != nil || !slices.Equal(values["renamed"], []string{"a", "c"}) || r.Design.Method != assay.DesignCensus {
		t.Errorf("%v, %+v, %v", values, r, err)
	}
	if _, _, err := sample(t, s, d.id("secret"), assay.Plan{}); assay.Explain(err) != assay.ReasonDenied {
		t.Errorf("without a grant: %v", err)
	}
	one := open(t, d.uri(d.name+"/V"))
	if _, _, err := sample(t, one, d.id("select"), assay.Plan{}); assay.Explain(err) != assay.ReasonDenied {
		t.Errorf("beside the target: %v", err)
	}
	for _, path := range []string{d.name + "/nosuch", "nosuchdatabase"} {
		last := error(nil)
		for _, err := range open(t, d.uri(path)).Assets(t.Context()) {
			last = err
		}
		if assay.Explain(last) != assay.ReasonVanished {
			t.Errorf("%s: %v", path, last)
		}
	}
	for _, id := range []assay.AssetID{d.id("nosuch"), d.id("a/b"), "hive://other:10000/a/b", assay.AssetID("hive://" + d.Address + "/nosuchdatabase/a")} {
		if _, _, err := sample(t, s, id, assay.Plan{}); assay.Explain(err) != assay.ReasonVanished {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// TestCancelView cancels a statement that takes the server long.
func TestCancelView(t *testing.T) {
	d := newDatabase(t)
	dir := d.folder(t, "many")
	write(t, dir, "rows", strings.Repeat("same\n", 20_000))
	d.do(t, "CREATE EXTERNAL TABLE DB.many (k STRING)"+tabbed+dir+"'")
	d.do(t, "CREATE VIEW DB.slow AS SELECT COUNT(*) AS n FROM DB.many a JOIN DB.many b ON a.k = b.k")
	d.grant(t, "slow")
	s := open(t, d.uri(d.name))
	stop := func(name string, want assay.Reason, plan assay.Plan, ctx context.Context, after time.Duration) {
		begun := time.Now()
		r, err := s.Sample(ctx, assay.Asset{ID: d.id("slow"), Kind: assay.KindView}, plan, func(assay.Datum) error { return nil })
		if assay.Explain(err) != want {
			t.Errorf("%s: %v, want reason %s", name, err, want)
		}
		if took := time.Since(begun); took > after+time.Second {
			t.Errorf("%s after %v took %v", name, after, took)
		}
		for _, f := range r.Fields {
			if f.Status != assay.StatusNotExamined {
				t.Errorf("%s: %s is %s", name, f.Field.Path, f.Status)
			}
		}
	}
	const after = 3 * time.Second
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(after, cancel)
	stop("cancelled", assay.ReasonCancelled, assay.Plan{}, ctx, after)
	stop("timed out", assay.ReasonTimeout, assay.Plan{Timeout: after}, t.Context(), after)
}
