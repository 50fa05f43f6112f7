package assay

import (
	"context"
	"iter"
	"time"
)

// VerifierChange is one change of the state of a verifier's version, its first
// state included.
type VerifierChange struct {
	Element Element   `json:"element"`
	Version int       `json:"version"`
	State   State     `json:"state"`
	Author  string    `json:"author"`
	Reason  string    `json:"reason"`
	At      time.Time `json:"at"`
}

// VerifierLog tells what became of verifiers. Nothing in it is ever changed.
//
// Conformance suite: store/storetest.
type VerifierLog interface {
	// VerifierChanges yields every change of an element's versions, oldest first.
	VerifierChanges(ctx context.Context, element Element) iter.Seq2[VerifierChange, error]
	// VerifierRevision returns a number that grows with every change of any
	// verifier, so that readers know without reading whether there is news.
	VerifierRevision(ctx context.Context) (int64, error)
}

// VerifierImporter adds many versions at once.
type VerifierImporter interface {
	// AddVerifiers keeps the versions in one transaction, each as AddVerifier
	// would: all of them, or none. ErrConflict when a number is taken.
	AddVerifiers(ctx context.Context, versions ...VerifierVersion) error
}
