package files_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hamba/avro/v2/ocf"
	"github.com/klauspost/compress/gzip"

	"example.com/assay"
	"example.com/assay/sources/files"
	"example.com/assay/sources/sourcetest"
)

func csvOf(records []sourcetest.Record) []byte {
	var b bytes.Buffer
	b.WriteString("id,name,note\n")
	for _, r := range records {
		fmt.Fprintf(&b, "%d,%s,%q\n", r.ID, r.Name, r.Note)
	}
	return b.Bytes()
}

// writers write the suite's records in one format.
var writers = map[string]func(records []sourcetest.Record) []byte{
	"csv": csvOf,
	"jsonl": func(records []sourcetest.Record) []byte {
		var b bytes.Buffer
		for _, r := range records {
			line, _ := json.Marshal(map[string]any{"id": r.ID, "name": r.Name, "note": r.Note})
			b.Write(append(line, '\n'))
		}
		return b.Bytes()
	},
	"json": func(records []sourcetest.Record) []byte {
		all := []map[string]any{}
		for _, r := range records {
			all = append(all, map[string]any{"id": r.ID, "name": r.Name, "note": r.Note})
		}
		out, _ := json.MarshalIndent(all, "", "  ")
		return out
	},
	"sql": func(records []sourcetest.Record) []byte {
		var b bytes.Buffer
		for _, r := range records {
			note := "'" + r.Note + "'"
			if r.Note == "" {
				note = "NULL"
			}
			fmt.Fprintf(&b, "INSERT INTO people (id, name, note) VALUES (%d, '%s', %s);\n", r.ID, r.Name, note)
		}
		return b.Bytes()
	},
	"avro": func(records []sourcetest.Record) []byte {
		var b bytes.Buffer
		w, _ := ocf.NewEncoder(`{"type":"record","name":"p","fields":[{"name":"id","type":"long"},{"name":"name","type":"string"},{"name":"note","type":"string"}]}`, &b, ocf.WithBlockLength(20))
		for _, r := range records {
			w.Encode(map[string]any{"id": int64(r.ID), "name": r.Name, "note": r.Note})
		}
		w.Close()
		return b.Bytes()
	},
	"tar": func(records []sourcetest.Record) []byte {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		content := csvOf(records)
		w.WriteHeader(&tar.Header{Name: "people.csv", Mode: 0o600, Size: int64(len(content))})
		w.Write(content)
		w.Close()
		return b.Bytes()
	},
	"zip": func(records []sourcetest.Record) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		f, _ := w.Create("people.csv")
		f.Write(csvOf(records))
		w.Close()
		return b.Bytes()
	},
}

func TestConformance(t *testing.T) {
	json := [3]string{"$.id", "$.name", "$.note"}
	elements := [3]string{"$[*].id", "$[*].name", "$[*].note"}
	inFile := [3]string{"people.csv:id", "people.csv:name", "people.csv:note"}
	for _, c := range []struct {
		name, format string
		compressed   bool
		options      sourcetest.Options
	}{
		{"csv", "csv", false, sourcetest.Options{}},
		{"json lines", "jsonl", false, sourcetest.Options{Fields: json, NoSchema: true}},
		{"json", "json", false, sourcetest.Options{Fields: elements, NoSchema: true, Prefix: true}},
		{"csv.gz", "csv", true, sourcetest.Options{Prefix: true}},
		{"sql", "sql", false, sourcetest.Options{Fields: [3]string{"people.id", "people.name", "people.note"}, NoSchema: true, Prefix: true}},
		{"avro", "avro", false, sourcetest.Options{Fields: json, NoSchema: true}},
		{"zip", "zip", false, sourcetest.Options{Fields: inFile, Prefix: true}},
		{"tar", "tar", false, sourcetest.Options{Fields: inFile}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			o := c.options
			o.Secrets = []string{"planted-user", "planted-password"}
			o.Open = func(t *testing.T) assay.Source {
				s, err := files.Open(t.Context(), dir, files.Options{})
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			o.Put = func(t *testing.T, name string, records []sourcetest.Record) assay.AssetID {
				content := writers[c.format](records)
				path := filepath.Join(dir, name+"."+c.format)
				if c.compressed {
					content, path = compress(content), path+".gz"
				}
				write(t, path, content)
				return idOf(path)
			}
			o.Remove = func(t *testing.T, id assay.AssetID) {
				if err := os.Remove(pathOf(id)); err != nil {
					t.Fatal(err)
				}
			}
			o.Deny = func(t *testing.T, id assay.AssetID) {
				if os.Geteuid() == 0 {
					t.Skip("root may read everything: run the test as another user")
				}
				if err := os.Chmod(pathOf(id), 0); err != nil {
					t.Fatal(err)
				}
			}
			sourcetest.Run(t, o)
		})
	}
}

func compress(content []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(content)
	z.Close()
	return b.Bytes()
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func idOf(path string) assay.AssetID {
	return assay.AssetID((&url.URL{Scheme: "file", Path: path}).String())
}

func pathOf(id assay.AssetID) string { return strings.TrimPrefix(string(id), "file://") }

// TestHints holds that an error says once how to mend it, in words that can be
// followed from where the user stands.
func TestHints(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "sub", "shop.db")
	if err := os.Mkdir(filepath.Dir(inside), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(inside, []byte("SQLite format 3\x00 and so on"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, inside} {
		s, err := files.Open(t.Context(), path, files.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for asset := range s.Assets(t.Context()) {
			_, err := s.Sample(t.Context(), asset, assay.Plan{}, func(assay.Datum) error { return nil })
			if err == nil || strings.Count(err.Error(), "scan it as sqlite:"+inside+")") != 1 {
				t.Errorf("%s: %v, want the hint once, with the file's path", path, err)
			}
		}
	}
	missing := filepath.Join(dir, "gone.csv")
	if _, err := files.Open(t.Context(), missing, files.Options{}); err == nil || err.Error() != "open "+missing+": no such file or directory (check the path)" {
		t.Errorf("a missing file: %v", err)
	}
}
