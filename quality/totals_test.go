package quality

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"example.com/assay"
)

// TestCoverageOfItems holds the intervals to their promise for items as they really
// come: each value is kept by its own chance (Poisson sampling), how many there are
// in a stratum is not known, and only some of what is kept is labelled.
func TestCoverageOfItems(t *testing.T) {
	if testing.Short() {
		t.Skip("a simulation of some seconds")
	}
	rng := rand.New(rand.NewPCG(5, 13))
	names := []string{"precision", "recall", "accuracy", "prevalence"}
	sum, least := make([]float64, len(names)), []float64{1, 1, 1, 1}
	var worst [4]cell
	cells := grids()
	for _, c := range cells {
		covered := c.simulateItems(rng)
		for i, share := range covered {
			sum[i] += share
			if share < least[i] {
				least[i], worst[i] = share, c
			}
		}
	}
	for i, name := range names {
		mean := sum[i] / float64(len(cells))
		t.Logf("%s: covers %.3f on average, %.3f at least (%+v), over %d cells", name, mean, least[i], worst[i], len(cells))
		if mean < 0.94 || least[i] < 0.90 {
			t.Errorf("%s: covers %.3f on average, %.3f at least; want 0.94 and 0.90", name, mean, least[i])
		}
	}
}

// fewer are the samples of each cell: these take longer.
const fewer = 300

func (c cell) simulateItems(rng *rand.Rand) [4]float64 {
	groups, truth := c.population()
	var covered [4]float64
	for range fewer {
		var labelled []Labelled
		for i, g := range groups {
			name := []string{"flagged", "near", "rest"}[i]
			half := g.size
			if c.uneven {
				half = g.size / 2
			}
			likely := g.present
			if c.uneven {
				likely = min(half, 2*g.present/3)
				likely = max(likely, g.present-(g.size-half))
			}
			p := math.Min(1, float64(c.n)/float64(g.size))
			if c.uneven {
				labelled = poisson(rng, labelled, name, i == 0, half, likely, math.Min(1, 1.5*p))
				labelled = poisson(rng, labelled, name, i == 0, g.size-half, g.present-likely, math.Min(1, 0.5*p))
			} else {
				labelled = poisson(rng, labelled, name, i == 0, g.size, g.present, p)
			}
		}
		m := Tally(labelled, nil)
		for i, e := range []struct{ Low, High float64 }{{m.Precision.Low, m.Precision.High}, {m.Recall.Low, m.Recall.High}, {m.Accuracy.Low, m.Accuracy.High}, {m.Prevalence.Low, m.Prevalence.High}} {
			if e.Low-1e-9 <= truth[i] && truth[i] <= e.High+1e-9 {
				covered[i] += 1.0 / fewer
			}
		}
	}
	return covered
}

// poisson keeps each of size values, present of which hold the element, with
// probability p.
func poisson(rng *rand.Rand, to []Labelled, stratum string, flagged bool, size, present int, p float64) []Labelled {
	for _, part := range []struct {
		n  int
		is bool
	}{{present, true}, {size - present, false}} {
		for range binomial(rng, part.n, p) {
			to = append(to, Labelled{Present: part.is, Flagged: flagged, Stratum: stratum, Probability: p})
		}
	}
	return to
}

// binomial draws how many of n come to pass, by the gaps between them.
func binomial(rng *rand.Rand, n int, p float64) (k int) {
	if p >= 1 {
		return n
	}
	for at := -1; ; k++ {
		if at += 1 + int(math.Log(1-rng.Float64())/math.Log1p(-p)); at >= n {
			return k
		}
	}
}

// TestResponses: known columns are labelled as they are kept, people label a part of
// the rest; the measure stands for both as they are.
func TestResponses(t *testing.T) {
	var items []assay.Item
	truth := Truth{Present: map[string]bool{}}
	for i := range 200 {
		item := assay.Item{ID: fmt.Sprint(i), Element: "iban", Stratum: assay.StratumFlagged, Origin: assay.OriginColumn, Probability: 0.5}
		if i >= 100 {
			item.Origin = assay.OriginResult
		}
		if i < 120 { // the 100 known ones hold it, the 20 others do not
			truth.Present[item.ID] = i < 100
		}
		items = append(items, item)
	}
	share := responses(items, truth)
	if known, others := share[classOf(items[0])], share[classOf(items[199])]; known != 1 || others != 0.2 {
		t.Fatalf("labelled are %v of the known and %v of the others", known, others)
	}
	var scored []ScoredItem
	for _, i := range items[:120] {
		scored = append(scored, ScoredItem{Item: i, Present: truth.Present[i.ID], Score: 1, Probability: i.Probability * share[classOf(i)]})
	}
	m := MeasureItems("iban", &Judge{}, scored)[0]
	if p := m.Precision; math.Abs(p.Value-0.5) > 1e-9 || p.Low > 0.45 || p.High < 0.55 {
		t.Errorf("precision %+v, want one half", p)
	}
}

// TestBasis: made-up values stand for all only until enough real ones are labelled,
// and are measured apart in any case.
func TestBasis(t *testing.T) {
	var items []ScoredItem
	add := func(n int, origin assay.Origin, store string, score float64) {
		for range n {
			items = append(items, ScoredItem{Item: assay.Item{Origin: origin, Store: store, Stratum: "s"}, Present: true, Score: score, Probability: 1})
		}
	}
	add(50, assay.OriginGenerated, "generated", 1)
	add(leastReal-1, assay.OriginResult, "mysql", 0)
	if m := MeasureItems("iban", &Judge{}, items); m[0].TP != 50 || m[0].FN != 0 || len(m) != 3 {
		t.Errorf("with few real ones: %+v", m)
	}
	add(1, assay.OriginResult, "mysql", 0)
	if m := MeasureItems("iban", &Judge{}, items); m[0].TP != 0 || m[0].FN != leastReal || m[1].Store != "generated" || m[1].TP != 50 {
		t.Errorf("with enough real ones: %+v", m)
	}
}

// TestHinted: few labels on the rest say nothing; many do, and so do they where
// there is nothing else.
func TestHinted(t *testing.T) {
	of := func(stratum string, n int) (items []ScoredItem) {
		for range n {
			items = append(items, ScoredItem{Item: assay.Item{Stratum: stratum}})
		}
		return items
	}
	for name, c := range map[string]struct{ hint, rest, want int }{
		"few": {5, leastReal - 1, 5}, "enough": {5, leastReal, 5 + leastReal}, "nothing else": {0, 3, 3},
	} {
		if got := len(hinted(append(of(assay.StratumHint, c.hint), of(assay.StratumRest, c.rest)...))); got != c.want {
			t.Errorf("%s: %d are left, want %d", name, got, c.want)
		}
	}
}

// TestNothingFlagged: of a verifier that found nothing, recall is low, but not known
// to be nought.
func TestNothingFlagged(t *testing.T) {
	m := Tally([]Labelled{{Present: true, Stratum: "s"}, {Stratum: "s"}}, nil)
	if m.Recall.Value != 0 || m.Recall.High < 0.5 || m.Precision.N != 0 {
		t.Errorf("recall %+v, precision %+v", m.Recall, m.Precision)
	}
}
