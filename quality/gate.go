package quality

import (
	"fmt"

	"example.com/assay"
)

// DefaultBar is the bar of an element that has none of its own.
var DefaultBar = assay.Bar{Precision: 0.8, Recall: 0.7, Labels: 50}

// worseLevel is the p-value below which a new version counts as worse.
const worseLevel = 0.05

// Gate decides on a version by its scored items, and by those of the version in
// use, nil when there is none. Both must be of the same items.
func Gate(element assay.Element, bar assay.Bar, judge *Judge, fresh []ScoredItem, used *Judge, old []ScoredItem) assay.Admission {
	d := gating{assay.Admission{Element: element, Version: judge.Version, Bar: bar, Reasons: []string{}, Measure: MeasureItems(element, judge, fresh)[0]}}
	d.reach("precision", d.Measure.Precision, bar.Precision)
	d.reach("recall", d.Measure.Recall, bar.Recall)
	if n := len(basis(fresh)); n < max(1, bar.Labels) {
		d.refuse("%d values are labelled, %d are needed (label more: assay quality label --element %s)", n, max(1, bar.Labels), element)
	}
	if used != nil {
		d.compare(used, fresh, old)
	}
	d.Pass = len(d.Reasons) == 0
	return d.Admission
}

// gating is an admission that is being decided.
type gating struct{ assay.Admission }

func (d *gating) refuse(format string, args ...any) {
	d.Reasons = append(d.Reasons, fmt.Sprintf(format, args...))
}

// reach refuses an estimate whose lower end is below the bar; a bar of 0 asks
// nothing.
func (d *gating) reach(what string, e assay.Estimate, bar float64) {
	switch {
	case bar <= 0:
	case e.N == 0:
		d.refuse("%s is not known: nothing that says anything of it is labelled", what)
	case e.Low < bar:
		d.refuse("%s is at least %.3f with 95 %% confidence (measured %.3f on %d values), %.3f is asked for", what, e.Low, e.Value, e.N, bar)
	}
}

// compare refuses a version that is worse than the one in use.
func (d *gating) compare(used *Judge, fresh, old []ScoredItem) {
	before := MeasureItems(d.Element, used, old)[0]
	var paired assay.Paired
	for i := range fresh {
		paired.Count(old[i].flagged() == old[i].Present, fresh[i].flagged() == fresh[i].Present)
	}
	d.Against, d.Paired, d.Worse = &before, &paired, Worse(paired)
	if d.Worse < worseLevel {
		d.refuse("it is worse than version %d: wrong on %d values on which that is right, right on %d on which that is wrong (p = %.3g, McNemar's exact test)",
			used.Version, paired.OnlyOld, paired.OnlyNew, d.Worse)
	}
}

// Compare says how two versions fare on the same items, without a bar.
func Compare(element assay.Element, a *Judge, scoredA []ScoredItem, b *Judge, scoredB []ScoredItem) assay.Admission {
	return Gate(element, assay.Bar{}, b, scoredB, a, scoredA)
}
