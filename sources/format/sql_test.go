package format_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
	"example.com/assay/sources/format"
)

const mysqlDump = "-- MySQL dump 10.19\n" +
	"DROP TABLE IF EXISTS `users`;\nCREATE TABLE `users` (\n  `id` int(11) NOT NULL,\n  `e mail` varchar(50) DEFAULT ',',\n  `note` text,\n  `photo` blob,\n  PRIMARY KEY (`id`),\n  KEY `m` (`e mail`)\n) ENGINE=InnoDB;\n" +
	"LOCK TABLES `users` WRITE;\n" +
	"INSERT INTO `users` VALUES (1,'a@example.org','it\\'s; (one)\\n',_binary '\xff\xd8\\0'),(2,'b@example.org',NULL,0xFFD800),\n(3,'','{\"k\":\"v\"}',0x74657874);\n" +
	"INSERT INTO `users` (`note`, `id`) VALUES ('last', -4.5e1);\n" +
	"UNLOCK TABLES;\n-- Dump completed\n"

const postgresDump = "--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.users (\n    id integer NOT NULL,\n    mail text,\n    CONSTRAINT c CHECK ((id > 0))\n);\n\n" +
	"COPY public.users (id, mail, \"no te\") FROM stdin;\n1\ta@example.org\ttab\\there\n2\t\\N\t\n3\tb\\\\c\t\\\\x74657874\n\\.\n\n" +
	"INSERT INTO public.logs VALUES (1, 'O''Neil \\ x', E'a\\tb', '2020-01-01'::date, now(), '{1,2}'::int[], ARRAY['a','b'], true, X'74');\n" +
	"CREATE TABLE one (id int, price numeric(10,2), mail text);\nINSERT INTO one VALUES (1, 2.50, 'c@example.org');\n"

func TestSQL(t *testing.T) {
	tests := []struct {
		name, content string
		values        map[string][]string
		statuses      map[string]string
		method        assay.DesignMethod
		plan          assay.Plan
	}{
		{"mysql", mysqlDump, map[string][]string{
			"users.id": {"1", "2", "3", "-4.5e1"}, "users.e mail": {"a@example.org", "b@example.org"}, "users.note": {"it's; (one)\n", "last"},
			"users.note.$.k": {"v"}, "users.photo": {"text"},
		}, map[string]string{"users.photo": "partial binary"}, assay.DesignCensus, assay.Plan{}},
		{"postgres", postgresDump, map[string][]string{
			"public.users.id": {"1", "2", "3"}, "public.users.mail": {"a@example.org", `b\c`}, "public.users.no te": {"tab\there", "text"},
			"public.logs.column_1": {"1"}, "public.logs.column_2": {`O'Neil \ x`}, "public.logs.column_3": {"a\tb"}, "public.logs.column_4": {"2020-01-01"},
			"public.logs.column_5": {"now()"}, "public.logs.column_6": {"{1,2}"}, "public.logs.column_7": {"ARRAY[a,b]"}, "public.logs.column_8": {"true"}, "public.logs.column_9": {"t"},
			"one.id": {"1"}, "one.price": {"2.50"}, "one.mail": {"c@example.org"},
		}, nil, assay.DesignCensus, assay.Plan{}},
		{"cut in a row", mysqlDump[:strings.Index(mysqlDump, "b@exam")], map[string][]string{"users.id": {"1", "2"}, "users.e mail": {"a@example.org"}, "users.note": {"it's; (one)\n"}},
			map[string]string{"*": "partial unreadable"}, "", assay.Plan{}},
		{"cut in COPY", postgresDump[:strings.Index(postgresDump, "\\.")], map[string][]string{"public.users.id": {"1", "2", "3"}, "public.users.mail": {"a@example.org", `b\c`}, "public.users.no te": {"tab\there", "text"}},
			map[string]string{"*": "partial unreadable"}, "", assay.Plan{}},
		{"rows of each table", mysqlDump + "INSERT INTO other VALUES (9);\n", map[string][]string{"users.id": {"1"}, "users.e mail": {"a@example.org"}, "users.note": {"it's; (one)\n"}, "other.column_1": {"9"}},
			map[string]string{"users.id": "partial budget_spent", "users.e mail": "partial budget_spent", "users.note": "partial budget_spent", "users.photo": "not_examined binary"}, assay.DesignPrefix, assay.Plan{Rows: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			values := map[string][]string{}
			in := format.Input{At: strings.NewReader(tt.content), Size: int64(len(tt.content)), Name: "dump.sql"}
			r, err := format.Sample(t.Context(), in, tt.plan, func(d assay.Datum) error {
				if d.Field.Path != assay.WholeText {
					values[d.Field.Path] = append(values[d.Field.Path], string(d.Value))
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.values, values); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
			for _, f := range r.Fields {
				want := tt.statuses[f.Field.Path]
				if want == "" {
					want = tt.statuses["*"]
				}
				if want == "" {
					want = "scanned"
				}
				if got := strings.TrimSuffix(string(f.Status)+" "+string(f.Reason), " "); got != want && !strings.HasPrefix(want, "partial unreadable") || want != "scanned" && f.Status == assay.StatusScanned {
					t.Errorf("%s is %s, want %s", f.Field.Path, got, want)
				}
			}
			if tt.method != "" && r.Design.Method != tt.method {
				t.Errorf("design %+v", r.Design)
			}
		})
	}
}

// TestLargeSQL holds that of a dump that is too large the tables that were not
// come to are not passed over in silence, and that a large table does not keep
// others from being read.
func TestLargeSQL(t *testing.T) {
	var b strings.Builder
	for table := range 3 {
		fmt.Fprintf(&b, "INSERT INTO t%d (id, mail) VALUES (0,'x')", table)
		for i := range 20_000 {
			fmt.Fprintf(&b, ",(%d,'u%d@example.org')", i, i)
		}
		b.WriteString(";\n")
	}
	content := b.String()
	sample := func(plan assay.Plan) (map[string]int, assay.Reading) {
		counts := map[string]int{}
		r, err := format.Sample(t.Context(), format.Input{At: strings.NewReader(content), Size: int64(len(content))}, plan, func(d assay.Datum) error {
			counts[d.Field.Path]++
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return counts, r
	}
	counts, r := sample(assay.Plan{Rows: 100})
	if counts["t0.mail"] != 100 || counts["t2.mail"] != 100 || r.Design.Method != assay.DesignPrefix || r.Design.Units > 310 {
		t.Errorf("%v, %+v", counts, r.Design)
	}
	_, r = sample(assay.Plan{Bytes: 100 << 10})
	rest := assay.FieldReading{}
	for _, f := range r.Fields {
		if f.Status == assay.StatusScanned {
			t.Errorf("%s is %s", f.Field.Path, f.Status)
		}
		if f.Field.Path == "*" {
			rest = f
		}
	}
	if rest.Status != assay.StatusNotExamined || r.Design.Method == assay.DesignCensus {
		t.Errorf("%+v, %+v", rest, r.Design)
	}
}

func FuzzSQL(f *testing.F) {
	for _, seed := range []string{mysqlDump, postgresDump, "INSERT INTO t VALUES (((1),('')", "COPY a FROM stdin;\n\\"} {
		f.Add(seed, uint8(0))
		f.Add(seed, uint8(1))
	}
	f.Fuzz(func(t *testing.T, text string, rows uint8) {
		text = "-- MySQL dump\n" + text
		counts := map[string]int{}
		r, err := format.Sample(t.Context(), format.Input{At: strings.NewReader(text), Size: int64(len(text))}, assay.Plan{Rows: int(rows)}, func(d assay.Datum) error {
			counts[d.Field.Path]++
			return nil
		})
		if err == nil && len(r.Fields) == 0 {
			t.Error("no fields and no error")
		}
		for _, f := range r.Fields {
			if counts[f.Field.Path] != f.Sampled {
				t.Errorf("field %q: %d values, %d counted", f.Field.Path, counts[f.Field.Path], f.Sampled)
			}
		}
	})
}
