package assay

import (
	"context"
	"time"
)

// EventKind says what changed.
type EventKind string

// The kinds of event.
const (
	EventAppeared EventKind = "element_appeared" // an element is found where it was not before
	EventGone     EventKind = "element_gone"     // it was looked for and is no longer there
	EventLost     EventKind = "coverage_lost"    // a field or asset is examined less than before
	EventVerifier EventKind = "verifier_changed" // a version was put into use, rolled out, or taken back
)

// EventKinds lists the kinds of event.
func EventKinds() []EventKind { return []EventKind{EventAppeared, EventGone, EventLost, EventVerifier} }

// Event is a change of what is known of an asset. It is written in the
// transaction of the result that brought it, and holds nothing of any content.
type Event struct {
	ID    string    `json:"id"` // the same each time the event is delivered
	Kind  EventKind `json:"kind"`
	At    time.Time `json:"at"` // of the scan
	Asset AssetID   `json:"asset"`
	Store string    `json:"store"`
	Owner string    `json:"owner"`
	Task  string    `json:"task"`
	Field string    `json:"field"` // empty: the asset as a whole
	// Of an element that appeared or is gone, or whose verifier changed.
	Finding    string  `json:"finding,omitempty"`
	Element    Element `json:"element,omitempty"`
	Confidence float64 `json:"confidence,omitempty"`
	Verifier   string  `json:"verifier,omitempty"` // element and version
	// Of a verifier that changed: its new state, and for which percentage of
	// assets it is in use where that is not all of them; who did it, and why.
	State  State  `json:"state,omitempty"`
	Share  int    `json:"share,omitempty"`
	Author string `json:"author,omitempty"`
	Why    string `json:"why,omitempty"`
	// Of coverage that was lost.
	Was    Status `json:"was,omitempty"`
	Status Status `json:"status,omitempty"`
	Reason Reason `json:"reason,omitempty"`
}

// OutboxEvent is an event that waits for somebody to take it.
type OutboxEvent struct {
	Event
	Attempts int      // that failed
	Taken    []string // by whom it was taken already
}

// Outbox hands out events at least once, in about the order in which they came.
type Outbox interface {
	// ClaimEvents returns at most max events that are due, and makes them due
	// again after the time, so that no other process delivers them meanwhile.
	ClaimEvents(ctx context.Context, max int, hold time.Duration) ([]OutboxEvent, error)
	// EventTaken records that a receiver took an event.
	EventTaken(ctx context.Context, id, receiver string) error
	// EventDone ends the delivery of an event; ErrNotFound.
	EventDone(ctx context.Context, id string) error
	// EventFailed makes an event due at a time, and records why.
	EventFailed(ctx context.Context, id string, next time.Time, reason string) error
	// PurgeEvents deletes at most limit events of before a time, delivered or
	// not, and returns how many.
	PurgeEvents(ctx context.Context, before time.Time, limit int) (int, error)
}
