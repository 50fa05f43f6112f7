package container_test

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/xuri/excelize/v2"

	"example.com/assay"
	"example.com/assay/sources/container"
	"example.com/assay/sources/format"
)

func TestFormats(t *testing.T) {
	people := "id,email\n1,a@example.org\n2,b@example.org\n"
	inner := string(zipOf(t, file{name: "people.csv", content: people}))
	var z bytes.Buffer
	w, _ := zstd.NewWriter(&z)
	w.Write(tarOf(t, file{name: "people.csv", content: people}))
	w.Close()
	mails := []string{"a@example.org", "b@example.org"}
	tests := []struct {
		name, file string
		content    []byte
		values     map[string][]string
		statuses   map[string]string // of those that are not scanned
		census     bool
	}{
		{"xlsx", "a.xlsx", xlsxOf(t, map[string][][]any{"people": {{"id", "email"}, {1, "a@example.org"}, {2, "b@example.org"}, {4111111111111111, nil}}}),
			map[string][]string{"people:id": {"1", "2", "4111111111111111"}, "people:email": mails}, nil, true},
		{"docx", "a.docx", docxOf(t, "Dear Ada,", "a@example.org"),
			map[string][]string{"document:$": {"Dear Ada,\na@example.org\n"}, "comments:$": {"call 0170\n"}, "core:$": {"Ada Example\nBob\n"}}, nil, true},
		{"pptx", "a.pptx", zipOf(t, file{name: "ppt/presentation.xml", content: "<p/>"}, file{name: "ppt/slides/slide1.xml", content: "<p:sld><a:p><a:r><a:t>a@</a:t></a:r><a:r><a:t>example.org</a:t></a:r></a:p></p:sld>"}),
			map[string][]string{"slide1:$": {"a@example.org\n"}}, nil, true},
		{"odt", "a.odt", zipOf(t, file{name: "mimetype", content: "application/vnd.oasis.opendocument.text", stored: true}, file{name: "META-INF/manifest.xml", content: "<m/>"},
			file{name: "content.xml", content: "<office:body><text:p>Dear <text:span>Ada</text:span></text:p><text:p>bye</text:p></office:body>"}),
			map[string][]string{"content:$": {"Dear Ada\nbye\n"}}, nil, true},
		{"tar", "a.tar", tarOf(t, file{name: "people.csv", content: people}, file{name: "docs/note.txt", content: "a note"}, file{name: "image.bin", content: "\x00\x01\x02\x03\xff\xfe\x00\x00"}),
			map[string][]string{"people.csv:id": {"1", "2"}, "people.csv:email": mails, "docs/note.txt:$": {"a note"}}, map[string]string{"image.bin": "not_examined binary"}, false},
		{"tar.gz", "a.tgz", gzipOf(t, tarOf(t, file{name: "people.csv", content: people})), map[string][]string{"people.csv:id": {"1", "2"}, "people.csv:email": mails}, nil, true},
		{"tar.zst", "a.tar.zst", z.Bytes(), map[string][]string{"people.csv:id": {"1", "2"}, "people.csv:email": mails}, nil, true},
		{"zip in zip", "a.zip", zipOf(t, file{name: "inner.zip", content: inner}), map[string][]string{"inner.zip:people.csv:id": {"1", "2"}, "inner.zip:people.csv:email": mails}, nil, true},
		{"zip in tar", "a.tar", tarOf(t, file{name: "inner.zip", content: inner}), map[string][]string{"inner.zip:people.csv:id": {"1", "2"}, "inner.zip:people.csv:email": mails}, nil, true},
		{"gzip in tar", "a.tar", tarOf(t, file{name: "people.csv.gz", content: string(gzipOf(t, []byte(people)))}), map[string][]string{"people.csv.gz:id": {"1", "2"}, "people.csv.gz:email": mails}, nil, true},
		{"zip in gzip", "a.zip.gz", gzipOf(t, []byte(inner)), map[string][]string{"people.csv:id": {"1", "2"}, "people.csv:email": mails}, nil, true},
		{"workbook in zip", "a.zip", zipOf(t, file{name: "b.xlsx", content: string(xlsxOf(t, map[string][][]any{"s": {{"id", "email"}, {1, "a@example.org"}, {2, "b@example.org"}}}))}),
			map[string][]string{"b.xlsx:s:id": {"1", "2"}, "b.xlsx:s:email": mails}, nil, true},
		{"two of a name", "a.tar", tarOf(t, file{name: "a.txt", content: "one"}, file{name: "a.txt", content: "two"}), map[string][]string{"a.txt:$": {"one"}, "a.txt#2:$": {"two"}}, nil, true},
		{"pdf", "a.pdf", pdfOf(page{text: `(Dear \101da) Tj T* (a\001example\002org) Tj`}, page{text: `[(call) -300 (01) -20 (70)] TJ 0 -14 Td /F2 12 Tf <0010000300110013> Tj`, packed: true}),
			map[string][]string{"$": {"Dear Ada\na@example.org\ncall 0170\na bd\nAuthor: Ada Example\nV: DE00\n"}}, nil, true},
		{"pdf of pictures", "a.pdf", pdfOf(page{raw: "q /Im1 Do Q"}), map[string][]string{"$": {"Author: Ada Example\nV: DE00\n"}}, map[string]string{"$": "not_examined unsupported"}, false},
		{"pdf with a picture", "a.pdf", pdfOf(page{raw: "q /Im1 Do Q"}, page{text: "(hello) Tj"}), map[string][]string{"$": {"hello\nAuthor: Ada Example\nV: DE00\n"}}, map[string]string{"$": "partial unsupported"}, false},
		{"jpeg", "a.jpg", jpegOf(), map[string][]string{"exif:$": {"artist: Ada Example\ngps: 59.914000, -10.500000\n"}, "comment:$": {"scanned by Bob"}},
			map[string]string{"$": "not_examined binary"}, false},
	}
	for _, tt := range tests {
		for _, stream := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s stream %v", tt.name, stream), func(t *testing.T) {
				in := format.Input{At: bytes.NewReader(tt.content), Size: int64(len(tt.content)), Name: tt.file}
				if stream {
					in = format.Input{Reader: bytes.NewReader(tt.content), Size: -1, Name: tt.file}
				}
				values := map[string][]string{}
				r, err := container.Sample(t.Context(), in, assay.Plan{}, func(d assay.Datum) error {
					values[d.Field.Path] = append(values[d.Field.Path], string(d.Value))
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.values, values); diff != "" {
					t.Errorf("values (-want +got):\n%s", diff)
				}
				for path, status := range statuses(r) {
					want := tt.statuses[path]
					if want == "" {
						want = "scanned"
					}
					if status != want {
						t.Errorf("%s is %s, want %s", path, status, want)
					}
				}
				if census := r.Design.Method == assay.DesignCensus; census != tt.census {
					t.Errorf("design %+v", r.Design)
				}
			})
		}
	}
}

func TestAvro(t *testing.T) {
	for _, codec := range []string{"null", "deflate", "snappy", "zstandard"} {
		values, r, err := sample(t.Context(), avroOf(t, codec, 30), "a.avro", assay.Plan{})
		if err != nil {
			t.Fatal(codec, err)
		}
		if len(values["$.id"]) != 30 || values["$.email"][29] != "u29@example.org" || values["$.tags[*]"][0] != "x" || values["$.home.city"][0] != "Oslo" ||
			values["$.score"][0] != "4111111111111111" || values["$.born"][0] != "1970-01-01T00:00:00Z" || r.Design.Method != assay.DesignCensus {
			t.Errorf("%s: %v %+v", codec, values, r.Design)
		}
		if s := statuses(r)["$.photo"]; s != "not_examined binary" || len(values["$.photo"]) > 0 {
			t.Errorf("%s: photo is %s", codec, s)
		}
	}
	// Of a larger file random blocks are read.
	content := avroOf(t, "null", 20_000)
	ids := func(seed uint64) []string {
		values, r, err := sample(t.Context(), content, "", assay.Plan{Seed: seed, Rows: 100, Starts: 20})
		if n := len(values["$.id"]); err != nil || n < 50 || n > 100 || r.Design.Method != assay.DesignClusters || r.Design.Starts < 10 || int(r.Design.Units) != n {
			t.Errorf("%d records, %+v, %v", n, r.Design, err)
		}
		return values["$.id"]
	}
	if !slices.Equal(ids(1), ids(1)) || slices.Equal(ids(1), ids(2)) {
		t.Error("the seed does not decide which records are read")
	}
}

// failures are files of which nothing, or not all, can be read.
func TestFailures(t *testing.T) {
	locked := xlsxOf(t, map[string][][]any{"s": {{"secret"}}}, excelize.Options{Password: "x"})
	recursive := []byte("Obj\x01\x02\x16avro.schema\x88\x01" + `{"type":"record","name":"n","fields":[{"name":"n","type":["null","n"]}]}`[:68])
	deep := file{name: "a.txt", content: "text"}
	for range 6 {
		deep = file{name: "a.zip", content: string(zipOf(t, deep))}
	}
	tests := []struct {
		name    string
		content []byte
		reason  assay.Reason
		field   string // whose status it is; empty for the error
	}{
		{"encrypted workbook", locked, assay.ReasonEncrypted, ""},
		{"old office document", append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 1000)...), assay.ReasonUnsupported, ""},
		{"encrypted pdf", bytes.Replace(pdfOf(page{text: "(x) Tj"}), []byte("/Root"), []byte("/Encrypt 9 0 R /Root"), 1), assay.ReasonEncrypted, ""},
		{"pdf without pages", []byte("%PDF-1.7\nnothing"), assay.ReasonUnreadable, ""},
		{"avro cut in its header", avroOf(t, "null", 1)[:40], assay.ReasonUnreadable, ""},
		{"avro cut in a block", avroOf(t, "null", 30)[:1200], assay.ReasonUnreadable, ""},
		{"avro of itself", recursive, assay.ReasonUnreadable, ""},
		{"workbook that is none", zipOf(t, file{name: "xl/workbook.xml", content: "x"}), assay.ReasonUnreadable, ""},
		{"damaged text of a document", zipOf(t, file{name: "word/document.xml", content: "<w:p><w:t>x</w:t></w:p><!-- "}), assay.ReasonUnreadable, "document:$"},
		{"too deep", zipOf(t, deep), assay.ReasonUnsupported, "a.zip:a.zip:a.zip:a.zip"},
		{"tar that is cut off", tarOf(t, file{name: "a.txt", content: "text"}, file{name: "b.txt", content: strings.Repeat("x", 2000)})[:1600], assay.ReasonUnreadable, "b.txt:$"},
		{"zip in a zip that is too large", zipOf(t, file{name: "a.zip", content: "PK\x03\x04" + strings.Repeat("0", 40<<20)}), assay.ReasonUnsupported, "a.zip"},
	}
	for _, tt := range tests {
		_, r, err := sample(t.Context(), tt.content, "", assay.Plan{})
		if tt.field == "" {
			if assay.Explain(err) != tt.reason || err == nil {
				t.Errorf("%s: %v, want %s", tt.name, err, tt.reason)
			}
			continue
		}
		found := false
		for _, f := range r.Fields {
			if f.Field.Path == tt.field {
				found = true
				if f.Reason != tt.reason || f.Status == assay.StatusScanned {
					t.Errorf("%s: %+v", tt.name, f)
				}
			}
		}
		if !found || r.Design.Method == assay.DesignCensus {
			t.Errorf("%s: %+v, %v", tt.name, r, err)
		}
	}
}

// TestMemory holds that files that are made to fill memory do not.
func TestMemory(t *testing.T) {
	zeros := strings.Repeat("\x00", 300<<20)
	huge := "PK\x03\x04" + zeros
	sheet := `<worksheet><sheetData>` + strings.Repeat(`<row><c t="inlineStr"><is><t>a</t></is></c></row>`, 4_000_000) + `</sheetData></worksheet>`
	book := zipOf(t, file{name: "[Content_Types].xml", content: "<Types/>"}, file{name: "xl/workbook.xml", content: "<workbook/>"}, file{name: "xl/worksheets/sheet1.xml", content: sheet})
	files := map[string][]byte{
		"a zip of a zip":       zipOf(t, file{name: "a.zip", content: huge}, file{name: "b.zip", content: huge}),
		"a document of spaces": zipOf(t, file{name: "word/document.xml", content: "<w:t>" + strings.Repeat(" ", 300<<20)}),
		"a workbook":           book,
		"a tar.gz of zeros":    gzipOf(t, tarOf(t, file{name: "a.bin", content: zeros}, file{name: "b.zip", content: huge})),
		"a pdf page":           pdfOf(page{raw: "BT " + strings.Repeat("(aaaaaaaaaaaaaaaa) Tj ", 4_000_000), packed: true}),
		"a pdf of brackets":    pdfOf(page{raw: strings.Repeat("[", 30<<20), packed: true}),
		"a pdf of sizes":       []byte("%PDF-1.7\n1 0 obj << /Type /Page /Contents 2 0 R >> endobj 2 0 obj << /Type /ObjStm /N 999999999 /First 999999999 /Length 999999999 >> stream\nx\nendstream endobj xref 0 999999999"),
		"a pdf of open texts":  []byte("%PDF-1.7\n1 0 obj << /Type /Page >> endobj\n" + openTexts(100_000)),
		"a pdf in circles":     []byte("%PDF-1.7\n1 0 obj << /Type /Page /Parent 1 0 R /Contents [1 0 R 2 0 R] >> endobj 2 0 obj 2 0 R endobj"),
	}
	zeros, huge, sheet = "", "", ""
	for name, content := range files {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			peak := make(chan uint64)
			stop := make(chan struct{})
			go func() {
				most := uint64(0)
				for {
					select {
					case <-stop:
						peak <- most
						return
					case <-time.After(5 * time.Millisecond):
						runtime.ReadMemStats(&after)
						most = max(most, after.HeapInuse)
					}
				}
			}()
			_, r, err := sample(t.Context(), content, "", assay.Plan{Bytes: 4 << 20})
			close(stop)
			// Twice what is kept of one content, for what the collector has not seen yet.
			if most := <-peak; most > before.HeapInuse+400<<20 {
				t.Errorf("%d MiB were in use, %d before", most>>20, before.HeapInuse>>20)
			}
			if err == nil && r.Design.Method == assay.DesignCensus {
				t.Errorf("%+v", r)
			}
			for _, f := range r.Fields {
				if err == nil && f.Status == assay.StatusScanned {
					t.Errorf("%s is %s", f.Field.Path, f.Status)
				}
			}
		})
	}
}

// openTexts is n objects of a PDF none of which ends.
func openTexts(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d 0 obj (x\n", i+2)
	}
	return b.String()
}

// TestStops holds that a reading ends when yield fails and when it is cancelled.
func TestStops(t *testing.T) {
	stop := fmt.Errorf("stop now")
	for name, content := range examples(t) {
		calls := 0
		r, err := container.Sample(t.Context(), format.Input{At: bytes.NewReader(content), Size: int64(len(content))}, assay.Plan{}, func(assay.Datum) error {
			calls++
			return stop
		})
		if err != stop || calls != 1 || r.Design.Method == assay.DesignCensus {
			t.Errorf("%s: %d calls, %+v, %v", name, calls, r.Design, err)
		}
		for _, f := range r.Fields {
			if f.Status == assay.StatusScanned {
				t.Errorf("%s: %s is %s", name, f.Field.Path, f.Status)
			}
		}
	}
}
