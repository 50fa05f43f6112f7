package quality_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"example.com/assay/quality"
)

// Data drawn from a logistic model give its weights back.
func TestLogistic(t *testing.T) {
	want := []float64{-0.5, 2, -1}
	random := rand.New(rand.NewPCG(1, 2))
	var x [][]float64
	var y []bool
	for range 20_000 {
		row := []float64{1, random.NormFloat64(), random.NormFloat64()}
		p := 1 / (1 + math.Exp(-(want[0] + want[1]*row[1] + want[2]*row[2])))
		x, y = append(x, row), append(y, random.Float64() < p)
	}
	got := quality.Logistic(x, y, 0.1)
	for i := range want {
		if math.Abs(got[i]-want[i]) > 0.1 {
			t.Errorf("weight %d is %.3f, want %.3f", i, got[i], want[i])
		}
	}
	// One class alone does not run away, thanks to the penalty.
	for _, w := range quality.Logistic([][]float64{{1, 2}, {1, 3}}, []bool{true, true}, 1)[1:] {
		if math.IsNaN(w) || math.Abs(w) > 100 {
			t.Errorf("weight %v of data of one class", w)
		}
	}
	if quality.Logistic(nil, nil, 1) != nil {
		t.Error("weights of no data")
	}
}
