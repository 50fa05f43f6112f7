package quality

import (
	"fmt"

	"example.com/assay"
)

// Bar is what a verifier must reach to go live: lower ends of the 95 % intervals
// of precision and recall, on at least so many labelled values.
type Bar struct {
	Precision float64 `json:"precision" yaml:"precision"`
	Recall    float64 `json:"recall" yaml:"recall"`
	Labels    int     `json:"labels" yaml:"labels"`
}

// DefaultBar is the bar of an element that has none of its own.
var DefaultBar = Bar{Precision: 0.8, Recall: 0.7, Labels: 50}

// worseLevel is the p-value below which a new version counts as worse.
const worseLevel = 0.05

// Decision is what the gate says of a version.
type Decision struct {
	Element assay.Element `json:"element"`
	Version int           `json:"version"`
	Pass    bool          `json:"pass"`
	Reasons []string      `json:"reasons"` // why not; empty when it passes
	Measure assay.Measure `json:"measure"`
	// Against is the version in use, and Paired how the two fared on the same
	// values; nil when there is none.
	Against *assay.Measure `json:"against,omitempty"`
	Paired  *Paired        `json:"paired,omitempty"`
	Worse   float64        `json:"worse_p,omitempty"` // one-sided p-value of being worse
}

// Gate decides on a version by its scored items, and by those of the version in
// use, nil when there is none. Both must be of the same items.
func Gate(element assay.Element, bar Bar, judge *Judge, fresh []ScoredItem, used *Judge, old []ScoredItem) Decision {
	d := Decision{Element: element, Version: judge.Version, Reasons: []string{}, Measure: MeasureItems(element, judge, fresh)[0]}
	d.reach("precision", d.Measure.Precision, bar.Precision)
	d.reach("recall", d.Measure.Recall, bar.Recall)
	if len(fresh) < max(1, bar.Labels) {
		d.refuse("%d values are labelled, %d are needed (label more: assay quality label --element %s)", len(fresh), max(1, bar.Labels), element)
	}
	if used != nil {
		d.compare(used, fresh, old)
	}
	d.Pass = len(d.Reasons) == 0
	return d
}

func (d *Decision) refuse(format string, args ...any) {
	d.Reasons = append(d.Reasons, fmt.Sprintf(format, args...))
}

// reach refuses an estimate whose lower end is below the bar; a bar of 0 asks
// nothing.
func (d *Decision) reach(what string, e assay.Estimate, bar float64) {
	switch {
	case bar <= 0:
	case e.N == 0:
		d.refuse("%s is not known: nothing that says anything of it is labelled", what)
	case e.Low < bar:
		d.refuse("%s is at least %.3f with 95 %% confidence (measured %.3f on %d values), %.3f is asked for", what, e.Low, e.Value, e.N, bar)
	}
}

// compare refuses a version that is worse than the one in use.
func (d *Decision) compare(used *Judge, fresh, old []ScoredItem) {
	before := MeasureItems(d.Element, used, old)[0]
	var paired Paired
	for i := range fresh {
		paired.Count(old[i].flagged() == old[i].Present, fresh[i].flagged() == fresh[i].Present)
	}
	d.Against, d.Paired, d.Worse = &before, &paired, paired.Worse()
	if d.Worse < worseLevel {
		d.refuse("it is worse than version %d: wrong on %d values on which that is right, right on %d on which that is wrong (p = %.3g, McNemar's exact test)",
			used.Version, paired.OnlyOld, paired.OnlyNew, d.Worse)
	}
}

// Compare says how two versions fare on the same items, without a bar.
func Compare(element assay.Element, a *Judge, scoredA []ScoredItem, b *Judge, scoredB []ScoredItem) Decision {
	return Gate(element, Bar{}, b, scoredB, a, scoredA)
}
