package assay

import "context"

// Bar is what a verifier must reach to go live: lower ends of the 95 % intervals
// of precision and recall, on at least so many labelled values.
type Bar struct {
	Precision float64 `json:"precision" yaml:"precision"`
	Recall    float64 `json:"recall" yaml:"recall"`
	Labels    int     `json:"labels" yaml:"labels"`
}

// Paired counts how two verifiers fared on the same labelled units. Units on
// which both were right, or both wrong, say nothing about which is better.
type Paired struct {
	OnlyOld int `json:"only_old"` // the old one right, the new one wrong
	OnlyNew int `json:"only_new"` // the reverse
}

// Count adds one unit.
func (p *Paired) Count(oldRight, newRight bool) {
	if oldRight && !newRight {
		p.OnlyOld++
	}
	if newRight && !oldRight {
		p.OnlyNew++
	}
}

// Admission is what the gate says of a version.
type Admission struct {
	Element Element  `json:"element"`
	Version int      `json:"version"`
	Bar     Bar      `json:"bar"`
	Pass    bool     `json:"pass"`
	Reasons []string `json:"reasons"` // why not; empty when it passes
	Measure Measure  `json:"measure"`
	// Against is the version in use, and Paired how the two fared on the same
	// values; nil when there is none.
	Against *Measure `json:"against,omitempty"`
	Paired  *Paired  `json:"paired,omitempty"`
	Worse   float64  `json:"worse_p,omitempty"` // one-sided p-value of being worse
}

// Outcome is how a judgement compares with the label.
type Outcome string

// The outcomes.
const (
	TruePositive  Outcome = "tp" // found, and it is there
	FalsePositive Outcome = "fp" // found, and it is not there
	FalseNegative Outcome = "fn" // not found, though it is there
	TrueNegative  Outcome = "tn" // not found, and it is not there
)

// Outcomes lists the outcomes.
func Outcomes() []Outcome { return []Outcome{TruePositive, FalsePositive, FalseNegative, TrueNegative} }

// OutcomeOf compares what was said with what is.
func OutcomeOf(flagged, present bool) Outcome {
	switch {
	case flagged && present:
		return TruePositive
	case flagged:
		return FalsePositive
	case present:
		return FalseNegative
	}
	return TrueNegative
}

// LabelledItem is one of the values, or columns, that a measure counts. Of a
// column the item has no more than its element, asset, field and store.
type LabelledItem struct {
	Item    Item    `json:"item"`
	Score   float64 `json:"score"` // that the version gives it
	Outcome Outcome `json:"outcome"`
	// Counted says that it is in the figures over all stores: where enough real
	// values are labelled, made-up ones are not.
	Counted bool `json:"counted"`
}

// Gatekeeper measures versions on what is labelled, and puts those into use that
// pass. The labelled values are opened for that and shown to nobody.
type Gatekeeper interface {
	// Decide says whether a version may go live. ErrNotFound.
	Decide(ctx context.Context, element Element, version int) (Admission, error)
	// RollOut puts a version into use for a percentage of the assets, 100 for all,
	// where Decide passes it, and returns what the gate says. It is no error that it does
	// not. ErrNotFound; ErrConflict where it is in use already.
	RollOut(ctx context.Context, element Element, version, percent int, author, reason string) (Admission, error)
	// Judged returns the labelled values, or columns, of an element as a version
	// judges them: those that a measure of the level counts. ErrNotFound.
	Judged(ctx context.Context, element Element, version int, level Level) ([]LabelledItem, error)
}
