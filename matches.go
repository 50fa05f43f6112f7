package assay

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"
)

// Matched is one piece of matched content, as somebody with the right to it sees
// it.
type Matched struct {
	// Content is what matched: the bytes of the hit, and not the value around it.
	Content Value
	Place   Place
}

// SealedMatch is one piece of matched content as it is kept: what it is said to
// be and where it was found in the clear, the content and its row sealed.
type SealedMatch struct {
	Finding  string    `json:"finding"` // FindingID(Asset, Field, Element)
	Asset    AssetID   `json:"asset"`
	Field    string    `json:"field"`
	Element  Element   `json:"element"`
	Verifier string    `json:"verifier"` // its element and version
	Hash     string    `json:"hash"`     // of the verifier's definition
	Score    float64   `json:"score"`    // of the hit, 0 to 1
	Sealed   []byte    `json:"-"`
	At       time.Time `json:"at,omitzero"` // when it was kept; set by the store
}

// bind is what the content is bound to: in another row it does not open.
func (m SealedMatch) bind() []string {
	return []string{"match", string(m.Asset), m.Field, string(m.Element), m.Verifier, m.Hash}
}

// matchedJSON is Matched inside the seal. Unlike Value and Place it does not
// mask itself.
type matchedJSON struct {
	Content []byte `json:"content"`
	Row     []byte `json:"row,omitempty"`
	Place   Place  `json:"place"`
}

// SealMatch returns m with the content sealed in it.
func SealMatch(ctx context.Context, sealer Sealer, m SealedMatch, content Matched) (SealedMatch, error) {
	inside := matchedJSON{Content: content.Content, Row: content.Place.Row, Place: content.Place}
	inside.Place.Row = nil
	text, err := json.Marshal(inside)
	if err != nil {
		return m, fmt.Errorf("seal a match of finding %s: %w", m.Finding, err)
	}
	if m.Sealed, err = sealer.Seal(ctx, text, m.bind()...); err != nil {
		return m, fmt.Errorf("a match of finding %s: %w", m.Finding, err)
	}
	return m, nil
}

// OpenMatch returns the content that is sealed in m. It is for Reveal, and for
// programs that show it to nobody.
func OpenMatch(ctx context.Context, sealer Sealer, m SealedMatch) (Matched, error) {
	text, err := sealer.Open(ctx, m.Sealed, m.bind()...)
	if err != nil {
		return Matched{}, fmt.Errorf("a match of finding %s: %w", m.Finding, err)
	}
	var inside matchedJSON
	if err := json.Unmarshal(text, &inside); err != nil {
		return Matched{}, fmt.Errorf("a match of finding %s holds no match", m.Finding) // the error of JSON may quote it
	}
	inside.Place.Row = inside.Row
	return Matched{Content: inside.Content, Place: inside.Place}, nil
}

// MatchStore keeps sealed matches, those of the latest task that had any of their
// finding. Result brings them in.
type MatchStore interface {
	// Matches yields the kept matches of a finding, the best first.
	Matches(ctx context.Context, finding string) iter.Seq2[SealedMatch, error]
	// PurgeMatches deletes at most limit matches that were kept before a time,
	// the oldest first, and returns how many it deleted.
	PurgeMatches(ctx context.Context, before time.Time, limit int) (int, error)
}
