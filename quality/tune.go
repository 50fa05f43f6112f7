package quality

import (
	"cmp"
	"slices"
)

// Point is one threshold of a precision–recall curve.
type Point struct {
	Threshold float64 `json:"threshold"` // a value counts as found from this score on
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	Cost      float64 `json:"cost"` // of all errors together, per labelled value
}

// Cost says how bad an error is.
type Cost struct {
	FalsePositive float64 `json:"false_positive"`
	FalseNegative float64 `json:"false_negative"`
}

// Curve returns precision and recall at every threshold at which they change, the
// lowest first, and the index of the point that costs least. Each item counts by
// the inverse of the probability with which it was sampled.
func Curve(items []ScoredItem, cost Cost) (points []Point, best int) {
	items = slices.Clone(items)
	slices.SortFunc(items, func(a, b ScoredItem) int { return cmp.Compare(a.Score, b.Score) })
	var found, wrong, missed, total float64 // at a threshold below all
	for _, s := range items {
		total += s.weight()
		if s.Present {
			found += s.weight()
		} else {
			wrong += s.weight()
		}
	}
	for i, s := range items {
		if i == 0 || s.Score != items[i-1].Score {
			p := Point{Threshold: s.Score, Cost: (cost.FalsePositive*wrong + cost.FalseNegative*missed) / total}
			if found > 0 {
				p.Precision, p.Recall = found/(found+wrong), found/(found+missed)
			}
			if points = append(points, p); p.Cost < points[best].Cost {
				best = len(points) - 1
			}
		}
		if s.Present {
			found, missed = found-s.weight(), missed+s.weight()
		} else {
			wrong -= s.weight()
		}
	}
	return points, best
}

func (s ScoredItem) weight() float64 { return Sample{Weight: inverse(s.Probability)}.weight() }

func inverse(p float64) float64 {
	if p <= 0 {
		return 0
	}
	return 1 / p
}
