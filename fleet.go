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
	Share   int       `json:"share,omitempty"` // see VerifierVersion
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

// VerifierStager puts versions into use step by step.
//
// Conformance suite: store/storetest.
type VerifierStager interface {
	// StageVerifier puts a version into shadow with a share of the assets, in
	// percent from 1 to 99, and takes the share of every other version of the
	// element away. A later change of its state ends that. ErrNotFound.
	StageVerifier(ctx context.Context, element Element, version, share int, author, reason string) error
}

// VerifierImporter adds many versions at once.
type VerifierImporter interface {
	// AddVerifiers keeps the versions in one transaction, each as AddVerifier
	// would: all of them, or none. ErrConflict when a number is taken.
	AddVerifiers(ctx context.Context, versions ...VerifierVersion) error
}

// Column names a field whose values are a verifier's dictionary, and where it is.
type Column struct {
	Store string  `json:"store"`
	Asset AssetID `json:"asset"`
	Field string  `json:"field"`
}

// String is the column as messages name it.
func (c Column) String() string { return string(c.Asset) + " " + c.Field }

// Snapshot is a column's values at one time, sealed.
type Snapshot struct {
	Column
	Version int    // from 1; 0 asks AddSnapshot for the next
	Task    string // that took it
	Words   int
	// Sealed is the words, sealed for the column and the task; see Sealer.
	Sealed []byte
	Taken  time.Time
}

// SnapshotStore keeps the snapshots of columns that are dictionaries.
//
// Conformance suite: store/storetest.
type SnapshotStore interface {
	// AddSnapshot keeps a snapshot as its column's newest version, and forgets all
	// but the newest three. Another one of the same task changes nothing.
	AddSnapshot(ctx context.Context, s Snapshot) error
	// Snapshot returns the newest version of a column. ErrNotFound.
	Snapshot(ctx context.Context, column Column) (Snapshot, error)
	// SnapshotRevision returns a number that grows with every snapshot.
	SnapshotRevision(ctx context.Context) (int64, error)
}
