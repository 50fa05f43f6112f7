package assay

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// Lease is a task as received by one worker, until Until.
type Lease struct {
	Task Task
	// Err is set instead of Task when the message is not a task. Releasing it
	// until it is dead keeps it for a person to look at.
	Err      error
	Receipt  string // names this delivery to the queue
	Received int    // how often the task was received, this time included
	// Trace is the trace context of who sent the task, as W3C's traceparent;
	// empty where none was sent or the queue keeps none.
	Trace string
	Until time.Time
}

// Receiver is the worker's side of a queue with the semantics of Amazon SQS:
// at least once, no order; a task received is hidden for the visibility time and
// reappears unless it is finished; one received more often than the queue's
// maximum goes to the dead letters with the reason of its last release.
//
// Conformance suite of the three roles: queue/queuetest.
type Receiver interface {
	// Receive waits until at least one task is there, or ctx ends, and returns
	// at most max. After a wait of its own choice (SQS: 5 s) it may return none.
	Receive(ctx context.Context, max int, visibility time.Duration) ([]Lease, error)
	// Extend hides the task for another visibility from now. ErrLeaseLost.
	Extend(ctx context.Context, lease Lease, visibility time.Duration) error
	// Finish removes the task for good. ErrLeaseLost when another worker has it.
	Finish(ctx context.Context, lease Lease) error
	// Release gives the task back, to be received again after delay, and
	// records why. ErrLeaseLost.
	Release(ctx context.Context, lease Lease, delay time.Duration, reason string) error
}

// Sender is the task creator's side of a queue.
type Sender interface {
	// Send queues the tasks. Sending a task whose id waits, is leased or is
	// dead already has no effect, where the queue can tell.
	Send(ctx context.Context, tasks ...Task) error
}

// QueueState is where a queued task is.
type QueueState string

// The states of a queued task.
const (
	QueueWaiting QueueState = "waiting"
	QueueLeased  QueueState = "leased"
	QueueDead    QueueState = "dead"
)

// Queued is a task as an operator sees it.
type Queued struct {
	Task     Task       `json:"task"`
	State    QueueState `json:"state"`
	Received int        `json:"received"`
	Sent     time.Time  `json:"sent"`
	Reason   string     `json:"reason,omitempty"` // of the last release
}

// Depth counts the tasks of a queue. Queues that only estimate say so in their
// documentation.
type Depth struct {
	Waiting, Leased, Dead int
	Oldest                time.Duration // age of the oldest waiting task
}

// Operator is a person's side of a queue.
type Operator interface {
	// List yields the tasks in a state, oldest first.
	List(ctx context.Context, state QueueState) iter.Seq2[Queued, error]
	// Redrive makes dead tasks wait again with their counts at zero, all of
	// them when ids is empty, and returns how many.
	Redrive(ctx context.Context, ids ...string) (int, error)
	// Drop removes tasks for good, in whatever state, and returns how many.
	Drop(ctx context.Context, ids ...string) (int, error)
	// Depth counts.
	Depth(ctx context.Context) (Depth, error)
}

// Result is all that one task brought, committed as one.
type Result struct {
	Task     Task
	Findings []Finding
	Coverage []Coverage
	Matches  []SealedMatch // a few of each finding; none without a key
	Started  time.Time
	Finished time.Time
	Bytes    int64 // read from the store
}

// ResultWriter keeps what scanners found.
//
// Conformance suite of the persistence roles: store/storetest.
type ResultWriter interface {
	// Commit stores a result in one transaction; committing the same task again
	// replaces it and leaves the same state. Findings of the asset from earlier
	// tasks that this result covers and no longer has are marked gone.
	Commit(ctx context.Context, result Result) error
}

// ScanHistory is what was kept of each task, beside what holds now.
type ScanHistory interface {
	// PurgeScans deletes at most limit records of tasks that ended before a time,
	// the oldest first, and returns how many it deleted. The latest of each asset
	// stays, and so do those that coverage and findings refer to.
	PurgeScans(ctx context.Context, before time.Time, limit int) (int, error)
}

// CommitReader answers which tasks are done.
type CommitReader interface {
	// Committed reports whether a result of the task is kept.
	Committed(ctx context.Context, task string) (bool, error)
}

// FindingFilter selects findings; a zero member does not restrict.
type FindingFilter struct {
	Asset   AssetID
	Element Element
	State   State
	Task    string
	Gone    bool    // also those that the latest scan of their field no longer saw
	After   AssetID // only those of assets after it in their order
}

// FindingReader answers questions about findings.
type FindingReader interface {
	// Findings yields in the order of asset, field and descending confidence.
	Findings(ctx context.Context, filter FindingFilter) iter.Seq2[Finding, error]
	// Finding returns the active finding with an id, or an id's unambiguous
	// beginning of at least 6 digits. ErrNotFound.
	Finding(ctx context.Context, id string) (Finding, error)
}

// CoverageReader answers what was examined.
type CoverageReader interface {
	// Coverage yields the latest coverage of every field of the asset, of every
	// asset when asset is empty, in the order of asset and field.
	Coverage(ctx context.Context, asset AssetID) iter.Seq2[Coverage, error]
}

// VerifierVersion is one version of an element's definition.
type VerifierVersion struct {
	Element    Element         `json:"element"`
	Version    int             `json:"version"` // from 1; 0 asks AddVerifier for the next
	Definition json.RawMessage `json:"definition"`
	Hash       string          `json:"hash"`
	State      State           `json:"state"`
	// Share is the percentage of assets, chosen by their ids, for which a version
	// in shadow is in use already, and the active one runs in shadow: it is being
	// rolled out. 0 for all others.
	Share   int       `json:"share,omitempty"`
	Author  string    `json:"author"`
	Reason  string    `json:"reason"`
	Created time.Time `json:"created"`
}

// VerifierStore keeps every version of every verifier.
type VerifierStore interface {
	// Verifiers yields all versions, by element and version.
	Verifiers(ctx context.Context) iter.Seq2[VerifierVersion, error]
	// AddVerifier keeps a new version. An active one makes the element's former
	// active version disabled. It returns the version as stored; ErrConflict
	// when its number is taken.
	AddVerifier(ctx context.Context, v VerifierVersion) (VerifierVersion, error)
	// SetVerifierState changes the state of a version, with who and why.
	SetVerifierState(ctx context.Context, element Element, version int, state State, author, reason string) error
}
