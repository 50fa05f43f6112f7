package format

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding/charmap"

	"example.com/assay"
)

// got is what a sample gave, for comparison: "path=value" in order.
type got struct {
	values  []string
	data    []assay.Datum // with copied values
	reading assay.Reading
	err     error
}

func (g got) field(t *testing.T, path string) assay.FieldReading {
	t.Helper()
	for _, f := range g.reading.Fields {
		if f.Field.Path == path {
			return f
		}
	}
	t.Fatalf("no field %s in the reading", path)
	return assay.FieldReading{}
}

func read(ctx context.Context, in Input, plan assay.Plan) got {
	var g got
	g.reading, g.err = Sample(ctx, in, plan, func(d assay.Datum) error {
		g.values = append(g.values, d.Field.Path+"="+string(d.Value))
		d.Value = bytes.Clone(d.Value)
		g.data = append(g.data, d)
		return nil
	})
	return g
}

func content(name string, text []byte) Input {
	return Input{At: bytes.NewReader(text), Size: int64(len(text)), Name: name}
}

func readText(t *testing.T, name, text string) got {
	t.Helper()
	return read(t.Context(), content(name, []byte(text)), assay.Plan{Seed: 1})
}

func gzipWriter(b *bytes.Buffer) *gzip.Writer { return gzip.NewWriter(b) }

func zipped(text []byte) []byte {
	var b bytes.Buffer
	z := gzipWriter(&b)
	z.Write(text)
	z.Close()
	return b.Bytes()
}

// TestFormats shows what each format yields. None of the files has a name that
// helps, except where one is given.
func TestFormats(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		want             []string
	}{
		{"csv", "", "id,email\n1,a@example.com\n2,b@example.com\n", []string{"id=1", "email=a@example.com", "id=2", "email=b@example.com"}},
		{"csv crlf", "", "id,note\r\n1,\"x, y\"\r\n2,\"say \"\"hi\"\"\"\r\n", []string{"id=1", "note=x, y", "id=2", `note=say "hi"`}},
		{"csv line end in quotes", "", "id,note\n1,\"x\ny\"\n2,z\n", []string{"id=1", "note=x\ny", "id=2", "note=z"}},
		{"tsv", "", "id\tcity\n1\tBern\n2\tRom\n", []string{"id=1", "city=Bern", "id=2", "city=Rom"}},
		{"semicolon", "", "id;sum\n1;2,50\n2;3,50\n", []string{"id=1", "sum=2,50", "id=2", "sum=3,50"}},
		{"csv without header", "", "1,a@example.com,x\n2,b@example.com,y\n", []string{"column_1=1", "column_2=a@example.com", "column_3=x", "column_1=2", "column_2=b@example.com", "column_3=y"}},
		{"csv of words without header", "x.csv", "Alice,Paris\nBob,Rome\n", []string{"column_1=Alice", "column_2=Paris", "column_1=Bob", "column_2=Rome"}},
		{"csv of words with header", "x.csv", "first_name,city\nAlice,Paris\n", []string{"first_name=Alice", "city=Paris"}},
		{"csv of one column", "x.csv", "email\na@example.com\nb@example.com\n", []string{"email=a@example.com", "email=b@example.com"}},
		{"csv null and empty", "", "id,note\n1,\\N\n2,\n3,x\n", []string{"id=1", "id=2", "id=3", "note=x"}},
		{"csv ragged", "x.csv", strings.Repeat("1,2\n", 30) + "1,2,3\n4\n", append(flat(30, "column_1=1", "column_2=2"), "column_1=1", "column_2=2", "column_3=3", "column_1=4")},
		{"csv same header twice", "", "id,id\n1,2\n3,4\n", []string{"id=1", "id_2=2", "id=3", "id_2=4"}},
		{"json in csv", "", "id\tpayload\n1\t{\"a\":{\"b\":[1,\"x\"]}}\n2\t[]\n", []string{"id=1", "payload.$.a.b[*]=1", "payload.$.a.b[*]=x", "id=2"}},
		{"json", "", `{"user":{"email":"a@example.com","tags":["x","y"],"age":7,"ok":true,"no":null}}`,
			[]string{"$.user.email=a@example.com", "$.user.tags[*]=x", "$.user.tags[*]=y", "$.user.age=7", "$.user.ok=true"}},
		{"json array", "", `[{"a":1},{"a":2}]`, []string{"$[*].a=1", "$[*].a=2"}},
		{"json escapes", "", `{"a":"x\n\u00e9\ud83d\ude00\/"}`, []string{"$.a=x\né😀/"}},
		{"json twice the same member", "", `{"a":1,"a":2}`, []string{"$.a=1", "$.a=2"}},
		{"json odd names", "", `{"a.b":1,"c d":2}`, []string{"$['a.b']=1", "$['c d']=2"}},
		{"json names that are data", "", `{"users":{"a@example.com":1,"17483926":2}}`,
			[]string{"$.users.*~=a@example.com", "$.users.*=1", "$.users.*~=17483926", "$.users.*=2"}},
		{"json in json", "", `{"p":"{\"q\":\"{\\\"r\\\":1}\"}"}`, []string{`$.p.$.q={"r":1}`}},
		{"json lines", "", "{\"a\":1}\n{\"a\":\"x\"}\n\n[3]\n", []string{"$.a=1", "$.a=x", "$[*]=3"}},
		{"text", "", "Dear Bob,\n\nhello.\n", []string{"$=Dear Bob,\n\nhello.\n"}},
		{"code", "", "int main() {\n\treturn 0;\n}\n", []string{"$=int main() {\n\treturn 0;\n}\n"}},
		{"ini", "", "[section]\nkey = value\n", []string{"$=[section]\nkey = value\n"}},
		{"log", "", "2024-01-02 10:00:00,123 INFO a\n2024-01-02 10:00:01,456 ERROR b\n  at c\n2024-01-02T10:00:02Z d\n",
			[]string{"$=2024-01-02 10:00:00,123 INFO a", "$=2024-01-02 10:00:01,456 ERROR b\n  at c", "$=2024-01-02T10:00:02Z d"}},
		{"access log", "", strings.Repeat("192.0.2.1 - bob [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 1\n", 2),
			flat(2, "$=192.0.2.1 - bob [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 1")},
		{"syslog", "", "Jan  2 10:00:00 h a[1]: x\nJan  2 10:00:01 h a[1]: y\n", []string{"$=Jan  2 10:00:00 h a[1]: x", "$=Jan  2 10:00:01 h a[1]: y"}},
		{"gzip", "x.csv.gz", string(zipped([]byte("id,n\n1,x\n2,y\n"))), []string{"id=1", "n=x", "id=2", "n=y"}},
		{"utf-8 mark", "", "\xEF\xBB\xBFid,n\n1,x\n2,y\n", []string{"id=1", "n=x", "id=2", "n=y"}},
		{"utf-16 mark", "", "\xFF\xFE" + wideText("id,n\n1,é\n2,y\n", 0), []string{"id=1", "n=é", "id=2", "n=y"}},
		{"utf-16 little end, no mark", "", wideText("Grüße aus Wien", 0), []string{"$=Grüße aus Wien"}},
		{"utf-16 big end, no mark", "", wideText("Grüße aus Wien", 1), []string{"$=Grüße aus Wien"}},
		{"latin-1", "", latin1("name;city\nJosé;München\nÅsa;Malmö\n"), []string{"name=José", "city=München", "name=Åsa", "city=Malmö"}},
		{"one bad byte in utf-8", "", "Zürich \xE9 Genève", []string{"$=Zürich é Genève"}},
		{"zero bytes in text", "", "a password:\x00 hunter and more text", []string{"$=a password:\x00 hunter and more text"}},
		{"empty", "", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := readText(t, c.file, c.text)
			if g.err != nil {
				t.Fatal(g.err)
			}
			if diff := cmp.Diff(c.want, g.values); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if g.reading.Design.Method != assay.DesignCensus {
				t.Errorf("design is %+v", g.reading.Design)
			}
			for _, f := range g.reading.Fields {
				if f.Status != assay.StatusScanned {
					t.Errorf("field %s is %s (%s)", f.Field.Path, f.Status, f.Detail)
				}
			}
			if len(g.reading.Fields) == 0 {
				t.Error("the reading has no field")
			}
		})
	}
}

func flat(n int, values ...string) []string {
	var out []string
	for range n {
		out = append(out, values...)
	}
	return out
}

// wideText encodes text in UTF-16, little end first (bigEnd 0) or big end first
// (bigEnd 1), without a mark.
func wideText(text string, bigEnd int) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		pair := []byte{byte(u), byte(u >> 8)}
		b = append(b, pair[bigEnd], pair[1-bigEnd])
	}
	return string(b)
}

func latin1(text string) string {
	out, _ := charmap.ISO8859_1.NewEncoder().String(text)
	return out
}

func TestNotExamined(t *testing.T) {
	random := make([]byte, 4096)
	for i := range random {
		random[i] = byte(i * 7919 >> 3)
	}
	for _, c := range []struct {
		name, file string
		content    []byte
		want       assay.Reason
		says       string
	}{
		{"sqlite", "shop.db", append([]byte("SQLite format 3\x00"), random...), assay.ReasonBinary, "sqlite:shop.db"},
		{"png", "", append([]byte("\x89PNG\r\n\x1a\n"), random...), assay.ReasonBinary, "image/png"},
		{"random", "", random, assay.ReasonBinary, "octet-stream"},
		{"pdf", "", []byte("%PDF-1.7\n"), assay.ReasonBinary, "PDF"},
		{"zip", "", []byte("PK\x03\x04\x14\x00\x00\x00\x08\x00"), assay.ReasonBinary, "zip"},
		{"encrypted zip", "", []byte("PK\x03\x04\x14\x00\x01\x00\x08\x00"), assay.ReasonEncrypted, "zip"},
		{"pgp", "", []byte("-----BEGIN PGP " + "MESSAGE-----\n"), assay.ReasonEncrypted, "OpenPGP"},
		{"gzip of a picture", "", zipped(append([]byte("\x89PNG\r\n\x1a\n"), random...)), assay.ReasonBinary, "image/png"},
		{"gzip in gzip", "", zipped(zipped([]byte("x"))), assay.ReasonUnsupported, "gzip inside gzip"},
		{"gzip head only", "", []byte(gzipMagic), assay.ReasonUnreadable, "gzip"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := read(t.Context(), content(c.file, c.content), assay.Plan{})
			if g.err == nil || assay.Explain(g.err) != c.want || !strings.Contains(g.err.Error(), c.says) {
				t.Errorf("error %v (%s), want %s that says %q", g.err, assay.Explain(g.err), c.want, c.says)
			}
			if len(g.values) != 0 {
				t.Errorf("%d values were yielded", len(g.values))
			}
		})
	}
}

// TestPieces puts a value on every piece edge: it must be whole, outside the
// context, in exactly one piece.
func TestPieces(t *testing.T) {
	const needle = "<<needle 0123456789>>"
	for _, c := range []struct{ name, before, after, fill string }{
		{"text of one line", "", "", "lorem ipsum "},
		{"text of many lines", "", "", "lorem ipsum dolor\n"},
		{"characters of three bytes", "", "", "語彙"},
		{"csv", "id,note\n1,short\n2,\"", "\"\n3,short\n", "lorem ipsum\n"},
		{"json", `{"note":"`, `"}`, "lorem ipsum "},
	} {
		t.Run(c.name, func(t *testing.T) {
			for shift := -40; shift <= 40; shift += 4 {
				at := pieceSize - overlap + shift
				text := c.before + strings.Repeat(c.fill, at/len(c.fill)) + needle + strings.Repeat(c.fill, 3*pieceSize/len(c.fill)) + c.after
				hits := 0
				for _, d := range readText(t, "", text).data {
					if len(d.Value) > pieceSize {
						t.Errorf("a piece of %d bytes", len(d.Value))
					}
					if i := bytes.Index(d.Value, []byte(needle)); i >= d.Lead && i < len(d.Value)-d.Trail {
						hits++
						if want := strings.Index(text, needle); int(d.Place.Offset)+i != want && c.name != "csv" {
							t.Errorf("offset %d, want %d", int(d.Place.Offset)+i, want)
						}
					}
				}
				if hits != 1 {
					t.Errorf("shift %d: the needle counts %d times", shift, hits)
				}
			}
		})
	}
}

func TestPlace(t *testing.T) {
	g := readText(t, "", "id,note\n1,x\n2,\"y\nz\"\n3,w\n")
	want := []string{"1 2:8", "x 2:10", "2 3:12", "y\nz 3:14", "3 5:20", "w 5:22"}
	var places []string
	for _, d := range g.data {
		places = append(places, fmt.Sprintf("%s %d:%d", []byte(d.Value), d.Place.Line, d.Place.Offset))
	}
	if diff := cmp.Diff(want, places); diff != "" {
		t.Errorf("value line:offset (-want +got):\n%s", diff)
	}
}
