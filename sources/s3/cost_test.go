package s3_test

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hamba/avro/v2/ocf"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"example.com/assay"
	"example.com/assay/sources/s3"
)

// person is a row of generated data that does not compress to nothing.
type person struct {
	ID   int64  `parquet:"id"`
	Name string `parquet:"name"`
	Note string `parquet:"note"`
}

// people is what the contents are made of, again and again.
var people = sync.OnceValue(func() []person {
	random := rand.New(rand.NewPCG(1, 2))
	out := make([]person, 20_000)
	for i := range out {
		out[i] = person{int64(i), fmt.Sprintf("name-%x", random.Uint64()), fmt.Sprintf("note %x %x", random.Uint64(), random.Uint64())}
	}
	return out
})

// lines writes the people by a form for one line.
func lines(form string) []byte {
	var b bytes.Buffer
	for _, p := range people() {
		fmt.Fprintf(&b, form, p.ID, p.Name, p.Note)
	}
	return b.Bytes()
}

// repeat returns a writer of a head and, a number of times, a body.
func repeat(head string, body []byte) func(w io.Writer, times int) error {
	return func(w io.Writer, times int) error {
		_, err := io.WriteString(w, head)
		for range times {
			if err == nil {
				_, err = w.Write(body)
			}
		}
		return err
	}
}

const csvHead, csvLine = "id,name,note\n", "%d,%s,%s\n"

// contents write the people a number of times in each format. Streams of gzip and
// Zstandard may follow one another.
func contents() map[string]func(w io.Writer, times int) error {
	csv := lines(csvLine)
	var gzipped, zstandard bytes.Buffer
	g := gzip.NewWriter(&gzipped)
	g.Write(csv)
	g.Close()
	z, _ := zstd.NewWriter(&zstandard, zstd.WithEncoderConcurrency(1))
	z.Write(csv)
	z.Close()
	return map[string]func(w io.Writer, times int) error{
		"a.csv":     repeat(csvHead, csv),
		"a.jsonl":   repeat("", lines(`{"id":%d,"name":%q,"note":%q}`+"\n")),
		"a.log":     repeat("", lines("2026-01-02T03:04:05Z [%d] %s said %s\n")),
		"a.csv.gz":  repeat("", gzipped.Bytes()),
		"a.csv.zst": repeat("", zstandard.Bytes()),
		"a.zip": func(w io.Writer, times int) error {
			z := zip.NewWriter(w)
			z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
			f, err := z.Create("people.csv")
			if err == nil {
				err = repeat(csvHead, csv)(f, times)
			}
			return errors.Join(err, z.Close())
		},
		"a.sql": repeat("CREATE TABLE people (\n  id int,\n  name text,\n  note text\n);\n", lines("INSERT INTO people VALUES (%d,'%s','%s');\n")),
		"a.tar": func(w io.Writer, times int) error {
			z := tar.NewWriter(w)
			size := len(csvHead) + times*len(csv)
			err := z.WriteHeader(&tar.Header{Name: "people.csv", Mode: 0o600, Size: int64(size)})
			if err == nil {
				err = repeat(csvHead, csv)(z, times)
			}
			return errors.Join(err, z.Close())
		},
		"a.avro": func(w io.Writer, times int) error {
			var b bytes.Buffer
			z, err := ocf.NewEncoder(`{"type":"record","name":"p","fields":[{"name":"id","type":"long"},{"name":"name","type":"string"},{"name":"note","type":"string"}]}`, &b)
			if err != nil {
				return err
			}
			head := slices.Clone(b.Bytes()) // what follows are blocks, which may come again
			for _, p := range people() {
				if err := z.Encode(map[string]any{"id": p.ID, "name": p.Name, "note": p.Note}); err != nil {
					return err
				}
			}
			if err := z.Close(); err != nil {
				return err
			}
			return repeat(string(head), b.Bytes()[len(head):])(w, times)
		},
		"a.parquet": func(w io.Writer, times int) error {
			z := parquet.NewGenericWriter[person](w, parquet.MaxRowsPerRowGroup(30_000), parquet.Compression(&parquet.Snappy))
			for range times {
				if _, err := z.Write(people()); err != nil {
					return err
				}
			}
			return z.Close()
		},
	}
}

// TestCost holds that a task costs the same requests, and about the same bytes,
// when the object is a hundred times as large.
func TestCost(t *testing.T) {
	const few, many = 3, 300
	if testing.Short() {
		t.Skip("writes some hundred MB for each format")
	}
	b := newBucket(t)
	c := newCounter(t, b.gateway.Endpoint)
	s := open(t, "s3://"+b.name+"/?endpoint="+c.URL, s3.Options{})
	for name, write := range contents() {
		t.Run(name, func(t *testing.T) {
			// By three seeds each, since records and pages are cut at random places.
			smallSize, small, smallBytes := cost(t, b, c, s, "small/"+name, write, few)
			largeSize, large, largeBytes := cost(t, b, c, s, "large/"+name, write, many)
			t.Logf("%9d bytes: %3d requests, %8d bytes; %9d bytes: %3d requests, %8d bytes",
				smallSize, small, smallBytes, largeSize, large, largeBytes)
			if largeSize < 80*smallSize {
				t.Fatalf("the large object is only %d times the small one", largeSize/smallSize)
			}
			slack := small / 4
			if name == "a.parquet" { // in the small file the indexes of the 3 columns come along with the footer
				slack += 3 * (3 + 1)
			}
			if large > small+slack || largeBytes > smallBytes+smallBytes/4 {
				t.Errorf("%d requests and %d bytes for the large object, %d and %d for the small", large, largeBytes, small, smallBytes)
			}
		})
	}
}

// cost writes an object, samples it, and returns its size and what that cost.
func cost(t *testing.T, b bucket, c *counter, s *s3.Source, key string, write func(io.Writer, int) error, n int) (size int64, requests int, read int64) {
	t.Helper()
	path := filepath.Join(b.gateway.Root, b.name, key)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(path)
	w := bufio.NewWriterSize(f, 1<<20)
	if err := errors.Join(write(w, n), w.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	c.reset()
	a := object(idOf(b.name, key))
	a.Bytes = info.Size()
	plan, counted := assay.Plan{Rows: 1000}, int64(0)
	if strings.HasSuffix(key, ".parquet") {
		plan.Starts = 1 // in the small file several would meet in one row group
	}
	for plan.Seed = range uint64(3) {
		values, r, err := sample(t.Context(), s, a, plan)
		if err != nil || len(values) == 0 {
			t.Fatalf("%d fields, %v", len(values), err)
		}
		for _, f := range r.Fields {
			if f.Sampled == 0 && f.Field.Path != "*" { // which is what was not come to
				t.Errorf("%s: nothing was read of %s: %s", key, f.Field.Path, f.Detail)
			}
		}
		counted += r.Bytes
	}
	requests, read = c.sum()
	if read > counted || read < counted/2 {
		t.Errorf("%s: %d bytes were sent, the readings say %d", key, read, counted)
	}
	return info.Size(), requests, read
}

// TestCostOfListing holds that a bucket is listed once, and only the keys that
// are drawn are asked for.
func TestCostOfListing(t *testing.T) {
	b := newBucket(t)
	const keys = 2500
	for i := range keys {
		path := filepath.Join(b.gateway.Root, b.name, fmt.Sprintf("part-%04d.txt", i))
		if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c := newCounter(t, b.gateway.Endpoint)
	s := open(t, "s3://"+b.name+"/?max-keys=20&endpoint="+c.URL, s3.Options{})
	assets, errs := list(t, s)
	err := errs[idOf(b.name, "")]
	if len(assets) != 20 || assay.Explain(err) != assay.ReasonBudget || !strings.Contains(fmt.Sprint(err), "2480 objects") {
		t.Errorf("%d assets, %v", len(assets), errs)
	}
	if n, _ := c.sum(); n != 3+1+2*20 { // pages, versioning, metadata and tags
		t.Errorf("%d requests", n)
	}
}
