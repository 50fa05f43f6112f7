package assay

import (
	"context"
	"iter"
	"time"
)

// LabellingState is how far a LabellingJob is.
type LabellingState string

// The states of a labelling job, in their order. What is known in none of them is
// whether the last step was begun: every step may be done again.
const (
	LabellingPlanned LabellingState = "planned" // parts of it may be in the bucket, and the service may know it
	LabellingSent    LabellingState = "sent"    // the service has it
	LabellingKept    LabellingState = "kept"    // what came of it is kept; its objects are still in the bucket
	LabellingDone    LabellingState = "done"    // nothing of it is left in the bucket
)

// LabellingJob is a batch of items that a service outside labels. It is kept
// before anything leaves the process, so that whatever is outside is known here.
type LabellingJob struct {
	Name    string         `json:"name"` // the service's own; made up once, so that it is never begun twice
	Element Element        `json:"element"`
	Place   string         `json:"place"` // what begins the address of each of its objects: s3://bucket/prefix/name/
	State   LabellingState `json:"state"`
	Items   []string       `json:"items"`            // ids, in the order in which they are sent
	Labels  int            `json:"labels"`           // kept of it
	Reason  string         `json:"reason,omitempty"` // why it brought less than it should
	By      string         `json:"by"`               // who began it
	At      time.Time      `json:"at"`               // when; set by the store when zero
}

// LabellingStore keeps labelling jobs.
type LabellingStore interface {
	// AddLabelling keeps a new job. ErrConflict when its name is taken.
	AddLabelling(ctx context.Context, job LabellingJob) error
	// MoveLabelling changes state, labels and reason of a job that still is in a
	// state, and reports whether it was.
	MoveLabelling(ctx context.Context, from LabellingState, job LabellingJob) (bool, error)
	// Labellings yields the jobs, the newest first; with open those that are not
	// done only.
	Labellings(ctx context.Context, open bool) iter.Seq2[LabellingJob, error]
}
