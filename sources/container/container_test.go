package container_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"example.com/assay"
	"example.com/assay/sources/container"
	"example.com/assay/sources/format"
)

// sample returns the values by field.
func sample(ctx context.Context, content []byte, name string, plan assay.Plan) (map[string][]string, assay.Reading, error) {
	values := map[string][]string{}
	in := format.Input{At: bytes.NewReader(content), Size: int64(len(content)), Name: name}
	r, err := container.Sample(ctx, in, plan, func(d assay.Datum) error {
		values[d.Field.Path] = append(values[d.Field.Path], string(d.Value))
		return nil
	})
	return values, r, err
}

// statuses returns how far each field was examined.
func statuses(r assay.Reading) map[string]string {
	out := map[string]string{}
	for _, f := range r.Fields {
		out[f.Field.Path] = strings.TrimSuffix(string(f.Status)+" "+string(f.Reason), " ")
	}
	return out
}

type file struct {
	name, content string
	stored        bool
	flags         uint16
}

func zipOf(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		if f.stored {
			h.Method = zip.Store
		}
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = io.WriteString(w, f.content)
		}
		if err != nil {
			t.Fatal(err)
		}
		h.Flags |= f.flags // the directory is written at the end
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestZip(t *testing.T) {
	content := zipOf(t,
		file{name: "people.csv", content: "id,email\n1,a@example.org\n2,b@example.org\n"},
		file{name: "docs/", content: ""},
		file{name: "docs/note.txt", content: "a note", stored: true},
		file{name: "secret.txt", content: "hidden", flags: 1},
		file{name: "image.bin", content: "\x00\x01\x02\x03\xff\xfe\x00\x00"},
	)
	values, r, err := sample(t.Context(), content, "a.zip", assay.Plan{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"people.csv:id": {"1", "2"}, "people.csv:email": {"a@example.org", "b@example.org"}, "docs/note.txt:$": {"a note"},
	}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	wantStatus := map[string]string{
		"people.csv:id": "scanned", "people.csv:email": "scanned", "docs/note.txt:$": "scanned",
		"secret.txt": "not_examined encrypted", "image.bin": "not_examined binary",
	}
	if diff := cmp.Diff(wantStatus, statuses(r)); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if r.Design.Method != assay.DesignPrefix {
		t.Errorf("an archive with an encrypted file is called a %s", r.Design.Method)
	}
}

func TestZipCensus(t *testing.T) {
	_, r, err := sample(t.Context(), zipOf(t, file{name: "a.csv", content: "id\n1\n"}, file{name: "b.txt", content: "b"}), "", assay.Plan{})
	if err != nil || r.Design.Method != assay.DesignCensus || r.Design.Units != 2 {
		t.Errorf("%+v, %v", r.Design, err)
	}
}

// TestZipOfMany holds that of many files some are read, that the seed decides
// which, and that it is said that the others were not.
func TestZipOfMany(t *testing.T) {
	var files []file
	for i := range 500 {
		files = append(files, file{name: fmt.Sprintf("%03d.txt", i), content: "text"})
	}
	content := zipOf(t, files...)
	fields := func(seed uint64) []string {
		values, r, err := sample(t.Context(), content, "", assay.Plan{Seed: seed})
		if err != nil || statuses(r)["*"] != "not_examined budget_spent" || len(values) != 20 {
			t.Errorf("%d files, %v, %v", len(values), statuses(r), err)
		}
		var out []string
		for f := range values {
			out = append(out, f)
		}
		slices.Sort(out)
		return out
	}
	if !slices.Equal(fields(1), fields(1)) || slices.Equal(fields(1), fields(2)) {
		t.Error("the seed does not decide which files are read")
	}
}

// TestBombs holds that compressed content is read no further than the plan says.
func TestBombs(t *testing.T) {
	zeros := strings.Repeat("0", 200<<20)
	var z bytes.Buffer
	w, _ := zstd.NewWriter(&z)
	io.WriteString(w, zeros)
	w.Close()
	for name, content := range map[string][]byte{
		"zip":  zipOf(t, file{name: "a.txt", content: zeros}),
		"zstd": z.Bytes(),
	} {
		total := 0
		in := format.Input{At: bytes.NewReader(content), Size: int64(len(content))}
		r, err := container.Sample(t.Context(), in, assay.Plan{Bytes: 1 << 20}, func(d assay.Datum) error {
			total += len(d.Value) - d.Lead - d.Trail
			return nil
		})
		if err != nil || total > 1<<20 || len(r.Fields) != 1 || r.Fields[0].Status != assay.StatusPartial || r.Fields[0].Reason != assay.ReasonBudget {
			t.Errorf("%s: %d bytes, %+v, %v", name, total, r.Fields, err)
		}
	}
}

func TestZstd(t *testing.T) {
	var z bytes.Buffer
	w, _ := zstd.NewWriter(&z)
	io.WriteString(w, "id,email\n1,a@example.org\n2,b@example.org\n")
	w.Close()
	values, r, err := sample(t.Context(), z.Bytes(), "a.csv.zst", assay.Plan{})
	if err != nil || !slices.Equal(values["email"], []string{"a@example.org", "b@example.org"}) || r.Design.Method != assay.DesignCensus {
		t.Errorf("%v, %+v, %v", values, r.Design, err)
	}
	_, _, err = sample(t.Context(), z.Bytes()[:z.Len()-8], "a.csv.zst", assay.Plan{})
	if assay.Explain(err) != assay.ReasonUnreadable {
		t.Errorf("a stream that was cut off: %v", err)
	}
}

type row struct {
	ID      int64             `parquet:"id"`
	Name    *string           `parquet:"name,optional"`
	Born    int32             `parquet:"born,date"`
	Seen    time.Time         `parquet:"seen,timestamp(millisecond)"`
	Price   int64             `parquet:"price,decimal(2:18)"`
	Active  bool              `parquet:"active"`
	Score   float64           `parquet:"score"`
	Photo   []byte            `parquet:"photo"`
	Tags    []string          `parquet:"tags,list"`
	Phones  []string          `parquet:"phones"`
	Labels  map[string]string `parquet:"labels"`
	Address struct {
		City string `parquet:"city"`
	} `parquet:"address"`
	Key [16]byte `parquet:"key,uuid"`
}

func parquetOf[T any](t testing.TB, rows []T, options ...parquet.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[T](&b, options...)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestParquet(t *testing.T) {
	name := "Ada"
	rows := []row{{
		ID: -7, Name: &name, Born: -56270, Seen: time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC),
		Price: -5, Active: true, Score: 1.5, Photo: []byte{0xff, 0xd8, 0xff, 0}, Tags: []string{"a", "b"}, Phones: []string{"1", "2"},
		Labels: map[string]string{"k": "v"}, Key: [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
	}, {Photo: []byte{0xff}}}
	rows[0].Address.City = "London"
	values, r, err := sample(t.Context(), parquetOf(t, rows), "", assay.Plan{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"id": {"-7", "0"}, "name": {"Ada"}, "born": {"1815-12-10", "1970-01-01"}, "seen": {"2026-01-02 03:04:05.006", "0001-01-01 00:00:00"},
		"price": {"-0.05", "0.00"}, "active": {"true", "false"}, "score": {"1.5", "0"}, "tags[*]": {"a", "b"}, "phones[*]": {"1", "2"},
		"labels.*~": {"k"}, "labels.*": {"v"}, "address.city": {"London"},
		"key": {"01020304-0506-0708-090a-0b0c0d0e0f10", "00000000-0000-0000-0000-000000000000"},
	}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if s := statuses(r)["photo"]; s != "not_examined binary" {
		t.Errorf("photo is %s", s)
	}
	if s := statuses(r)["name"]; s != "scanned" {
		t.Errorf("name is %s", s)
	}
	if r.Design.Units != 2 {
		t.Errorf("%+v", r.Design)
	}
}

// plain is a row of a larger file.
type plain struct {
	ID   int64  `parquet:"id"`
	Text string `parquet:"text"`
}

func many(n int) []plain {
	rows := make([]plain, n)
	for i := range rows {
		rows[i] = plain{int64(i), fmt.Sprintf("text %d %x", i, i*2654435761)}
	}
	return rows
}

// TestParquetSample holds that rows come from everywhere, whole, and none twice.
func TestParquetSample(t *testing.T) {
	rows := many(300_000)
	content := parquetOf(t, rows, parquet.MaxRowsPerRowGroup(9000), parquet.PageBufferSize(4<<10))
	values, r, err := sample(t.Context(), content, "", assay.Plan{Seed: 5, Rows: 400, Starts: 20})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	upper := 0
	for i, id := range values["id"] {
		if seen[id] {
			t.Errorf("row %s came twice", id)
		}
		seen[id] = true
		var n int
		fmt.Sscan(id, &n)
		if n >= len(rows)/2 {
			upper++
		}
		if got := values["text"][i]; got != rows[n].Text {
			t.Errorf("row %d came with the text %q of another", n, got)
		}
	}
	if len(seen) < 300 || len(seen) > 400 || int64(len(seen)) != r.Design.Units || r.Design.Starts != 20 || r.Design.Method != assay.DesignClusters {
		t.Errorf("%d rows, %+v", len(seen), r.Design)
	}
	if upper < len(seen)/5 || upper > len(seen)*4/5 {
		t.Errorf("%d of %d rows are from the second half", upper, len(seen))
	}
	if int(r.Bytes) > len(content)/2 {
		t.Errorf("%d of %d bytes were read for 400 of 300,000 rows", r.Bytes, len(content))
	}
	again, _, _ := sample(t.Context(), content, "", assay.Plan{Seed: 5, Rows: 400, Starts: 20})
	other, _, _ := sample(t.Context(), content, "", assay.Plan{Seed: 6, Rows: 400, Starts: 20})
	if !cmp.Equal(values, again) || cmp.Equal(values, other) {
		t.Error("the seed does not decide which rows are read")
	}
}

// TestParquetBudget holds that the columns share the bytes, and that those for
// which they do not suffice are named.
func TestParquetBudget(t *testing.T) {
	content := parquetOf(t, many(200_000))
	_, r, err := sample(t.Context(), content, "", assay.Plan{Bytes: 100 << 10})
	if err != nil || r.Bytes > 200<<10 || len(r.Fields) != 2 {
		t.Errorf("%d bytes, %v, %v", r.Bytes, statuses(r), err)
	}
	if r.Design.Method == assay.DesignCensus {
		t.Error("a part is called a census")
	}
}

func TestParquetStops(t *testing.T) {
	content := parquetOf(t, many(1000))
	stop := errors.New("stop")
	in := format.Input{At: bytes.NewReader(content), Size: int64(len(content))}
	r, err := container.Sample(t.Context(), in, assay.Plan{}, func(assay.Datum) error { return stop })
	if err != stop || r.Design.Method == assay.DesignCensus || statuses(r)["id"] != "partial cancelled" {
		t.Errorf("%v, %+v, %v", err, r.Design, statuses(r))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := sample(ctx, content, "", assay.Plan{}); assay.Explain(err) != assay.ReasonCancelled {
		t.Errorf("cancelled: %v", err)
	}
}

// TestStoreFails holds that an error of the store is not taken for damage.
func TestStoreFails(t *testing.T) {
	for name, content := range map[string][]byte{"parquet": parquetOf(t, many(10_000)), "zip": zipOf(t, file{name: "a", content: strings.Repeat("a b c ", 1000)})} {
		for after := range 6 {
			denied := &assay.Error{Op: "read", Reason: assay.ReasonDenied}
			in := format.Input{At: &failing{bytes.NewReader(content), after, denied}, Size: int64(len(content))}
			r, err := container.Sample(t.Context(), in, assay.Plan{}, func(assay.Datum) error { return nil })
			if err == nil {
				for _, f := range r.Fields {
					if f.Reason == assay.ReasonDenied {
						err = denied
					}
				}
			}
			if err != nil && assay.Explain(err) != assay.ReasonDenied {
				t.Errorf("%s, failing after %d reads: %v", name, after, err)
			}
		}
	}
}

type failing struct {
	io.ReaderAt
	left int
	err  error
}

func (f *failing) ReadAt(p []byte, off int64) (int, error) {
	if f.left--; f.left < 0 {
		return 0, f.err
	}
	return f.ReaderAt.ReadAt(p, off)
}

// TestHostile cuts and damages files at many places: an error or a partial
// reading, in bounded time.
func TestHostile(t *testing.T) {
	whole := examples(t)
	whole["parquet"] = parquetOf(t, many(2000), parquet.PageBufferSize(4<<10))
	whole["zip"] = zipOf(t, file{name: "a.csv", content: strings.Repeat("1,2,3\n", 3000)}, file{name: "b.txt", content: "b", stored: true})
	for name, content := range whole {
		for i := range 200 {
			at := i * len(content) / 200
			damaged := slices.Clone(content)
			for j := at; j < min(at+8, len(damaged)); j++ {
				damaged[j] ^= 0xA5
			}
			for _, c := range [][]byte{content[:at], damaged} {
				_, r, err := sample(t.Context(), c, name, assay.Plan{Timeout: 10 * time.Second})
				if assay.Explain(err) == assay.ReasonTimeout {
					t.Errorf("%s damaged at %d hangs", name, at)
				}
				if len(c) < len(content) && err == nil && r.Design.Method == assay.DesignCensus && at > 4 {
					t.Errorf("%s cut at %d of %d is called a census", name, at, len(content))
				}
			}
		}
	}
}

func TestEncryptedParquet(t *testing.T) {
	content := append([]byte("PARE"), bytes.Repeat([]byte{1}, 100)...)
	content = append(content, "\x04\x00\x00\x00PARE"...)
	if _, _, err := sample(t.Context(), content, "", assay.Plan{}); assay.Explain(err) != assay.ReasonEncrypted {
		t.Errorf("%v, want encrypted", err)
	}
}

// TestOthers holds that all else goes to package format.
func TestOthers(t *testing.T) {
	values, _, err := sample(t.Context(), []byte("a\n"), "a.txt", assay.Plan{})
	if err != nil || len(values["$"]) != 1 {
		t.Errorf("%v, %v", values, err)
	}
	if _, _, err = sample(t.Context(), nil, "", assay.Plan{}); err != nil {
		t.Error(err)
	}
}
