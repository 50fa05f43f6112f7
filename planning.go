package assay

import (
	"context"
	"iter"
	"time"
)

// Turn is the place of an asset in the order in which a cycle of the task creator
// queues its tasks: lower turns go first.
type Turn int

// The turns.
const (
	TurnNever    Turn = iota // never scanned
	TurnChanged              // changed since it was scanned
	TurnPositive             // something was found in it before
	TurnGap                  // the last scan could not examine it
	TurnClean                // unchanged, and nothing was found
	TurnNone                 // not due in this cycle
)

// Turns are those in which tasks are queued, in order.
var Turns = []Turn{TurnNever, TurnChanged, TurnPositive, TurnGap, TurnClean}

// String returns the turn's name as reports and metrics write it.
func (t Turn) String() string {
	switch t {
	case TurnNever:
		return "never_scanned"
	case TurnChanged:
		return "changed"
	case TurnPositive:
		return "formerly_positive"
	case TurnGap:
		return "not_examined"
	case TurnClean:
		return "unchanged_clean"
	}
	return "not_due"
}

// Planned is what the task creator keeps of one asset from cycle to cycle.
type Planned struct {
	Store string
	Asset Asset
	// Listed is when the cycle began that listed the asset last.
	Listed time.Time
	// Changed is when the content last changed, as far as listings tell: the
	// store's own word, or when its size was seen to differ. Zero when unknown.
	Changed time.Time
	// Sent is when a task for the asset was last queued; zero when never.
	Sent time.Time
	// Turn and Due order the tasks of a cycle: by turn, then those first that have
	// been due the longest.
	Turn Turn
	Due  time.Time
	// Cycle is the beginning of the cycle in which the asset waits for its task to
	// be sent; zero when it does not wait.
	Cycle time.Time
}

// History is what the results say of an asset.
type History struct {
	Scanned  time.Time // when its latest scan ended; zero when there was none
	Gap      bool      // that scan could not examine the asset at all
	Positive bool      // a scan of it has found something, gone or not
}

// Remembered is all that is known of an asset before it is listed again; the zero
// value for one that is new.
type Remembered struct {
	Planned
	History
}

// Cycle is one round of the task creator. Its name is in the ids of its tasks.
type Cycle struct {
	Name   string
	Begun  time.Time // also the cycle's identity
	Listed time.Time // when all stores were listed; zero until then
	Done   time.Time // when all that was due was queued; zero until then
}

// PlanStore keeps the plan of the present cycle, so that a task creator needs
// little memory, and one that takes over goes on where the last one stopped.
type PlanStore interface {
	// Cycle returns the latest cycle. ErrNotFound before the first.
	Cycle(ctx context.Context) (Cycle, error)
	// KeepCycle stores a cycle, in the place of the one with the same beginning.
	KeepCycle(ctx context.Context, cycle Cycle) error
	// Keep stores assets' plans in the place of what was kept of them.
	Keep(ctx context.Context, assets ...Planned) error
	// Next returns up to n assets that wait to be sent in the cycle, in their order.
	Next(ctx context.Context, cycle Cycle, n int) ([]Planned, error)
	// Sent notes that tasks for these assets were queued at a time, so that they
	// wait no longer.
	Sent(ctx context.Context, at time.Time, assets ...AssetID) error
}

// PlanReader answers what is known of assets when a plan is made.
type PlanReader interface {
	// Known returns what is remembered of each of the assets, in their order.
	Known(ctx context.Context, assets ...AssetID) ([]Remembered, error)
	// Assets yields the plans of a store's assets that the cycle begun at since,
	// or a later one, listed.
	Assets(ctx context.Context, store string, since time.Time) iter.Seq2[Planned, error]
}

// ListedStore is what is remembered of a store's last complete listing.
type ListedStore struct {
	Store   DataStore
	Listed  time.Time // when the cycle began that listed it to its end; zero when none did
	Version string    // of that listing
}

// StoreRegister remembers which stores the catalogue named.
type StoreRegister interface {
	// ListedStore returns what is remembered; the zero value for an unknown name.
	ListedStore(ctx context.Context, name string) (ListedStore, error)
	// KeepListedStore stores it.
	KeepListedStore(ctx context.Context, store ListedStore) error
	// DropUnlisted forgets assets that no cycle since a time has listed, and
	// returns how many.
	DropUnlisted(ctx context.Context, before time.Time) (int, error)
}
