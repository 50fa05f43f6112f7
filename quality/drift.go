package quality

import (
	"math"
	"time"

	"example.com/assay"
)

// Drift compares how a version fares on recent values with how it fared before.
type Drift struct {
	Element assay.Element
	Version int
	// What is measured: precision or recall.
	What           string
	Before, Recent assay.Estimate
}

// Alarm reports whether the recent values are worse: the 95 % interval of the
// difference, by MOVER, lies below 0.
func (d Drift) Alarm() bool {
	fall := d.Recent.Value - d.Before.Value
	return fall+math.Hypot(d.Recent.High-d.Recent.Value, d.Before.Value-d.Before.Low) < 0
}

// Drifts compares scored items that were kept since a time with those before.
func Drifts(element assay.Element, version int, items []ScoredItem, since time.Time) []Drift {
	var before, recent []Labelled
	for _, s := range items {
		if s.Item.At.Before(since) {
			before = append(before, s.labelled())
		} else {
			recent = append(recent, s.labelled())
		}
	}
	b, r := Tally(before, nil), Tally(recent, nil)
	return []Drift{{element, version, "precision", b.Precision, r.Precision}, {element, version, "recall", b.Recall, r.Recall}}
}
