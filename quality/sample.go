package quality

import (
	"math"
	"slices"

	"example.com/assay"
)

// Stratum is a part of the judged values from which labelled ones were drawn:
// for example those flagged, those just below the threshold, and the rest.
type Stratum struct {
	Name string `json:"name"`
	// Flagged says that the verifier said yes to the stratum's values.
	Flagged bool `json:"flagged"`
	// Size is the number of values in the stratum. 0 means unknown: each value was
	// drawn by its own chance, and the sum of the samples' weights stands for it.
	Size float64 `json:"size"`
	// Samples are the labelled values, drawn at random.
	Samples []Sample `json:"samples"`
}

// Sample is one labelled value of a stratum.
type Sample struct {
	// Present is the label: the element is there.
	Present bool `json:"present"`
	// Weight is the inverse of the probability with which the value reached the
	// labeller, the sampling of the store included. 0 counts as 1.
	Weight float64 `json:"weight,omitempty"`
}

// Weighted is what stratified samples say of the whole that was judged. F1 is
// the harmonic mean of the two point estimates.
type Weighted struct {
	Precision  assay.Estimate `json:"precision"`
	Recall     assay.Estimate `json:"recall"`
	Accuracy   assay.Estimate `json:"accuracy"`
	Prevalence assay.Estimate `json:"prevalence"`
	F1         float64        `json:"f1"`
}

// Weigh estimates precision, recall, accuracy and prevalence from stratified
// samples, each label weighted by the inverse of its sampling probability: the
// Horvitz–Thompson estimator of totals, in Hájek's form (weights normed to the
// stratum) where the probabilities differ within a stratum (Särndal, Swensson
// and Wretman, Model Assisted Survey Sampling, 1992, ch. 5 and 7).
//
// The share of each stratum gets a mid-P interval over its effective size; the
// intervals are combined by MOVER (Zou and Donner 2008, Stat. Med. 27:1693), and
// recall, a ratio of two such sums, is solved for like Fieller's theorem. See
// docs/quality.md. A stratum without samples leaves everything that depends on
// it unknown. Where the size of a stratum is unknown, none is used: see weighTotals.
func Weigh(strata []Stratum) Weighted {
	if slices.ContainsFunc(strata, func(s Stratum) bool { return s.Size <= 0 }) {
		return weighTotals(strata)
	}
	parts := make([]part, len(strata))
	for i, s := range strata {
		parts[i] = s.part()
	}
	w := Weighted{
		Precision:  precision(parts),
		Recall:     recall(parts),
		Accuracy:   mean(parts, func(p part) bool { return !p.flagged }),
		Prevalence: mean(parts, func(part) bool { return false }),
	}
	w.F1 = harmonic(w.Precision.Value, w.Recall.Value)
	return w
}

// part is the estimated number of values with the element in a stratum.
type part struct {
	flagged         bool
	size            float64
	n               int
	count, low, top float64 // the estimate and its limits, in values
}

func (s Stratum) part() part {
	p := part{flagged: s.Flagged, size: s.Size, n: len(s.Samples)}
	var sum, present float64
	for _, sample := range s.Samples {
		sum += sample.weight()
		if sample.Present {
			present += sample.weight()
		}
	}
	if p.size == 0 {
		p.size = sum
	}
	if p.n == 0 {
		p.top = p.size
		return p
	}
	share := min(1, present/sum)
	low, high := MidP(share, s.effective(share))
	p.count, p.low, p.top = share*p.size, low*p.size, high*p.size
	return p
}

func (s Sample) weight() float64 {
	if s.Weight <= 0 {
		return 1
	}
	return s.Weight
}

// effective is the number of equally weighted samples, drawn with replacement,
// that would say as much about a share as the stratum's samples do.
//
// Unequal weights cost: at most Kish's (Σw)²/Σw² counts, and no more than the
// linearised variance of the share allows (Korn and Graubard 1998, Surv.
// Methodol. 24:193). Where all samples agree there is no such variance, and what
// was not seen is taken to hide where each sample stands for most: Σw / max w.
//
// Drawing n of N without replacement gains: with f = n/N, a stratum with d values
// of interest shows none of them with probability about (1-f)^d, as a binomial
// sample of -N·ln(1-f) does. The usual n/(1-f), which serves common events,
// promises too much for rare ones.
func (s Stratum) effective(share float64) float64 {
	var sum, squares, top, spread float64
	for _, sample := range s.Samples {
		w := sample.weight()
		sum += w
		squares += w * w
		top = max(top, w)
		off := share
		if sample.Present {
			off = 1 - share
		}
		spread += square(w * off)
	}
	n := sum / top
	if share > 0 && share < 1 {
		n = min(sum*sum/squares, share*(1-share)*sum*sum/spread)
	}
	if s.Size <= 0 {
		return n
	}
	if len(s.Samples) >= int(s.Size) {
		return math.Inf(1)
	}
	return -s.Size * math.Log1p(-n/s.Size)
}

// precision is the share of the flagged values that hold the element.
func precision(parts []part) assay.Estimate {
	var flagged []part
	for _, p := range parts {
		if p.flagged {
			flagged = append(flagged, p)
		}
	}
	return mean(flagged, func(part) bool { return false })
}

// mean is the share over all parts, of values without the element in those
// parts that are complemented, and of values with it in the others.
func mean(parts []part, complement func(part) bool) assay.Estimate {
	var total, value, below, above float64
	n := 0
	for _, p := range parts {
		if p.n == 0 && p.size > 0 {
			return unknown
		}
		if complement(p) {
			p.count, p.low, p.top = p.size-p.count, p.size-p.top, p.size-p.low
		}
		total += p.size
		value += p.count
		below += square(p.count - p.low)
		above += square(p.top - p.count)
		n += p.n
	}
	if total == 0 {
		return unknown
	}
	return assay.Estimate{
		Value: value / total,
		Low:   max(0, (value-math.Sqrt(below))/total),
		High:  min(1, (value+math.Sqrt(above))/total),
		N:     n,
	}
}

// recall is found / (found + missed).
func recall(parts []part) assay.Estimate {
	var found, missed float64
	var foundLow, foundTop, missedLow, missedTop float64 // squared distances
	n, unflagged := 0, false
	for _, p := range parts {
		if p.n == 0 && p.size > 0 {
			return unknown
		}
		n += p.n
		unflagged = unflagged || !p.flagged
		if p.flagged {
			found += p.count
			foundLow += square(p.count - p.low)
			foundTop += square(p.top - p.count)
		} else {
			missed += p.count
			missedLow += square(p.count - p.low)
			missedTop += square(p.top - p.count)
		}
	}
	if !unflagged {
		return unknown // nobody looked where misses would be
	}
	return ratio(total{found, foundLow, foundTop}, total{missed, missedLow, missedTop}, n)
}

// total is an estimated number of values with the squares of how far its limits
// lie below and above.
type total struct{ value, below, above float64 }

// ratio is the share a/(a+b) of two totals that were estimated independently, from
// n labels. A value r lies in the interval when 0 lies between the MOVER limits of
// a·(1-r) - b·r; with t = r/(1-r) both limits fall as t rises, so that each end is
// one crossing.
func ratio(a, b total, n int) assay.Estimate {
	if a.value+b.value == 0 {
		return assay.Estimate{High: 1, N: n}
	}
	low := bisect(0, 1, func(r float64) bool {
		return a.value*(1-r)-b.value*r > math.Sqrt(square(1-r)*a.below+square(r)*b.above)
	})
	high := bisect(0, 1, func(r float64) bool {
		return b.value*r-a.value*(1-r) < math.Sqrt(square(1-r)*a.above+square(r)*b.below)
	})
	value := a.value / (a.value + b.value)
	return assay.Estimate{Value: value, Low: min(low, value), High: max(high, value), N: n}
}

func square(v float64) float64 { return v * v }
