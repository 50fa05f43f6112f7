package quality

import (
	"math"

	"example.com/assay"
)

// Scored is one judgement with the probability that it was given.
type Scored struct {
	Score float64 `json:"score"` // between 0 and 1
	Right bool    `json:"right"`
}

// Bin is one bar of a reliability diagram: of the judgements whose score lay
// between Low (inclusive) and High (exclusive, 1 included), what was promised
// on average and what came true.
type Bin struct {
	Low      float64        `json:"low"`
	High     float64        `json:"high"`
	Promised float64        `json:"promised"` // mean score; 0 for an empty bin
	Observed assay.Estimate `json:"observed"`
}

// Reliability sorts judgements into n bins of equal width (DeGroot and Fienberg
// 1983, The Statistician 32:12).
func Reliability(judged []Scored, n int) []Bin {
	n = max(n, 1)
	right, total, sum := make([]int, n), make([]int, n), make([]float64, n)
	for _, j := range judged {
		i := min(max(int(j.Score*float64(n)), 0), n-1)
		total[i]++
		sum[i] += j.Score
		if j.Right {
			right[i]++
		}
	}
	bins := make([]Bin, n)
	for i := range bins {
		bins[i] = Bin{
			Low:      float64(i) / float64(n),
			High:     float64(i+1) / float64(n),
			Observed: Proportion(right[i], total[i]),
		}
		if total[i] > 0 {
			bins[i].Promised = sum[i] / float64(total[i])
		}
	}
	return bins
}

// CalibrationError is the mean distance between promised and observed over the
// bins, weighted by their number of judgements (Naeini et al. 2015, AAAI).
func CalibrationError(bins []Bin) float64 {
	var sum float64
	n := 0
	for _, b := range bins {
		sum += float64(b.Observed.N) * math.Abs(b.Promised-b.Observed.Value)
		n += b.Observed.N
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}
