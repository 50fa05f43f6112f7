package assay

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"
)

// Estimate is a measured share with its 95 % interval. N is the number of
// labelled units that it rests on; where N is 0 nothing is known, and the
// interval is the whole of 0 to 1.
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	N     int     `json:"n"`
}

// Origin is where a labelled value came from: the four sources of ground truth.
type Origin string

// The origins.
const (
	OriginColumn    Origin = "column"    // a column known to hold the element, or known to be free of it
	OriginResult    Origin = "result"    // what a scan flagged, or a reservoir of what it did not
	OriginFreeForm  Origin = "free_form" // a known column of messages or documents
	OriginGenerated Origin = "generated" // made for the purpose; there is no such person
)

// The strata of the values that scans judged.
const (
	StratumFlagged = "flagged" // the verifier found the element
	StratumNear    = "near"    // its score was below the threshold: methods disagree, or are not sure
	StratumHint    = "hint"    // the field's name speaks for it, or the verifier found it elsewhere in the field
	StratumRest    = "rest"    // all others
)

// Item is one value to be labelled for one element. What the value is, is sealed.
type Item struct {
	// ID is a keyed hash of element and value, so that the same value is labelled
	// once, and nobody without the key can tell which it is.
	ID      string  `json:"id"`
	Element Element `json:"element"`
	Asset   AssetID `json:"asset"`
	Field   string  `json:"field"`
	// Store is the kind of store, the scheme of the asset's id.
	Store    string `json:"store"`
	Language string `json:"language,omitempty"` // ISO 639-1; empty: not known
	Origin   Origin `json:"origin"`
	Stratum  string `json:"stratum"`
	// Hash, Flagged and Score are what the verifier in use said.
	Hash    string  `json:"hash"`
	Flagged bool    `json:"flagged"`
	Score   float64 `json:"score"`
	// Probability is that with which the value came to be an item, the sampling
	// of the store included. 0: unknown, counted as 1.
	Probability float64   `json:"probability"`
	Sealed      []byte    `json:"-"`
	At          time.Time `json:"at,omitzero"` // when it was kept; set by the store
}

// ItemContent is what is sealed in an item: all that a verifier, or a person, may
// judge it by.
type ItemContent struct {
	Value      Value
	Type       string   // the field's declared type
	Comment    string   // the store's comment on the field
	Start, End int      // of what was found in it; 0, 0 for nothing
	Neighbours []string // paths of the asset's other fields
}

// itemJSON is ItemContent inside the seal. Unlike Value it does not mask itself.
type itemJSON struct {
	Value      []byte   `json:"value"`
	Type       string   `json:"type,omitempty"`
	Comment    string   `json:"comment,omitempty"`
	Start      int      `json:"start,omitempty"`
	End        int      `json:"end,omitempty"`
	Neighbours []string `json:"neighbours,omitempty"`
}

// bind is what the content is bound to: in another row it does not open.
func (i Item) bind() []string {
	return []string{"item", i.ID, string(i.Element), string(i.Asset), i.Field}
}

// SealItem returns the item with the content sealed in it.
func SealItem(ctx context.Context, sealer Sealer, item Item, content ItemContent) (Item, error) {
	text, err := json.Marshal(itemJSON{content.Value, content.Type, content.Comment, content.Start, content.End, content.Neighbours})
	if err != nil {
		return item, fmt.Errorf("seal item %s: %w", item.ID, err)
	}
	if item.Sealed, err = sealer.Seal(ctx, text, item.bind()...); err != nil {
		return item, fmt.Errorf("item %s: %w", item.ID, err)
	}
	return item, nil
}

// OpenItem returns the content that is sealed in the item. Whoever shows it to a
// person checks the role and writes to the audit log first.
func OpenItem(ctx context.Context, sealer Sealer, item Item) (ItemContent, error) {
	text, err := sealer.Open(ctx, item.Sealed, item.bind()...)
	if err != nil {
		return ItemContent{}, fmt.Errorf("item %s: %w", item.ID, err)
	}
	var c itemJSON
	if err := json.Unmarshal(text, &c); err != nil {
		return ItemContent{}, fmt.Errorf("item %s holds no content", item.ID) // the error of JSON may quote it
	}
	return ItemContent{c.Value, c.Type, c.Comment, c.Start, c.End, c.Neighbours}, nil
}

// ItemFilter selects items; a zero member does not restrict.
type ItemFilter struct {
	Element Element
	Origin  Origin
	Stratum string
	// Unlabelled leaves out the items that By has labelled.
	Unlabelled bool
	By         string
	Limit      int // at most so many
}

// ItemStore keeps the items.
type ItemStore interface {
	// AddItems keeps items, but for those whose id is known, and returns how many
	// were new.
	AddItems(ctx context.Context, items ...Item) (int, error)
	// Items yields by element and id. Ids are hashes: their order is random.
	Items(ctx context.Context, filter ItemFilter) iter.Seq2[Item, error]
	// Item returns the item with an id. ErrNotFound.
	Item(ctx context.Context, id string) (Item, error)
	// PurgeItems deletes at most limit items that were kept before a time, the
	// oldest first, and returns how many. Labels stay.
	PurgeItems(ctx context.Context, before time.Time, limit int) (int, error)
	// ItemKey returns the sealed key of the ids, or keeps fresh as the key when
	// there is none.
	ItemKey(ctx context.Context, fresh []byte) ([]byte, error)
}

// Verdict is what a label says.
type Verdict string

// The verdicts. An unsure label is kept but never measured with.
const (
	Present Verdict = "present"
	Absent  Verdict = "absent"
	Unsure  Verdict = "unsure"
)

// Label is somebody's word on an item, or on a field: the element is there, or it
// is not. Nothing of the content is in it.
type Label struct {
	// Item is the id of the item; empty when the label stands on the field as a
	// whole, so that a column that was missed can be recorded.
	Item    string  `json:"item,omitempty"`
	Element Element `json:"element"`
	Asset   AssetID `json:"asset"`
	Field   string  `json:"field"`
	Verdict Verdict `json:"verdict"`
	// By is who said so, and Model whether that is a model: a person's word is
	// never mixed with a model's guess.
	By    string    `json:"by"`
	Model bool      `json:"model,omitempty"`
	Route string    `json:"route"` // how it came here: page, cli, jsonl, ground_truth, declared, generated
	Time  time.Time `json:"time"`  // set by the store when zero
}

// Agreement is what the labels of several people say of each other.
type Agreement struct {
	// Open lists the items on which people disagree and nobody decided, in order of
	// their ids.
	Open []string
	// Kappa is Cohen's kappa of the two people with most items in common; Agreed says
	// that there are such.
	Kappa  float64
	Agreed bool
	Raters []Rater // by name
}

// Rater is how reliable one person is, by the model of Dawid and Skene: the shares
// of the items with the element, and of those without it, that he tells.
type Rater struct {
	By          string
	Labels      int
	Sensitivity float64
	Specificity float64
}

// LabelFilter selects labels; a zero member does not restrict.
type LabelFilter struct {
	Element Element
	Item    string
	By      string
	Fields  bool // those on fields only
}

// LabelStore keeps the labels.
type LabelStore interface {
	// SetLabel keeps labels, all or none, each in place of the same person's former
	// one on the same item, or on the same field and element.
	SetLabel(ctx context.Context, labels ...Label) error
	// RemoveLabel takes a person's label on an item back. ErrNotFound.
	RemoveLabel(ctx context.Context, item, by string) error
	// Labels yields by element, item, asset, field and who said so.
	Labels(ctx context.Context, filter LabelFilter) iter.Seq2[Label, error]
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
	Element Element `json:"element"`
	Version int     `json:"version,omitempty"`
	Hash    string  `json:"hash"` // of the verifier's definition
	Level   Level   `json:"level"`
	// Store and Language restrict the measure; empty means all of them.
	Store    string    `json:"store,omitempty"`
	Language string    `json:"language,omitempty"`
	Time     time.Time `json:"time"` // set by the store when zero
	// TP, FP, FN and TN count what was labelled; the estimates are weighted for
	// how it was sampled.
	TP int `json:"tp"`
	FP int `json:"fp"`
	FN int `json:"fn"`
	TN int `json:"tn"`

	Precision  Estimate `json:"precision"`
	Recall     Estimate `json:"recall"`
	Accuracy   Estimate `json:"accuracy"`
	Prevalence Estimate `json:"prevalence"`
	F1         float64  `json:"f1"`
}

// MeasureStore keeps the history of measures.
type MeasureStore interface {
	// AddMeasures keeps measures.
	AddMeasures(ctx context.Context, measures ...Measure) error
	// Measures yields the measures of an element, of all when it is empty, by
	// element and time, the newest first.
	Measures(ctx context.Context, element Element) iter.Seq2[Measure, error]
}
