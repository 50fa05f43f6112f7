package quality

import (
	"slices"
	"time"

	"example.com/assay"
)

// Verdict is what a label says.
type Verdict string

// The verdicts. An unsure label is kept but never measured with.
const (
	Present Verdict = "present"
	Absent  Verdict = "absent"
	Unsure  Verdict = "unsure"
)

// Origin is where a labelled value came from: the four sources of ground truth.
type Origin string

// The origins.
const (
	OriginColumn    Origin = "column"    // a column known to hold the element, or known to be free of it
	OriginResult    Origin = "result"    // what a scan flagged, or a reservoir of what it did not
	OriginFreeForm  Origin = "free_form" // a known column of messages or documents
	OriginGenerated Origin = "generated" // made for the purpose; there is no such person
)

// Label is somebody's word on a sampled value, or on a field: the element is
// there, or it is not. Content is no part of it; the value is known by a keyed
// hash, and kept sealed elsewhere.
type Label struct {
	Element assay.Element `json:"element"`
	Asset   assay.AssetID `json:"asset"`
	Field   string        `json:"field"`
	// Value is the keyed hash of the value; empty when the label stands on the
	// field as a whole, so that a column that was missed can be recorded.
	Value   string  `json:"value,omitempty"`
	Verdict Verdict `json:"verdict"`
	// By is who said so, and Model whether that is a model: a person's word is
	// never mixed with a model's guess.
	By       string    `json:"by"`
	Model    bool      `json:"model,omitempty"`
	Origin   Origin    `json:"origin"`
	Language string    `json:"language,omitempty"` // ISO 639-1
	Time     time.Time `json:"time"`

	// What the verifier had said, and how the value came to be labelled.

	Hash        string  `json:"hash"` // of the verifier's definition
	Flagged     bool    `json:"flagged"`
	Score       float64 `json:"score"`
	Stratum     string  `json:"stratum,omitempty"`
	Probability float64 `json:"probability,omitempty"` // with which it reached the labeller; 0: unknown, counted as 1
}

// Level is what is counted by a measure.
type Level string

// The levels.
const (
	LevelValue  Level = "value"
	LevelSpan   Level = "span"
	LevelColumn Level = "column"
)

// Measure is how good one version of a verifier is, measured against labels.
type Measure struct {
	Element assay.Element `json:"element"`
	Hash    string        `json:"hash"` // of the verifier's definition
	Level   Level         `json:"level"`
	// Store and Language restrict the measure; empty means all of them.
	Store    string    `json:"store,omitempty"`
	Language string    `json:"language,omitempty"`
	Time     time.Time `json:"time"`
	// Labels counts what was labelled; the estimates are weighted for how it
	// was sampled.
	Labels   Confusion `json:"labels"`
	Weighted `json:"estimate"`
}

// Tally measures labels of one element, one verifier version and one level. The
// strata, without samples, say what was judged and how much of it; a stratum that
// nobody labelled makes what depends on it unknown, rather than perfect. Labels
// of other strata are taken as strata of unknown size. Unsure labels and those
// by a model are left out.
func Tally(labels []Label, strata []Stratum) Measure {
	var m Measure
	strata = slices.Clone(strata)
	for _, l := range labels {
		if l.Model || l.Verdict == Unsure {
			continue
		}
		m.Element, m.Hash = l.Element, l.Hash
		m.Labels.Count(l.Flagged, l.Verdict == Present)
		i := slices.IndexFunc(strata, func(s Stratum) bool {
			return s.Name == l.Stratum && s.Flagged == l.Flagged
		})
		if i < 0 {
			i = len(strata)
			strata = append(strata, Stratum{Name: l.Stratum, Flagged: l.Flagged})
		}
		sample := Sample{Present: l.Verdict == Present}
		if l.Probability > 0 {
			sample.Weight = 1 / l.Probability
		}
		strata[i].Samples = append(strata[i].Samples, sample)
	}
	m.Weighted = Weigh(strata)
	return m
}
