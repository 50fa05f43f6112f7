package quality

import (
	"slices"

	"example.com/assay"
)

// Labelled is a value that somebody labelled, and what a verifier says of it.
type Labelled struct {
	Present bool // the label
	Flagged bool // the verifier's word
	// Stratum is the part of the judged values from which it was drawn.
	Stratum string
	// Probability is that with which it reached the labeller; 0: unknown, counted
	// as 1.
	Probability float64
}

// Tally measures one verifier version on labelled values. The strata, without
// samples, say what was judged and how much of it; a stratum that nobody labelled
// makes what depends on it unknown, rather than perfect. Values of other strata
// are taken as strata of unknown size.
//
// A version that did not draw the strata splits each into what it flags and what
// it does not: the estimator for domains of a stratified sample.
func Tally(labelled []Labelled, strata []Stratum) assay.Measure {
	var counts Confusion
	strata = slices.Clone(strata)
	for _, l := range labelled {
		counts.Count(l.Flagged, l.Present)
		i := slices.IndexFunc(strata, func(s Stratum) bool {
			return s.Name == l.Stratum && s.Flagged == l.Flagged
		})
		if i < 0 {
			i = len(strata)
			strata = append(strata, Stratum{Name: l.Stratum, Flagged: l.Flagged})
		}
		sample := Sample{Present: l.Present}
		if l.Probability > 0 {
			sample.Weight = 1 / l.Probability
		}
		strata[i].Samples = append(strata[i].Samples, sample)
	}
	w := Weigh(strata)
	return assay.Measure{
		TP: counts.TP, FP: counts.FP, FN: counts.FN, TN: counts.TN,
		Precision: w.Precision, Recall: w.Recall, Accuracy: w.Accuracy, Prevalence: w.Prevalence, F1: w.F1,
	}
}
