package sourcetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/assay"
)

// sample is what one call of Sample gave.
type sample struct {
	values  map[string][]string // by field path
	order   []string            // "path value" in the order of yielding
	bytes   int64
	reading assay.Reading
}

// take samples the asset and checks what holds for every sample.
func take(ctx context.Context, t *testing.T, o Options, s assay.Source, a assay.Asset, p assay.Plan) (sample, error) {
	t.Helper()
	out := sample{values: map[string][]string{}}
	fields := map[string]*assay.Field{}
	reading, err := s.Sample(ctx, a, p, func(d assay.Datum) error {
		checkDatum(t, o, d, fields)
		out.values[d.Field.Path] = append(out.values[d.Field.Path], string(d.Value))
		out.order = append(out.order, d.Field.Path+" "+string(d.Value))
		out.bytes += int64(len(d.Value))
		return nil
	})
	out.reading = reading
	noSecrets(t, o, reading, err)
	checkReading(t, out)
	return out, err
}

// checkDatum checks one datum; fields holds the pointers seen so far by path.
func checkDatum(t *testing.T, o Options, d assay.Datum, fields map[string]*assay.Field) {
	t.Helper()
	if d.Field == nil || d.Field.Path == "" {
		t.Fatal("a datum has no field")
	}
	if known, ok := fields[d.Field.Path]; ok && known != d.Field {
		t.Fatalf("field %s came with two different pointers in one sample", d.Field.Path)
	}
	fields[d.Field.Path] = d.Field
	if len(d.Value) == 0 {
		t.Errorf("field %s: an empty value was yielded", d.Field.Path)
	}
	if d.Lead+d.Trail >= len(d.Value) && d.Lead+d.Trail > 0 {
		t.Errorf("field %s: the value is nothing but context", d.Field.Path)
	}
	noSecrets(t, o, d.Field, d.Place)
}

// checkReading checks that the reading tells what was yielded.
func checkReading(t *testing.T, s sample) {
	t.Helper()
	listed := map[string]bool{}
	for _, f := range s.reading.Fields {
		if listed[f.Field.Path] {
			t.Errorf("field %s is twice in the reading", f.Field.Path)
		}
		listed[f.Field.Path] = true
		if got := len(s.values[f.Field.Path]); got != f.Sampled {
			t.Errorf("field %s: %d values were yielded, the reading says %d", f.Field.Path, got, f.Sampled)
		}
		switch f.Status {
		case assay.StatusScanned:
		case assay.StatusPartial, assay.StatusNotExamined:
			if f.Reason == "" {
				t.Errorf("field %s is %s without a reason", f.Field.Path, f.Status)
			}
		default:
			t.Errorf("field %s has the status %q", f.Field.Path, f.Status)
		}
	}
	for path := range s.values {
		if !listed[path] {
			t.Errorf("field %s was yielded but is not in the reading", path)
		}
	}
}

// sampleOf puts records, samples them and fails on an error.
func sampleOf(t *testing.T, o Options, name string, n int, p assay.Plan) sample {
	t.Helper()
	id := o.Put(t, name, records(n))
	s := open(t, o)
	got, err := take(t.Context(), t, o, s, find(t, o, s, id), p)
	if err != nil {
		t.Fatalf("sample: %v", err)
	}
	return got
}

func testCensus(t *testing.T, o Options) {
	got := sampleOf(t, o, "census", fewRecords, assay.Plan{Seed: 1, Rows: 1000})
	want := map[string][]string{}
	empty := map[string]int{}
	for _, r := range records(fewRecords) {
		for i, v := range []string{fmt.Sprint(r.ID), r.Name, r.Note} {
			if v == "" {
				empty[o.Fields[i]]++
				continue
			}
			want[o.Fields[i]] = append(want[o.Fields[i]], v)
		}
	}
	for _, v := range got.values {
		slices.Sort(v) // the order is the store's own
	}
	for _, v := range want {
		slices.Sort(v)
	}
	if diff := cmp.Diff(want, got.values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	for _, f := range got.reading.Fields {
		if f.Status != assay.StatusScanned {
			t.Errorf("field %s is %s (%s %s)", f.Field.Path, f.Status, f.Reason, f.Detail)
		}
		if f.Empty != empty[f.Field.Path] {
			t.Errorf("field %s: %d empty values, want %d", f.Field.Path, f.Empty, empty[f.Field.Path])
		}
	}
	if d := got.reading.Design; d.Method != assay.DesignCensus || d.Units != fewRecords || d.Unit == "" {
		t.Errorf("design is %+v, want a census of %d units", d, fewRecords)
	}
	if got.reading.Bytes <= 0 {
		t.Errorf("%d bytes were read", got.reading.Bytes)
	}
}

func testEmptyAsset(t *testing.T, o Options) {
	got := sampleOf(t, o, "empty", 0, assay.Plan{Seed: 1})
	if len(got.order) != 0 {
		t.Errorf("%d values came out of an asset without records", len(got.order))
	}
	if o.NoSchema {
		return
	}
	var paths []string
	for _, f := range got.reading.Fields {
		paths = append(paths, f.Field.Path)
	}
	if diff := cmp.Diff(o.Fields[:], paths); diff != "" {
		t.Errorf("fields of an asset without records (-want +got):\n%s", diff)
	}
}

func testRowsLimit(t *testing.T, o Options) {
	const rows = 50
	got := sampleOf(t, o, "rows_limit", manyRecords, assay.Plan{Seed: 1, Rows: rows})
	n := len(got.values[o.Fields[1]])
	if n == 0 || n > rows {
		t.Errorf("%d records came, want between 1 and %d", n, rows)
	}
	seen := map[string]bool{}
	for _, v := range got.values[o.Fields[1]] {
		if seen[v] {
			t.Errorf("the record %s came twice", v)
		}
		seen[v] = true
	}
	d := got.reading.Design
	if d.Method == assay.DesignCensus || d.Method == "" || d.Population == "" || d.Unit == "" {
		t.Errorf("design of a part is %+v", d)
	}
	if d.Units != int64(n) {
		t.Errorf("the design says %d units, %d records came", d.Units, n)
	}
	if d.Method == assay.DesignClusters && d.Starts < 1 {
		t.Errorf("a design of clusters without starts: %+v", d)
	}
}

func testBytesLimit(t *testing.T, o Options) {
	const limit = 64 << 10
	got := sampleOf(t, o, "bytes_limit", manyRecords, assay.Plan{Seed: 1, Rows: manyRecords, Bytes: limit})
	if got.bytes == 0 || got.bytes > 2*limit || got.reading.Bytes > 2*limit {
		t.Errorf("%d bytes were yielded and %d read with a limit of %d", got.bytes, got.reading.Bytes, limit)
	}
	if got.reading.Design.Method == assay.DesignCensus {
		t.Error("a sample that the byte limit cut short calls itself a census")
	}
}

func testSeed(t *testing.T, o Options) {
	id := o.Put(t, "seed", records(manyRecords))
	s := open(t, o)
	a := find(t, o, s, id)
	run := func(seed uint64) sample {
		got, err := take(t.Context(), t, o, s, a, assay.Plan{Seed: seed, Rows: 40})
		if err != nil {
			t.Fatalf("sample: %v", err)
		}
		return got
	}
	first, again := run(11), run(11)
	if !first.reading.NotReproducible && !cmp.Equal(first.order, again.order) {
		t.Error("the same seed gave another sample of unchanged data")
	}
	if o.Prefix {
		return
	}
	for seed := uint64(12); seed < 15; seed++ {
		if !cmp.Equal(first.order, run(seed).order) {
			return
		}
	}
	t.Error("four seeds gave the same sample of a larger asset")
}

func testConcurrent(t *testing.T, o Options) {
	id := o.Put(t, "concurrent", records(manyRecords))
	s := open(t, o)
	a := find(t, o, s, id)
	plan := assay.Plan{Seed: 5, Rows: 100}
	alone, err := take(t.Context(), t, o, s, a, plan)
	if err != nil {
		t.Fatalf("sample: %v", err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var order []string
			_, err := s.Sample(t.Context(), a, plan, func(d assay.Datum) error {
				order = append(order, d.Field.Path+" "+string(d.Value))
				return nil
			})
			if err != nil {
				t.Errorf("concurrent sample: %v", err)
			} else if !alone.reading.NotReproducible && !cmp.Equal(alone.order, order) {
				t.Error("a concurrent sample differs from one taken alone")
			}
		})
	}
	wg.Wait()
}
