package container_test

import (
	"bytes"
	"testing"
	"time"

	"example.com/assay"
	"example.com/assay/sources/container"
	"example.com/assay/sources/format"
)

func FuzzSample(f *testing.F) {
	f.Add(parquetOf(f, many(10)))
	f.Add(zipOf(f, file{name: "a.csv", content: "1,2\n3,4\n"}))
	f.Add([]byte("\x28\xB5\x2F\xFD\x04\x00\x09\x00\x00a\x8b\x8c\x5e\x11"))
	fuzz(f, "")
}

func FuzzAvro(f *testing.F)     { f.Add(avroOf(f, "null", 15)); fuzz(f, "Obj\x01") }
func FuzzWorkbook(f *testing.F) { f.Add(examples(f)["xlsx"]); fuzz(f, "PK\x03\x04") }
func FuzzDocument(f *testing.F) { f.Add(examples(f)["docx"]); fuzz(f, "PK\x03\x04") }
func FuzzTar(f *testing.F)      { f.Add(examples(f)["tar"]); fuzz(f, "") }
func FuzzPDF(f *testing.F)      { f.Add(examples(f)["pdf"]); fuzz(f, "%PDF-") }
func FuzzJPEG(f *testing.F)     { f.Add(jpegOf()); fuzz(f, "\xFF\xD8\xFF") }

// fuzz holds that content that begins with a magic neither ends the process nor
// keeps it, and that the reading counts what was yielded.
func fuzz(f *testing.F, magic string) {
	for _, content := range examples(f) {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if n := min(len(magic), len(content)); string(content[:n]) != magic[:n] {
			content = append([]byte(magic), content...)
		}
		counts := map[string]int{}
		in := format.Input{At: bytes.NewReader(content), Size: int64(len(content))}
		r, err := container.Sample(t.Context(), in, assay.Plan{Bytes: 1 << 20, Rows: 100, Timeout: 10 * time.Second}, func(d assay.Datum) error {
			counts[d.Field.Path]++
			return nil
		})
		if assay.Explain(err) == assay.ReasonTimeout && err != nil {
			t.Error("it hangs")
		}
		if err == nil && len(r.Fields) == 0 {
			t.Error("no fields and no error")
		}
		for _, f := range r.Fields {
			counts[f.Field.Path] -= f.Sampled
		}
		for path, n := range counts {
			if n != 0 {
				t.Errorf("field %s: the reading is %d values off", path, n)
			}
		}
	})
}
