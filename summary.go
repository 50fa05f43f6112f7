package assay

import (
	"context"
	"iter"
	"time"
)

// Age says how long ago something was examined, coarsely.
type Age int

// The ages.
const (
	AgeDay   Age = iota // within 24 hours
	AgeWeek             // within 7 days
	AgeMonth            // within 30 days
	AgeOlder            // longer ago
)

// StoreCoverage is how far the assets of one store were examined.
type StoreCoverage struct {
	Store  string          `json:"store"`
	Assets int             `json:"assets"`
	Last   time.Time       `json:"last"` // the latest word on any of them
	Counts []CoverageCount `json:"counts"`
}

// CoverageCount counts what was examined alike, about as long ago.
type CoverageCount struct {
	Status Status `json:"status"`
	Reason Reason `json:"reason,omitempty"` // why Status is not StatusScanned
	Age    Age    `json:"age"`
	Fields int    `json:"fields"`
	// Whole counts the assets that have a word on them as a whole, because they
	// could not be read to the end, or at all.
	Whole int `json:"whole"`
}

// ElementCount counts where one element was found in one store.
type ElementCount struct {
	Store      string  `json:"store"`
	Element    Element `json:"element"`
	Assets     int     `json:"assets"`
	Fields     int     `json:"fields"`
	Confidence float64 `json:"confidence"` // the highest
}

// AssetSummary is one asset with the counts of its fields by status and of its
// findings.
type AssetSummary struct {
	Asset       AssetID   `json:"asset"`
	Store       string    `json:"store"`
	Scanned     int       `json:"scanned"`
	Partial     int       `json:"partial"`
	NotExamined int       `json:"not_examined"` // a word on the whole asset counts as one
	Findings    int       `json:"findings"`     // active and there
	At          time.Time `json:"at"`           // of the latest word
}

// AssetFilter selects assets; a zero member does not restrict.
type AssetFilter struct {
	Store   string
	Element Element // only assets with a finding of it
	Found   bool    // only assets with a finding
	Gaps    bool    // only assets that are not fully examined
	After   AssetID // only assets after it in their order
	Limit   int     // the most to return; 0 means 100
}

// SummaryReader counts what the other roles list.
type SummaryReader interface {
	// StoreCoverage counts the latest coverage, by store, and in each by status,
	// reason and age.
	StoreCoverage(ctx context.Context) ([]StoreCoverage, error)
	// ElementCounts counts active findings that are not gone, by element and store.
	ElementCounts(ctx context.Context) ([]ElementCount, error)
	// AssetSummaries returns assets in the order of their ids.
	AssetSummaries(ctx context.Context, filter AssetFilter) ([]AssetSummary, error)
}

// DeclarationReader answers what somebody wrote down about assets.
type DeclarationReader interface {
	// Declarations yields the assets that have been scanned, with what was
	// declared of them then, in the order of their ids; one asset, or all when it
	// is empty.
	Declarations(ctx context.Context, asset AssetID) iter.Seq2[Asset, error]
}
