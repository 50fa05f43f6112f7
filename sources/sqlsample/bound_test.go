package sqlsample

import (
	"encoding/hex"
	"math"
	"math/rand/v2"
	"testing"

	"example.com/assay"
)

// The simulation: a table with an element in as small a share of it as the
// bound of its sample names, sampled with many seeds. The element must be in the
// sample in 95 % of the runs.
const (
	simRows  = 20_000
	simRuns  = 2000
	simPlan  = 300 // rows of a sample, from 30 starts: a bound of 9.5 %
	marked   = "x"
	unmarked = "o"
)

// slack is three standard deviations of the share of detections at 95 %.
var slack = 3 * math.Sqrt(0.95*0.05/simRuns)

// arrangement says which of the rows hold the element, given the share of the
// population that each row stands for, so that the marked ones make up share.
type arrangement func(weights []float64, share float64, rng *rand.Rand) []bool

// mark marks rows in the order given until they make up share.
func mark(weights []float64, share float64, order []int) []bool {
	out := make([]bool, len(weights))
	for _, i := range order {
		if share <= 0 {
			break
		}
		out[i] = true
		share -= weights[i]
	}
	return out
}

func shuffled(weights []float64, share float64, rng *rand.Rand) []bool {
	return mark(weights, share, rng.Perm(len(weights)))
}

// atEnd marks the last rows: a table sorted by date, with a format that is new.
func atEnd(weights []float64, share float64, _ *rand.Rand) []bool {
	order := make([]int, len(weights))
	for i := range order {
		order[i] = len(weights) - 1 - i
	}
	return mark(weights, share, order)
}

// clustered marks runs of 500 rows: imports of one customer.
func clustered(weights []float64, share float64, rng *rand.Rand) []bool {
	const block = 500
	var order []int
	for _, b := range rng.Perm(len(weights) / block) {
		for i := range block {
			order = append(order, b*block+i)
		}
	}
	return mark(weights, share, order)
}

// evenly are the weights where each row stands for the same share.
func evenly(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1 / float64(n)
	}
	return out
}

// gaps are the weights of rows whose keys have gaps: that before the row.
func gaps(keys []int64) []float64 {
	out := make([]float64, len(keys))
	size := float64(keys[len(keys)-1] - keys[0] + 1)
	last := keys[0] - 1
	for i, k := range keys {
		out[i] = float64(k-last) / size
		last = k
	}
	return out
}

// detections returns the share of simRuns samples that hold the element.
func detections(t *testing.T, m *memory, shape Shape, want assay.Design) float64 {
	t.Helper()
	found := 0
	for seed := range uint64(simRuns) {
		hit := false
		plan := assay.Plan{Seed: seed, Rows: simPlan}
		r, err := Sample(t.Context(), "test:", m, shape, plan, func(d assay.Datum) error {
			hit = hit || string(d.Value) == marked
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if r.Design.Method != want.Method || r.Design.Starts != want.Starts {
			t.Fatalf("design %+v, want %+v", r.Design, want)
		}
		if hit {
			found++
		}
	}
	return float64(found) / simRuns
}

var simDesign = assay.Design{Method: assay.DesignClusters, Starts: 30}

func TestBoundHolds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	sparse := make([]int64, simRows)
	for i := range sparse {
		sparse[i] = rng.Int64N(1 << 50)
	}
	sparse = sorted(sparse)
	crowded := ints(simRows) // half of the rows in a hundredth of the range
	for i := range simRows / 2 {
		crowded[simRows/2+i] = int64(simRows/2 + 100*i)
	}
	uuids := make([]string, simRows)
	for i := range uuids {
		var b [16]byte
		for j := range b {
			b[j] = byte(rng.Uint32())
		}
		h := hex.EncodeToString(b[:])
		uuids[i] = h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
	}
	uuids = sorted(uuids)
	outlier := ints(simRows)
	outlier[simRows-1] = 9_999_999_999

	tables := []struct {
		name    string
		weights []float64
		make    func(value func(int) string) *memory
	}{
		{"dense", evenly(simRows), func(v func(int) string) *memory { return table(ints(simRows), v) }},
		{"sparse, by range", gaps(sparse), func(v func(int) string) *memory { return table(sparse, v) }},
		{"sparse, by rows", evenly(len(sparse)), func(v func(int) string) *memory { return table(sparse, v) }},
		{"crowded, by range", gaps(crowded), func(v func(int) string) *memory { return table(crowded, v) }},
		{"one outlier, by rows", evenly(simRows), func(v func(int) string) *memory { return table(outlier, v) }},
		{"uuid, by rows", evenly(len(uuids)), func(v func(int) string) *memory { return table(uuids, v) }},
	}
	arrangements := []struct {
		name   string
		mark   arrangement
		atMost float64 // where the bound is tight, so that a looser sample is noticed too
	}{
		{"shuffled", shuffled, 1},
		{"at the end", atEnd, 0.985},
		{"clustered", clustered, 0.985},
	}
	share, _ := simDesign.Bound()
	for _, tt := range tables {
		for _, a := range arrangements {
			t.Run(tt.name+"/"+a.name, func(t *testing.T) {
				t.Parallel()
				marks := a.mark(tt.weights, share, rand.New(rand.NewPCG(3, 4)))
				m := tt.make(func(i int) string {
					if marks[i] {
						return marked
					}
					return unmarked
				})
				got := detections(t, m, oneColumn, simDesign)
				t.Logf("an element in %.1f %% was seen in %.1f %% of %d samples", 100*share, 100*got, simRuns)
				if got < 0.95-slack || got > a.atMost {
					t.Errorf("want at least %.3f and at most %.3f", 0.95-slack, a.atMost)
				}
			})
		}
	}
}

// TestHolesBias shows why the population is the range of the key and not its
// rows: rows whose keys are crowded are met more seldom than their share.
func TestHolesBias(t *testing.T) {
	keys := make([]int64, simRows)
	for i := range keys {
		keys[i] = int64(i * 30)
		if i >= simRows/2 { // the second half is crowded
			keys[i] = int64(simRows/2*30 + i)
		}
	}
	share, _ := simDesign.Bound()
	marks := atEnd(evenly(simRows), share, nil)
	m := table(keys, func(i int) string {
		if marks[i] {
			return marked
		}
		return unmarked
	})
	if got := detections(t, m, oneColumn, simDesign); got > 0.5 {
		t.Errorf("%.3f of the samples saw the crowded rows: is the population the rows after all?", got)
	}
}
