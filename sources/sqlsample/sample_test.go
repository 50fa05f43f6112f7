package sqlsample

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"example.com/assay"
)

var oneColumn = Shape{Columns: []Column{{Field: assay.Field{Path: "v"}}}, Key: []string{"id"}, Bytewise: true}

// draw samples and returns the values by field.
func draw(t *testing.T, m *memory, shape Shape, plan assay.Plan) (map[string][]string, assay.Reading) {
	t.Helper()
	got := map[string][]string{}
	r, err := Sample(t.Context(), "test:", m, shape, plan, func(d assay.Datum) error {
		got[d.Field.Path] = append(got[d.Field.Path], string(d.Value))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got, r
}

func row(i int) string { return fmt.Sprint("row ", i) }

func TestDesigns(t *testing.T) {
	keyless, view := oneColumn, oneColumn
	keyless.Key = nil
	view.View = true
	ranged := oneColumn
	ranged.ShowRange = true
	tests := []struct {
		name  string
		shape Shape
		n     int
		plan  assay.Plan
		want  assay.Design
	}{
		{"empty", oneColumn, 0, assay.Plan{}, assay.Design{Method: assay.DesignCensus, Population: "all rows", Unit: "rows"}},
		{"small", oneColumn, 1000, assay.Plan{}, assay.Design{Method: assay.DesignCensus, Population: "all rows", Unit: "rows", Units: 1000}},
		{"small view", view, 1000, assay.Plan{}, assay.Design{Method: assay.DesignCensus, Population: "all rows", Unit: "rows", Units: 1000}},
		{"view", view, 1001, assay.Plan{}, assay.Design{Method: assay.DesignPrefix, Population: "the first rows in the order of the store", Unit: "rows", Units: 1000}},
		{"no key", keyless, 1001, assay.Plan{}, assay.Design{Method: assay.DesignPrefix, Population: "the first rows in the order of the store", Unit: "rows", Units: 1000}},
		{"default", oneColumn, 10_000_000, assay.Plan{Seed: 2}, assay.Design{Method: assay.DesignClusters, Population: "the range of primary key id", Unit: "rows", Units: 1000, Starts: 100}},
		{"one start", oneColumn, 5000, assay.Plan{Starts: 1, Rows: 50}, assay.Design{Method: assay.DesignClusters, Population: "the range of primary key id", Unit: "rows", Units: 50, Starts: 1}},
		{"more starts than rows", ranged, 10_000_000, assay.Plan{Starts: 30, Rows: 20, Seed: 1}, assay.Design{Method: assay.DesignClusters, Population: "the range of primary key id, 1 to 10000000", Unit: "rows", Units: 20, Starts: 20}},
	}
	keys := ints(10_000_000)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := &lazy{n: tt.n, keys: keys}
			r, err := Sample(t.Context(), "test:", m, tt.shape, tt.plan, func(assay.Datum) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(tt.want, r.Design); diff != "" {
				t.Errorf("design (-want +got):\n%s", diff)
			}
			if r.NotReproducible != (tt.name == "view") {
				t.Errorf("NotReproducible = %v", r.NotReproducible)
			}
		})
	}
}

// lazy is a table of the keys 1…n that holds no rows in memory.
type lazy struct {
	n    int
	keys []int64
	cost int
}

func (l *lazy) MoreThan(_ context.Context, n int) (bool, error) { return l.n > n, nil }
func (l *lazy) Bounds(context.Context, []any) (any, any, error) {
	return int64(1), int64(l.n), nil
}
func (l *lazy) Seek(_ context.Context, at any) (any, error) { l.cost++; return at, nil }
func (l *lazy) Read(_ context.Context, from []any, limit int, row func(key, values [][]byte) error) error {
	first := 1
	if from != nil {
		first = int(from[0].(int64))
	}
	for i := first; i <= min(l.n, first+limit-1); i++ {
		l.cost++
		v := fmt.Append(nil, i)
		if err := row([][]byte{v}, [][]byte{v}); err != nil {
			return err
		}
	}
	return nil
}

func TestCostDoesNotGrow(t *testing.T) {
	for _, n := range []int{10_000, 10_000_000} {
		l := &lazy{n: n}
		if _, err := Sample(t.Context(), "test:", l, oneColumn, assay.Plan{Seed: 3}, func(assay.Datum) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if l.cost > 1000+mostProbes {
			t.Errorf("of %d rows %d were touched", n, l.cost)
		}
	}
}

func TestRunsGoOnAtTheStart(t *testing.T) {
	m := table(ints(100), row)
	for seed := range uint64(50) {
		_, r := draw(t, m, oneColumn, assay.Plan{Seed: seed, Rows: 90, Starts: 1})
		if r.Design.Units != 90 {
			t.Fatalf("seed %d: %d rows, want 90", seed, r.Design.Units)
		}
	}
}

// TestHoles checks that a key with one row far away from the others does not
// spoil the sample: without care, each start would lead to that row.
func TestHoles(t *testing.T) {
	tests := []struct {
		name string
		keys []int64
	}{
		{"far above", append(ints(20_000), 1<<60)},
		{"far below", append([]int64{-1 << 60}, ints(20_000)...)},
		{"whole range", append(append([]int64{-1 << 63}, ints(20_000)...), 1<<63-1)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := table(tt.keys, row)
			_, r := draw(t, m, oneColumn, assay.Plan{Seed: 5})
			if r.Design.Units < 850 {
				t.Errorf("%d distinct rows were read, want nearly 1000", r.Design.Units)
			}
			if !strings.Contains(r.Design.Population, "large holes left out") {
				t.Errorf("population %q does not tell of the holes", r.Design.Population)
			}
			if m.seeks > mostProbes {
				t.Errorf("%d look-ups", m.seeks)
			}
		})
	}
}

func TestProbability(t *testing.T) {
	probability := func(m *memory, rows int) float64 {
		var p float64
		_, err := Sample(t.Context(), "test:", m, oneColumn, assay.Plan{Seed: 1, Rows: rows}, func(d assay.Datum) error {
			p = d.Probability
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if got := probability(table(ints(500), row), 1000); got != 1 {
		t.Errorf("census: %v, want 1", got)
	}
	if got := probability(table([]int64{1, 1 << 40, 1 << 50}, row), 2); got != 0 {
		t.Errorf("key with gaps: %v, want 0 for unknown", got)
	}
	// Against the share of samples that hold one row.
	const runs = 4000
	m := table(ints(5000), row)
	want, hits := probability(m, 500), 0
	for seed := range uint64(runs) {
		got, _ := draw(t, m, oneColumn, assay.Plan{Seed: seed, Rows: 500})
		for _, v := range got["v"] {
			if v == row(2718) {
				hits++
			}
		}
	}
	if got := float64(hits) / runs; got < want-0.015 || got > want+0.015 {
		t.Errorf("a row was in %.4f of the samples, its probability is said to be %.4f", got, want)
	}
}

func TestTextKeys(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	random := func(alphabet string, n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = alphabet[rng.IntN(len(alphabet))]
		}
		return string(b)
	}
	kinds := []struct {
		name  string
		key   func(i int) string
		least int64   // distinct rows of 100 starts of one row
		most  float64 // the largest share of starts in a tenth of the rows
	}{
		{"hex", func(int) string { return random(digits+"abcdef", 32) }, 90, 0.2},
		{"base62", func(int) string { return random(digits+upper+lower, 12) }, 90, 0.2},
		{"counter", func(i int) string { return fmt.Sprintf("user_%07d", i) }, 90, 0.3},
		{"time-ordered", func(i int) string {
			return fmt.Sprintf("%012x-%s", 0x18f3c0000000+i*977, random("0123456789abcdef", 12))
		}, 90, 0.3},
		{"words", func(i int) string { return random("etaoin", 3) + random(lower, 6) }, 30, 0.6},
		{"Cyrillic", func(i int) string { return "ключ" + random("0123456789", 8) }, 90, 0.3},
	}
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			keys := make([]string, 20_000)
			for i := range keys {
				keys[i] = k.key(i)
			}
			keys = sorted(keys)
			m := table(keys, func(i int) string { return fmt.Sprint(i * 10 / len(keys)) })
			tenths := map[string]int{}
			for seed := range uint64(20) {
				got, r := draw(t, m, oneColumn, assay.Plan{Seed: seed, Rows: 100, Starts: 100})
				if r.Design.Units < k.least {
					t.Fatalf("seed %d: only %d distinct rows", seed, r.Design.Units)
				}
				for _, v := range got["v"] {
					tenths[v]++
				}
			}
			for tenth, n := range tenths {
				if float64(n)/2000 > k.most {
					t.Errorf("%d of 2000 rows come from tenth %s of the table", n, tenth)
				}
			}
		})
	}
}

func TestUnknownKeyType(t *testing.T) {
	m := table([]bool{false, true, true}, row)
	_, r := draw(t, m, oneColumn, assay.Plan{Rows: 2})
	if r.Design.Method != assay.DesignPrefix {
		t.Errorf("method %s, want prefix", r.Design.Method)
	}
}

func TestErrors(t *testing.T) {
	denied := &assay.Error{Op: "sample", Reason: assay.ReasonDenied}
	m := table(ints(10), row)
	m.err = denied
	r, err := Sample(t.Context(), "test:", m, oneColumn, assay.Plan{}, func(assay.Datum) error { return nil })
	if !errors.Is(err, denied) {
		t.Errorf("error %v, want the table's", err)
	}
	if len(r.Fields) != 1 || r.Fields[0].Status != assay.StatusNotExamined || r.Fields[0].Reason != assay.ReasonDenied {
		t.Errorf("fields %+v", r.Fields)
	}
}
