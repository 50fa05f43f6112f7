package web

import (
	"context"
	"encoding/json"
	"sync"

	"example.com/assay"
	"example.com/assay/report"
)

// book describes the elements that the store has verifiers for. It reads the
// store again when a verifier has changed. It is safe for concurrent use.
type book struct {
	store interface {
		assay.VerifierStore
		assay.VerifierLog
	}

	mu       sync.Mutex
	revision int64
	elements map[assay.Element]report.Element
}

// described is what of a definition tells about its element.
type described struct {
	Title, Class, Doc string
	Severity          report.Severity
}

// all returns the elements, which nobody may change: as the active version of
// their verifier describes them, or else the latest one.
func (b *book) all(ctx context.Context) (map[assay.Element]report.Element, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	revision, err := b.store.VerifierRevision(ctx)
	if err != nil || b.elements != nil && revision == b.revision {
		return b.elements, err
	}
	elements, active := map[assay.Element]report.Element{}, map[assay.Element]bool{}
	for v, err := range b.store.Verifiers(ctx) {
		if err != nil {
			return nil, err
		}
		var d described
		if active[v.Element] || json.Unmarshal(v.Definition, &d) != nil { // scanners refuse what is wrong, and say so
			continue
		}
		active[v.Element] = v.State == assay.StateActive
		elements[v.Element] = report.Element{ID: v.Element, Title: d.Title, Class: d.Class, Doc: d.Doc, Severity: d.Severity}
	}
	b.revision, b.elements = revision, elements
	return elements, nil
}
