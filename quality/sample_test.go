package quality

import (
	"example.com/assay"
	"math/rand/v2"
	"testing"
)

// cell is a population and how it is sampled: of size values, share are flagged;
// of the flagged, precision hold the element; of those not flagged, a tenth lie
// near the threshold and are missed near times as often as the rest.
type cell struct {
	prevalence, recall, precision float64
	n                             int  // labels a stratum
	uneven                        bool // sampling probabilities differ within a stratum
}

const (
	simulated  = 100_000 // values in the population
	repeats    = 500     // samples of each cell
	nearFactor = 20.0
)

// TestCoverage draws stratified samples from known populations over a grid, and
// holds the intervals to their promise.
func TestCoverage(t *testing.T) {
	if testing.Short() {
		t.Skip("a simulation of some seconds")
	}
	rng := rand.New(rand.NewPCG(7, 11))
	names := []string{"precision", "recall", "accuracy", "prevalence"}
	sum, least := make([]float64, len(names)), []float64{1, 1, 1, 1}
	cells := grids()
	for _, c := range cells {
		covered := c.simulate(rng)
		for i, share := range covered {
			sum[i] += share
			if share < least[i] {
				least[i] = share
			}
			if share < 0.90 {
				t.Errorf("%s of %+v: the interval covers the truth in %.3f of samples", names[i], c, share)
			}
		}
	}
	for i, name := range names {
		mean := sum[i] / float64(len(cells))
		t.Logf("%s: covers %.3f on average, %.3f at least, over %d cells", name, mean, least[i], len(cells))
		if mean < 0.94 {
			t.Errorf("%s: covers %.3f on average, want 0.94", name, mean)
		}
	}
}

func grids() []cell {
	var cells []cell
	for _, prevalence := range []float64{0.001, 0.02, 0.3} {
		for _, recall := range []float64{0.5, 0.98} {
			for _, precision := range []float64{0.6, 0.95, 0.995} {
				for _, n := range []int{30, 100, 400, 2000} {
					for _, uneven := range []bool{false, true} {
						cells = append(cells, cell{prevalence, recall, precision, n, uneven})
					}
				}
			}
		}
	}
	return cells
}

// group is a stratum: how many values it has, and how many hold the element.
type group struct{ size, present int }

// population returns the strata (flagged, near, rest), and what is true of them:
// precision, recall, accuracy, prevalence.
func (c cell) population() ([]group, []float64) {
	present := c.prevalence * simulated
	found := int(present*c.recall + 0.5)
	flagged := max(found, int(float64(found)/c.precision+0.5))
	missed := int(present+0.5) - found
	rest := simulated - flagged
	nearSize := rest / 10
	nearMissed := min(nearSize, int(float64(missed)*nearFactor/(nearFactor+9)))
	return []group{{flagged, found}, {nearSize, nearMissed}, {rest - nearSize, missed - nearMissed}}, []float64{
		float64(found) / float64(flagged),
		float64(found) / float64(found+missed),
		float64(found+rest-missed) / simulated,
		float64(found+missed) / simulated,
	}
}

// simulate returns the share of samples whose interval covers the truth.
func (c cell) simulate(rng *rand.Rand) [4]float64 {
	groups, truth := c.population()
	var covered [4]float64
	for range repeats {
		strata := make([]Stratum, len(groups))
		for i, g := range groups {
			strata[i] = Stratum{
				Flagged: i == 0,
				Size:    float64(g.size),
				Samples: c.draw(rng, g.size, g.present),
			}
		}
		w := Weigh(strata)
		for i, e := range []assay.Estimate{w.Precision, w.Recall, w.Accuracy, w.Prevalence} {
			const rounding = 1e-9
			if e.Low-rounding <= truth[i] && truth[i] <= e.High+rounding {
				covered[i] += 1.0 / repeats
			}
		}
	}
	return covered
}

// draw labels c.n values of a group, all of them when it has no more, each at
// most once. Where probabilities are uneven, the group has a half that holds two
// thirds of the element and is drawn three times as readily; the weights say so.
func (c cell) draw(rng *rand.Rand, size, present int) []Sample {
	if !c.uneven || c.n >= size {
		return drawEven(rng, size, present, min(c.n, size), 1)
	}
	half := size / 2
	likely := min(half, 2*present/3)
	likely = max(likely, present-(size-half))
	n := min(c.n*3/4, half)
	rest := min(c.n-n, size-half)
	return append(
		drawEven(rng, half, likely, n, float64(half)/float64(n)),
		drawEven(rng, size-half, present-likely, rest, float64(size-half)/float64(rest))...)
}

func drawEven(rng *rand.Rand, size, present, n int, weight float64) []Sample {
	samples := make([]Sample, n)
	for i := range samples {
		is := rng.IntN(size) < present
		if is {
			present--
		}
		size--
		samples[i] = Sample{Present: is, Weight: weight}
	}
	return samples
}
