package quality

// weighTotals is Weigh where each value came to be labelled by its own known chance,
// independently of all others, and nobody counted them (Poisson sampling). Those of
// a stratum that hold the element and those that do not are then two samples that
// know nothing of each other: each total is estimated by the sum of its weights
// (Horvitz and Thompson), and each measure is the share of one total in the sum of
// two.
func weighTotals(strata []Stratum) Weighted {
	var tp, fp, fn, tn []total
	flagged, unflagged := 0, 0
	empty := [2]bool{} // a stratum of each kind that nobody labelled
	top := 0.0
	for _, s := range strata {
		for _, sample := range s.Samples {
			top = max(top, sample.weight())
		}
		present, absent := s.totals()
		if s.Flagged {
			tp, fp, flagged = append(tp, present), append(fp, absent), flagged+len(s.Samples)
			empty[0] = empty[0] || len(s.Samples) == 0
		} else {
			fn, tn, unflagged = append(fn, present), append(tn, absent), unflagged+len(s.Samples)
			empty[1] = empty[1] || len(s.Samples) == 0
		}
	}
	if flagged == 0 && !empty[0] { // nothing flagged was seen: that there is none is not certain
		tp, fp = append(tp, totalOf(nil, top)), append(fp, totalOf(nil, top))
	}
	w := Weighted{Precision: unknown, Recall: unknown, Accuracy: unknown, Prevalence: unknown}
	if flagged > 0 && !empty[0] {
		w.Precision = ratio(sum(tp), sum(fp), flagged)
	}
	if n := flagged + unflagged; n > 0 && !empty[0] && !empty[1] {
		w.Accuracy = ratio(sum(tp, tn), sum(fp, fn), n)
		w.Prevalence = ratio(sum(tp, fn), sum(fp, tn), n)
		if unflagged > 0 { // otherwise nobody looked where misses would be
			w.Recall = ratio(sum(tp), sum(fn), n)
		}
	}
	w.F1 = harmonic(w.Precision.Value, w.Recall.Value)
	return w
}

func harmonic(a, b float64) float64 {
	if a+b == 0 {
		return 0
	}
	return 2 * a * b / (a + b)
}

func sum(lists ...[]total) (all total) {
	for _, list := range lists {
		for _, t := range list {
			all.value += t.value
			all.below += t.below
			all.above += t.above
		}
	}
	return all
}

// totals estimates how many values of the stratum hold the element, and how many do
// not.
func (s Stratum) totals() (present, absent total) {
	top := 0.0
	var with, without []float64
	for _, sample := range s.Samples {
		top = max(top, sample.weight())
		if sample.Present {
			with = append(with, sample.weight())
		} else {
			without = append(without, sample.weight())
		}
	}
	return totalOf(with, top), totalOf(without, top)
}

// poissonTrials is so many that the binomial distribution is that of Poisson.
const poissonTrials = 1e7

// totalOf estimates a total from the weights of those that were seen of it; top is
// the greatest weight that one could have had.
//
// The limits are the mid-P ones of a Poisson count of (Σw)²/Σw², each of which
// stands for Σw²/Σw. Nothing is gained where much of the whole was seen: the
// question is how a verifier will do on the next values.
func totalOf(weights []float64, top float64) total {
	var t total
	squares := 0.0
	for _, w := range weights {
		t.value += w
		squares += w * w
	}
	seen, each := 0.0, top
	if squares > 0 {
		seen, each = t.value*t.value/squares, squares/t.value
	}
	low, high := MidP(seen/poissonTrials, poissonTrials)
	t.below, t.above = square((seen-low*poissonTrials)*each), square((high*poissonTrials-seen)*each)
	return t
}
