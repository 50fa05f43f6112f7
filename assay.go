// Package assay is the vocabulary of the whole system: what can be scanned, how
// much of it to read, what was seen and how sure we are of it.
//
//	Asset → Task → Datum → Match → Finding → Measure
//
// Each word is one struct and no step reaches back. A task creator lists the
// assets of a Source and queues a Task for each; a scanner receives the task,
// samples the asset into Datums, runs the verifiers over them, folds the Matches
// into Findings and stores those with the Coverage of every field; labels turn
// findings into Measures.
//
// The package imports the standard library only. Everything else in the project
// imports it; see docs/architecture.md for who may import whom.
package assay

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"
)

// Element names one kind of personal data or secret, for example email_address.
// Ids are lower_snake, with the ISO 3166 country first when the element is
// national (us_ssn), and are never renamed: findings and labels refer to them.
type Element string

// AssetID is the canonical URI of an asset, without credentials, options or a
// fragment: mysql://host:3306/shop/users, s3://bucket/key, file:/srv/a.csv.
type AssetID string

// AssetKind is the sort of thing an asset is.
type AssetKind string

// The kinds of asset.
const (
	KindTable  AssetKind = "table"  // rows and columns of a database
	KindView   AssetKind = "view"   // a stored query: no key, no row estimate
	KindObject AssetKind = "object" // an object of an object store
	KindFile   AssetKind = "file"   // a file of a file system
	KindLogDay AssetKind = "logday" // one service's logs of one day
	KindText   AssetKind = "text"   // text handed over directly: standard input, a request
)

// Asset is one thing that can be scanned.
type Asset struct {
	ID   AssetID   `json:"id"`
	Kind AssetKind `json:"kind"`
	// Rows and Bytes are the store's own estimates; -1 when it gives none.
	Rows  int64 `json:"rows"`
	Bytes int64 `json:"bytes"`
	// Modified is when the content last changed; zero when unknown.
	Modified time.Time `json:"modified,omitzero"`
	// Owner is who answers for the data (a team or an e-mail); may be empty.
	Owner string `json:"owner,omitempty"`
	// Attributes are the asset's own metadata that metadata verifiers may read:
	// table comment, object tags, content type.
	Attributes map[string]string `json:"attributes,omitempty"`
	// Declared is the classification somebody wrote down: field path to the
	// elements it is said to hold; the empty path stands for the whole asset.
	Declared map[string][]Element `json:"declared,omitempty"`
}

// DeclaredOf returns what somebody wrote down for a field: for its own path, for
// the column that the path begins with, and for the asset as a whole. Each
// element comes once, in order.
func (a Asset) DeclaredOf(field string) []Element {
	column, _, _ := strings.Cut(field, ".$")
	all := slices.Concat(a.Declared[""], a.Declared[column], a.Declared[field])
	slices.Sort(all)
	return slices.Compact(all)
}

// Field is a column, or a path inside one: payload.$.user.email is the member
// user.email of the JSON documents in column payload. A whole JSON document has
// the paths $.user.email, array positions are written [*], and a text without
// structure is the single field $.
type Field struct {
	Path string `json:"path"`
	// Type is the declared type in the store's own words (varchar(255)); empty
	// when nothing is declared.
	Type string `json:"type,omitempty"`
	// Comment is the store's comment on the field.
	Comment string `json:"comment,omitempty"`
	// Key says that the field is part of the primary key, or refers to another.
	Key bool `json:"key,omitempty"`
}

// WholeText is the path of the only field of a text without structure.
const WholeText = "$"

// Plan says how much of an asset to read, and with which verifiers. The zero
// value of a limit means the source's documented default, never "everything".
type Plan struct {
	// Rows is the number of rows, records or lines to sample.
	Rows int `json:"rows,omitempty"`
	// Starts is the number of independent random places a sample of Rows is
	// spread over, where the store can only be entered at a place and read on.
	Starts int `json:"starts,omitempty"`
	// Bytes is the most this task may read from the store.
	Bytes int64 `json:"bytes,omitempty"`
	// Timeout bounds the reading of the asset.
	Timeout time.Duration `json:"timeout,omitempty"`
	// Seed makes every random choice: the same seed gives the same sample of
	// unchanged data. NewTask derives it from the task id.
	Seed uint64 `json:"seed"`
	// Elements limits the verifiers to these; empty means all that are active.
	Elements []Element `json:"elements,omitempty"`
}

// Source is a data store that can be read. It never writes.
//
// Conformance suite: sources/sourcetest.
type Source interface {
	// Assets lists what can be scanned. An error that comes with an asset id
	// concerns that asset alone, which thereby is not examined, and the listing
	// goes on; an error with a zero Asset ends it.
	Assets(ctx context.Context) iter.Seq2[Asset, error]

	// Sample reads at most plan's amount of the asset and hands each value to
	// yield, all from one goroutine; the value's bytes are the source's again
	// when yield returns. If yield fails, Sample stops and returns that error.
	//
	// The Reading names every field of the asset, also those that held nothing
	// or could not be read, and is meaningful even when err is not nil: what
	// was yielded before was read. An error means that the asset as a whole was
	// not read to the end of the plan; its Reason says why (see Explain).
	Sample(ctx context.Context, asset Asset, plan Plan, yield func(Datum) error) (Reading, error)

	// Close releases connections and files.
	Close() error
}

// Status says how far a field was examined. Only StatusScanned may be called
// clean when nothing was found.
type Status string

// The states in which a field can end.
const (
	StatusScanned     Status = "scanned"      // the whole planned sample was judged
	StatusPartial     Status = "partial"      // some of it was
	StatusNotExamined Status = "not_examined" // none of it was
)

// Reading is what a source says of one asset after sampling it.
type Reading struct {
	// Fields lists every field of the asset, in the store's order.
	Fields []FieldReading
	// Design tells how the units were drawn: what a clean sample proves.
	Design Design
	// Bytes is the number of bytes read from the store.
	Bytes int64
	// NotReproducible says that the same seed can give another sample although
	// the data did not change.
	NotReproducible bool
}

// FieldReading is what a source says of one field after sampling.
type FieldReading struct {
	Field Field
	// Sampled counts the values yielded, Empty the NULL or empty ones beside
	// them, which are not yielded.
	Sampled, Empty int
	Status         Status
	Reason         Reason // why Status is not StatusScanned
	Detail         string // one line for a person; never holds sampled content
}

// Coverage is how far one field of an asset was examined by one task; a field
// of the empty path stands for the whole asset.
type Coverage struct {
	Asset   AssetID `json:"asset"`
	Field   string  `json:"field"`
	Status  Status  `json:"status"`
	Reason  Reason  `json:"reason,omitempty"`
	Detail  string  `json:"detail,omitempty"`
	Sampled int     `json:"sampled"`
	Empty   int     `json:"empty"`
	Design  Design  `json:"design,omitzero"`
	// Comment is the store's comment on the field, which may declare what it
	// holds.
	Comment string `json:"comment,omitempty"`
}

// State says whether a verifier's findings count.
type State string

// The states of a verifier version and of what it finds.
const (
	StateActive   State = "active"   // in use
	StateShadow   State = "shadow"   // runs beside the active one; its findings are only compared
	StateDisabled State = "disabled" // kept, not run
)

// Match is one hit inside one datum. Start and End are byte offsets into the
// value, and span all of it where the value was judged as a whole.
type Match struct {
	Element Element `json:"element"`
	Start   int     `json:"start"`
	End     int     `json:"end"`
	// Score is the probability, between 0 and 1, that the element is there.
	Score float64 `json:"score"`
}

// Evidence is one reason for or against a finding.
type Evidence struct {
	// Kind is the method that speaks: regex, trie, code, model, field, type,
	// asset, neighbours, context, share.
	Kind string `json:"kind"`
	// Text says it to a person, without sampled content.
	Text string `json:"text"`
	// Weight is how much it moved the confidence, in log-odds; negative speaks
	// against. 0 where the method gives no weight of its own.
	Weight float64 `json:"weight,omitempty"`
}

// Finding is all hits of one element in one field of one asset.
type Finding struct {
	ID      string  `json:"id"` // FindingID(Asset, Field, Element)
	Asset   AssetID `json:"asset"`
	Field   string  `json:"field"`
	Element Element `json:"element"`
	// Confidence is the probability, between 0 and 1, that the field holds the
	// element.
	Confidence float64 `json:"confidence"`
	// Matched of Sampled non-empty values held at least one hit; Hits counts
	// all of them.
	Matched int `json:"matched"`
	Sampled int `json:"sampled"`
	Hits    int `json:"hits"`
	// FreeText says that the hits stand inside longer texts.
	FreeText bool       `json:"free_text,omitempty"`
	Verifier string     `json:"verifier"` // its element and version, email_address@3
	Hash     string     `json:"hash"`     // of the verifier's definition
	Evidence []Evidence `json:"evidence"`
	State    State      `json:"state"`
	// Preview is one matched value, masked: its shape, none of its content.
	Preview string `json:"preview"`
	Owner   string `json:"owner,omitempty"`
	// Declared is what the field was said to hold: Asset.DeclaredOf(Field).
	Declared []Element `json:"declared,omitempty"`
}

// Judged is one value with the word of one verifier on it, as offered to an
// Observer.
type Judged struct {
	Asset   AssetID
	Field   string
	Datum   Datum // a copy: the observer may keep it, sealed
	Match   Match // Element is set even when nothing was found
	Flagged bool  // the score reached the verifier's threshold
	Hash    string
	// Type and Comment are those of the field; Declared is what somebody wrote
	// down of it.
	Type, Comment string
	Declared      []Element
	Neighbours    []string // paths of the asset's other fields
	// Stratum is the part of what was judged that this was drawn from.
	Stratum string
	// Probability is that with which this value reached the observer, the
	// sampling of the store included.
	Probability float64
}

// Observer is offered every value that a verifier flagged, and a seeded
// reservoir of unflagged and near-threshold ones, so that quality can be
// measured on what the scanner really saw.
type Observer interface {
	Observe(ctx context.Context, judged []Judged) error
}
